//! What the screen looks like, without a terminal: at four sizes, and in four depths of colour.
//!
//! `INSTA_UPDATE=always cargo test --test screens` takes what is drawn now.

#[path = "support/story.rs"]
mod story;

use bayplan::model::bucket::Bucket;
use bayplan::model::finding::Severity;
use bayplan::model::package::PackageKey;
use bayplan::session::{Action, Destination, Foresight, Message, Outlook, Overlay, Place, Session, View};
use bayplan::tui::colour::{Depth, Ground, Palette};
use bayplan::tui::frame;
use bayplan::tui::keymap::KEYMAP;
use bayplan::tui::theme::{Alphabet, Theme, Wish};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};
use story::session;

const WISH: Wish = Wish { palette: None, ground: Ground::Dark, depth: Depth::True, alphabet: Alphabet::Unicode };

/// The screen at a size.
fn drawn(session: &mut Session, (columns, rows): (u16, u16), wish: Wish) -> Buffer {
    let mut screen = Terminal::new(TestBackend::new(columns, rows)).expect("memory can be drawn on");
    frame::draw(&mut screen, session, None, &KEYMAP, &Theme::new(wish)).expect("memory can be drawn on");
    screen.backend().buffer().clone()
}

/// The rows as text.
fn text(buffer: &Buffer) -> Vec<String> {
    let row = |y: u16| {
        let mut cells = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol());
        let mut line = String::new();
        while let Some(symbol) = cells.next() {
            line.push_str(symbol);
            // A wide letter stands in its first cell; the second is not drawn.
            if unicode_width::UnicodeWidthStr::width(symbol) == 2 {
                cells.next();
            }
        }
        line.trim_end().to_owned()
    };
    (0..buffer.area.height).map(row).collect()
}

fn show(session: &mut Session, view: View) {
    session.update(Message::Select(Place::View(view)));
}

#[test]
fn at_the_smallest_size_everything_is_there() {
    insta::assert_snapshot!("60x16", text(&drawn(&mut session(), (60, 16), WISH)).join("\n"));
}

#[test]
fn in_a_narrow_window_the_pane_with_the_keys_is_the_wider_one() {
    let mut session = session();
    insta::assert_snapshot!("80x24", text(&drawn(&mut session, (80, 24), WISH)).join("\n"));
    session.update(Message::Act(Action::NextPane));
    insta::assert_snapshot!("80x24-buckets", text(&drawn(&mut session, (80, 24), WISH)).join("\n"));
}

#[test]
fn each_view_at_a_usual_size() {
    let mut session = session();
    for view in View::ALL {
        show(&mut session, view);
        insta::assert_snapshot!(
            format!("100x30-{}", view.title()),
            text(&drawn(&mut session, (100, 30), WISH)).join("\n")
        );
    }
}

#[test]
fn a_large_window_shows_more_and_stretches_nothing() {
    let rows = text(&drawn(&mut session(), (300, 100), WISH));
    insta::assert_snapshot!("300x100", [&rows[..10], &rows[94..]].concat().join("\n"));
}

#[test]
fn no_line_is_wider_than_the_window_at_any_size() {
    let mut session = session();
    for (columns, rows) in [(60, 16), (61, 17), (79, 23), (80, 24), (99, 29), (100, 30), (133, 41), (300, 100)] {
        for view in View::ALL {
            show(&mut session, view);
            let buffer = drawn(&mut session, (columns, rows), WISH);
            let edge = (0..rows).map(|y| buffer[(columns - 1, y)].symbol().to_owned()).collect::<String>();
            let lines = text(&buffer);
            assert!(lines[0].ends_with("bayplan"), "{columns}x{rows}: {}", lines[0]);
            assert!(
                edge.matches(['┐', '┤', '┘']).count() >= 3,
                "{columns}x{rows} {view:?}: the panes end at the edge: {edge}"
            );
            let below = &lines[usize::from(rows) - 6..];
            assert!(below.iter().any(|line| line.contains("press f")), "{columns}x{rows}: {below:?}");
        }
    }
}

