//! Keeps the pictures in `screenshots/` the ones that the program draws: each shot runs bayplan in a pseudo-terminal,
//! presses keys until the screen shows what is to be shown, and compares.
//!
//! `BAYPLAN_REFRESH=1 cargo test --test screenshots` draws them anew.

#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screenshot.rs"]
mod screenshot;

use pty::Terminal;
use screenshot::Paper;
use std::num::NonZeroU16;
use std::path::Path;

const REFRESH: &str = "BAYPLAN_REFRESH=1 cargo test --test screenshots";

/// A picture: what to run, how large, what to do, and what the screen shows when it is ready to be drawn.
struct Shot {
    name: &'static str,
    rows: u16,
    columns: u16,
    arguments: &'static [&'static str],
    paper: &'static Paper,
    /// What to do, each after the text before it shows.
    steps: &'static [(&'static str, Do)],
    ready: &'static str,
}

/// One thing that a user does.
enum Do {
    /// Presses keys.
    Keys(&'static str),
    /// Carries the first text to the second, and holds it there.
    Carry(&'static str, &'static str),
}

/// The overview, from which the others differ.
const OVERVIEW: Shot = Shot {
    name: "demo",
    rows: 30,
    columns: 100,
    arguments: &["demo"],
    paper: &screenshot::DARK,
    steps: &[],
    ready: "finds a plan that fits",
};

const SHOTS: &[Shot] = &[
    OVERVIEW,
    Shot {
        name: "drag",
        steps: &[("finds a plan that fits", Do::Carry("scipy 1.10.1", "EFS /mnt"))],
        ready: "release to move",
        ..OVERVIEW
    },
    Shot {
        name: "fit",
        steps: &[("finds a plan that fits", Do::Keys("f"))],
        ready: "Proven: by this order",
        ..OVERVIEW
    },
    Shot {
        name: "slimming",
        steps: &[("finds a plan that fits", Do::Keys("S")), ("static-libraries", Do::Keys("j"))],
        ready: "folders named tests or test",
        ..OVERVIEW
    },
    Shot {
        name: "treemap",
        // A plan that fits, so that tiles of several buckets are seen.
        steps: &[
            ("finds a plan that fits", Do::Keys("f")),
            ("Proven: by this order", Do::Keys("\r")),
            ("it fits", Do::Keys("T")),
            ("Map", Do::Carry("1 numpy 1.24.3", "+ new layer")),
        ],
        ready: "release to move",
        ..OVERVIEW
    },
    Shot {
        name: "light",
        arguments: &["demo", "--theme", "light"],
        paper: &screenshot::LIGHT,
        steps: &[("finds a plan that fits", Do::Keys("ttG"))],
        ready: "Why it is here",
        ..OVERVIEW
    },
    Shot { name: "demo-80x24", rows: 24, columns: 80, ..OVERVIEW },
];

#[test]
fn the_pictures_are_what_the_program_draws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let refresh = std::env::var_os("BAYPLAN_REFRESH").is_some();
    let stale: Vec<String> = SHOTS
        .iter()
        .filter_map(|shot| {
            let path = folder.join(format!("{}.svg", shot.name));
            settle(&path, &take(shot), refresh).err()
        })
        .collect();
    assert!(stale.is_empty(), "{}\n{REFRESH}   draws them anew", stale.join("\n"));
}

#[test]
fn the_readme_shows_every_picture() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for shot in SHOTS {
        assert!(readme.contains(&format!("](screenshots/{}.svg)", shot.name)), "{} is not in the README", shot.name);
    }
}

/// Runs the program, drives it to where the picture is, and draws it.
fn take(shot: &Shot) -> String {
    let terminal = Terminal::open(shot.rows, shot.columns).run(shot.arguments);
    for (text, what) in shot.steps {
        terminal.wait_for(text);
        match what {
            Do::Keys(keys) => terminal.keys(keys),
            Do::Carry(from, to) => carry(&terminal, from, to),
        }
    }
    terminal.wait_for(shot.ready);
    settled(&terminal);
    screenshot::draw(&terminal.screen(), &format!("bayplan {}", shot.arguments.join(" ")), shot.paper)
}