#[test]
fn at_no_size_a_hover_hides_that_letting_go_would_break_the_function() {
    let mut session = session();
    let packages: Vec<PackageKey> =
        story::workspace(&session).bundle.indexed().map(|(_, package)| package.key.clone()).collect();
    let mut breaking = 0;
    for package in packages {
        for bucket in [Bucket::Efs, Bucket::LeftOut] {
            session.update(Message::Grab(package.clone()));
            session.update(Message::Hover(Some(Destination::Bucket(bucket))));
            let Some(outlook) = Outlook::of_drop(story::workspace(&session)) else { continue };
            session.update(outlook.judge());
            let verdict = |session: &Session| story::workspace(session).assessment.verdict.clone();
            let sizes = [(60, 16), (80, 24), (100, 30), (200, 50)];
            let shown = sizes.map(|size| text(&drawn(&mut session, size, WISH)).join("\n"));
            let before = verdict(&session);
            session.update(Message::Drop);
            let raised = Foresight::between(&before, &verdict(&session)).raised;
            session.update(Message::Act(Action::Undo));
            let Some(error) = raised.first().filter(|finding| finding.severity == Severity::Error) else { continue };
            breaking += 1;
            for screen in shown {
                let words = screen.split("raises ✗ ").nth(1).unwrap_or_else(|| panic!("{package}: {screen}"));
                let start: String = error.message.chars().take(20).collect();
                assert!(words.starts_with(error.id) || words.starts_with(&start), "{package}: {screen}");
            }
        }
    }
    assert!(breaking >= 8, "only {breaking} drops break the story's function");
}

/// The phrases on a row: what stands between lines and gaps.
fn phrases(row: &str) -> Vec<String> {
    let row = row.replace(['│', '├', '┤', '─', '▸'], "  ");
    row.split("  ").map(str::trim).filter(|phrase| !phrase.is_empty()).map(str::to_owned).collect()
}

#[test]
fn what_the_mouse_carries_hides_no_bucket_and_leaves_no_half_words() {
    let mut session = session();
    session.update(Message::Grab(PackageKey::new("scipy")));
    for size in [(60, 16), (80, 24), (100, 30)] {
        let at = |session: &mut Session, hand: Option<Position>| {
            let mut screen = Terminal::new(TestBackend::new(size.0, size.1)).expect("memory can be drawn on");
            frame::draw(&mut screen, session, hand, &KEYMAP, &Theme::new(WISH)).expect("memory can be drawn on");
            text(screen.backend().buffer())
        };
        for (x, y) in (2..size.0 - 2).step_by(7).flat_map(|x| (2..size.1 - 4).map(move |y| (x, y))) {
            let (without, with) = (at(&mut session, None), at(&mut session, Some(Position { x, y })));
            let carried = if size.0 == 60 && x > 36 { "● scipy 114.2 MB" } else { "● scipy 1.10.1 114.2 MB" };
            let row =
                with.iter().position(|row| row.contains(carried)).unwrap_or_else(|| panic!("{x}, {y}: {with:#?}"));
            for title in ["1 Function", "+ new", "2 EFS", "3 Left out"] {
                assert!(with.iter().any(|row| row.contains(title)), "{x}, {y} hides {title}: {with:#?}");
            }
            let beside = phrases(&with[row].replace(carried, "  "));
            let whole = phrases(&without[row]);
            assert!(beside.iter().all(|phrase| whole.contains(phrase)), "{x}, {y}: {beside:?} of {whole:?}");
        }
    }
}

#[test]
fn what_is_said_can_be_read_to_its_end_at_any_size() {
    let path = "/tmp/a-folder/with-a-long-name/and-another-one-below-it/bayplan.lock";
    let words = format!("{path} cannot be written: permission denied; check the folder or name another file");
    for message in [Message::Failed(words.clone()), Message::Done(words.clone())] {
        let mut session = session();
        session.update(message);
        for size in [(60, 16), (80, 24), (100, 30), (200, 50)] {
            let screen = text(&drawn(&mut session, size, WISH)).join(" ");
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            assert!(letters(&screen).contains(&letters(&words)), "{size:?}: {screen}");
        }
        session.update(Message::Act(Action::Down));
        let screen = text(&drawn(&mut session, (60, 16), WISH)).join(" ");
        assert!(!screen.contains("permission") && screen.contains("press f"), "gone with the next key: {screen}");
    }
}

#[test]
fn where_there_is_room_for_one_size_it_is_the_one_that_is_measured() {
    let mut session = session();
    session.update(Message::Act(Action::ToggleZipped));
    let screen = text(&drawn(&mut session, (80, 24), WISH));
    assert!(screen[2].contains("Packages ─") && screen[2].contains(" zipped share"), "{}", screen[2]);
    assert!(screen[3].contains("scipy 1.10.1       37.6 MB   38%"), "{}", screen[3]);
}

#[test]
fn the_smallest_window_says_whether_it_fits() {
    let mut session = session();
    assert!(text(&drawn(&mut session, (60, 16), WISH))[1].ends_with("352.9 of 250.0 MB  over"));
    session.update(Message::Act(Action::LeaveOut));
    assert!(text(&drawn(&mut session, (60, 16), WISH))[1].ends_with("238.7 of 250.0 MB  fits"));
    session.update(Message::Act(Action::Findings));
    let screen = text(&drawn(&mut session, (60, 16), WISH)).join("\n");
    assert!(screen.contains("Findings: ") && screen.contains("Esc closes ─"), "{screen}");
}