/// Takes a text in the hand and holds it over another.
fn carry(terminal: &Terminal, from: &str, to: &str) {
    let (from, to) = (terminal.wait_and_find(from), terminal.wait_and_find(to));
    terminal.mouse_down(from.0, from.1);
    terminal.mouse_drag(from.0.midpoint(to.0), from.1.midpoint(to.1));
    terminal.mouse_drag(to.0, to.1);
}

/// Waits until nothing is drawn any more: a frame comes row by row, and the text that is waited for is seldom in the last.
fn settled(terminal: &Terminal) {
    let mut before = terminal.screen_text();
    for _ in 0..100 {
        std::thread::sleep(std::time::Duration::from_millis(150));
        let now = terminal.screen_text();
        if now == before {
            return;
        }
        before = now;
    }
}

/// Compares a picture with the file that holds it, or writes the file.
///
/// # Errors
/// A sentence that names the file where it is not there or holds another picture.
fn settle(path: &Path, drawn: &str, refresh: bool) -> Result<(), String> {
    if refresh {
        return std::fs::write(path, drawn).map_err(|error| format!("{}: {error}", path.display()));
    }
    let kept = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if kept == drawn {
        return Ok(());
    }
    let line = kept.lines().zip(drawn.lines()).position(|(kept, drawn)| kept != drawn);
    let line = line.unwrap_or_else(|| kept.lines().count().min(drawn.lines().count())) + 1;
    Err(format!("{} is not what the program draws (first difference in line {line})", path.display()))
}

#[test]
fn a_screen_is_drawn_with_its_colours_and_columns() {
    let (rows, columns) = (NonZeroU16::new(3).unwrap(), NonZeroU16::new(12).unwrap());
    let mut parser = vt100::Parser::new(rows, columns, 0);
    parser.process(b"plain \x1b[1;31mred\x1b[0m\r\n\x1b[48;5;21m\x1b[38;2;1;2;3m<a&b>\x1b[0m \x1b[4;2mdim\x1b[0m\r\n");
    parser.process("\x1b[7mon\x1b[0m 漢│\x1b[48;5;244m \x1b[0m".as_bytes());
    let expected = r##"<svg xmlns="http://www.w3.org/2000/svg" width="132" height="78" viewBox="0 0 132 78" role="img">
<title>a &quot;sample&quot;</title>
<rect width="132" height="78" rx="8" fill="#16181d"/>
<g font-family="'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace" font-size="15" xml:space="preserve">
<text x="12" y="26" textLength="54" lengthAdjust="spacingAndGlyphs" fill="#d7dae0">plain </text>
<text x="66" y="26" textLength="27" lengthAdjust="spacingAndGlyphs" fill="#e06c75" font-weight="bold">red</text>
<rect x="12" y="30" width="45" height="18" fill="#0000ff"/>
<text x="12" y="44" textLength="45" lengthAdjust="spacingAndGlyphs" fill="#010203">&lt;a&amp;b&gt;</text>
<text x="66" y="44" textLength="27" lengthAdjust="spacingAndGlyphs" fill="#d7dae0" fill-opacity="0.6" text-decoration="underline">dim</text>
<rect x="12" y="48" width="18" height="18" fill="#d7dae0"/>
<rect x="66" y="48" width="9" height="18" fill="#808080"/>
<text x="12" y="62" textLength="18" lengthAdjust="spacingAndGlyphs" fill="#16181d">on</text>
<text x="39" y="62" textLength="18" lengthAdjust="spacingAndGlyphs" fill="#d7dae0">漢</text>
<text x="57" y="62" textLength="9" lengthAdjust="spacingAndGlyphs" fill="#d7dae0">│</text>
</g>
</svg>
"##;
    assert_eq!(screenshot::draw(parser.screen(), "a \"sample\"", &screenshot::DARK), expected);
}

#[test]
fn a_picture_that_has_changed_is_named_and_refreshing_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.svg");
    assert!(settle(&path, "<svg>\nnew\n", false).unwrap_err().contains("demo.svg"), "a missing picture is named");
    settle(&path, "<svg>\nold\n", true).unwrap();
    let stale = settle(&path, "<svg>\nnew\n", false).unwrap_err();
    assert!(stale.ends_with("demo.svg is not what the program draws (first difference in line 2)"), "{stale}");
    settle(&path, "<svg>\nnew\n", true).unwrap();
    assert_eq!(settle(&path, "<svg>\nnew\n", false), Ok(()), "what was refreshed is what is drawn");
}