#[test]
fn help_and_findings_are_wrapped_and_never_cut() {
    let mut session = session();
    for (columns, rows) in [(60, 100), (80, 100)] {
        for action in [Action::Help, Action::Findings] {
            session.overlays.clear();
            session.update(Message::Act(action));
            let lines = text(&drawn(&mut session, (columns, rows), WISH));
            let top =
                lines.iter().position(|line| line.contains("Help:") || line.contains("Findings:")).expect("it is open");
            let inside = lines[top..].iter().take_while(|line| !line.contains("Esc closes"));
            let cut: Vec<&String> = inside.filter(|line| line.contains('…') && !line.contains("skipped")).collect();
            let beside_it = |line: &&&String| action == Action::Help && !line.contains("│…");
            assert!(cut.iter().filter(beside_it).all(|line| line.contains("1…9") || line.ends_with('│')), "{cut:?}");
        }
    }
    assert!(matches!(session.overlays.last(), Some(Overlay::Findings { .. })));
}

#[test]
fn wide_and_combining_letters_leave_the_columns_where_they_are() {
    let names = [
        "漢字漢字漢字.py",
        "e\u{301}te\u{301}.py",
        "👩‍💻.bin",
        "plain.py",
        "a-name-that-is-much-too-long-for-any-column-of-any-window-that-anybody-has-open.py",
    ];
    let mut session = Session::scanning("wide".to_owned(), true, KEYMAP.names());
    session.update(Message::Opened(Box::new(story::opened(story::without_all_but(&sorted(&names))))));
    for (columns, rows) in [(60, 16), (80, 24), (100, 30)] {
        let buffer = drawn(&mut session, (columns, rows), WISH);
        let lines = text(&buffer);
        let sizes: Vec<u16> = (3..3 + names.len() as u16)
            .map(|y| {
                (0..columns)
                    .find(|&x| buffer[(x, y)].symbol() == "1" && buffer[(x + 1, y)].symbol() == "0")
                    .expect("each is 10 B")
            })
            .collect();
        assert!(sizes.iter().all(|column| *column == sizes[0]), "{columns}: {sizes:?}\n{}", lines.join("\n"));
    }
}

fn sorted<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

/// The looks of a screen: each stretch of one look on the rows asked for.
fn looks(buffer: &Buffer, rows: &[u16]) -> String {
    let mut told = String::new();
    for &y in rows {
        let mut stretch = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            stretch.push_str(cell.symbol());
            let next = (x + 1 < buffer.area.width).then(|| buffer[(x + 1, y)].style());
            if next != Some(cell.style()) {
                let words: String =
                    stretch.split_whitespace().take(3).collect::<Vec<_>>().join(" ").chars().take(24).collect();
                let modifiers =
                    if cell.modifier == Modifier::empty() { String::new() } else { format!(" {:?}", cell.modifier) };
                if !words.is_empty() || cell.bg != Color::Reset {
                    told.push_str(&format!("{y:>2} {words:<24} {} on {}{modifiers}\n", cell.fg, cell.bg));
                }
                stretch.clear();
            }
        }
    }
    told
}

#[test]
fn in_each_depth_of_colour_the_same_things_stand_out() {
    let depths = [
        ("true", Wish { ground: Ground::Dark, ..WISH }),
        ("light", Wish { ground: Ground::Light, ..WISH }),
        ("indexed", Wish { depth: Depth::Indexed, ..WISH }),
        ("sixteen", Wish { depth: Depth::Sixteen, ..WISH }),
        ("none", Wish { depth: Depth::None, ..WISH }),
    ];
    for (name, wish) in depths {
        let mut session = session();
        let rows = looks(&drawn(&mut session, (80, 24), wish), &[1, 2, 3, 6, 21, 22]);
        show(&mut session, View::Treemap);
        let tiles = looks(&drawn(&mut session, (80, 24), wish), &[3, 4, 16]);
        insta::assert_snapshot!(format!("looks-{name}"), format!("{rows}map\n{tiles}"));
    }
}

#[test]
fn without_colours_there_is_no_colour_and_without_unicode_no_letter_beyond_ascii() {
    let mut session = session();
    for view in View::ALL {
        show(&mut session, view);
        let plain = drawn(&mut session, (80, 24), Wish { depth: Depth::None, ..WISH });
        let is_plain = |cell: &ratatui::buffer::Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
        assert!(plain.content.iter().all(is_plain), "{view:?}");
        let ascii = drawn(&mut session, (80, 24), Wish { alphabet: Alphabet::Ascii, ..WISH });
        let lines = text(&ascii).join("\n");
        assert!(lines.is_ascii(), "{view:?}:\n{lines}");
        let chosen = Wish { palette: Some(Palette::Light), ..WISH };
        assert_eq!(chosen.palette(), Palette::Light, "a theme that is asked for is not asked of the terminal");
    }
}
