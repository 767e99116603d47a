//! How each role and each bucket looks (`assets/themes.toml`), in the colours that the terminal has, and the signs that
//! stand beside colours.

use std::collections::HashMap;
use std::sync::LazyLock;

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use serde::Deserialize;

use super::colour::{Depth, Ground, Palette};
use crate::model::finding::Severity;

/// What a piece of the screen is, which decides how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it, and assets/themes.toml lists them")]
pub enum Role {
    Text,
    Dim,
    Title,
    Brand,
    Good,
    Warning,
    Error,
    Note,
    Cursor,
    Resting,
    Mark,
    Carried,
    Lit,
    Refused,
    Border,
    Focused,
    Limit,
    Folder,
    Tab,
    Hint,
    Edge,
}

/// Whose colour something has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// The function's.
    Function,
    /// That of the layer in so manieth place.
    Layer(usize),
    /// That of EFS.
    Efs,
    /// That of what is left out.
    LeftOut,
    /// That of what is in several buckets.
    Several,
}

/// One look, as the file writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
}

/// A bucket's colours, as the file writes them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BucketLook {
    ink: String,
    ground: String,
    on: String,
}

/// The colours of all buckets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct BucketLooks {
    function: BucketLook,
    layer: Vec<BucketLook>,
    efs: BucketLook,
    left_out: BucketLook,
    several: BucketLook,
}

/// One theme, as the file writes it.
#[derive(Clone, Debug, Deserialize)]
struct Looks {
    buckets: Option<BucketLooks>,
    #[serde(flatten)]
    roles: HashMap<Role, Look>,
}

static LOOKS: LazyLock<HashMap<Palette, Looks>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/themes.toml")).expect("assets/themes.toml is compiled in and tested")
});

/// The characters that draw what words do not.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    /// An open row.
    pub open: &'static str,
    /// A closed row.
    pub closed: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// The part of the meter that fits.
    pub full: &'static str,
    /// The part of the meter that does not.
    pub over: &'static str,
    /// The part of the meter that is free.
    pub free: &'static str,
    /// The limit on the meter.
    pub limit: &'static str,
    /// A part of a bar in a row.
    pub bar: &'static str,
    /// All is well.
    pub good: char,
    /// A line across.
    pub line: &'static str,
    /// Something is cut off here.
    pub more: &'static str,
    /// Between parts of a line.
    pub between: &'static str,
    /// The corners and edges of panes.
    pub border: border::Set<'static>,
    ascii: bool,
}

const UNICODE: Signs = Signs {
    open: "▾",
    closed: "▸",
    mark: "●",
    full: "█",
    over: "▒",
    free: "░",
    limit: "│",
    bar: "▬",
    good: '✓',
    line: "─",
    more: "…",
    between: " │ ",
    border: border::PLAIN,
    ascii: false,
};

const ASCII: Signs = Signs {
    open: "v",
    closed: ">",
    mark: "*",
    full: "#",
    over: "%",
    free: ".",
    limit: "|",
    bar: "=",
    good: '+',
    line: "-",
    more: "~",
    between: " | ",
    border: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    ascii: true,
};

impl Signs {
    /// The sign of a severity.
    pub fn severity(&self, severity: Severity) -> char {
        match (self.ascii, severity) {
            (false, severity) => severity.sign(),
            (true, Severity::Error) => 'x',
            (true, Severity::Warning) => '!',
            (true, Severity::Note) => '-',
        }
    }

    /// Text as this terminal can show it: our own few signs are replaced where only ASCII is wanted.
    pub fn text(&self, text: &str) -> String {
        if !self.ascii {
            return text.to_owned();
        }
        let replaced = text.replace('→', "->").replace('≥', ">=").replace('≈', "~").replace(['·', '–'], "-");
        let replaced = replaced.replace('›', ">").replace('✓', "+");
        replaced.replace('│', "|").replace('…', "...").replace('×', "x")
    }
}

/// Which theme is wished for, and what the terminal can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The theme; `None`: as the background is.
    pub palette: Option<Palette>,
    /// What the background seems to be, before the terminal has said so.
    pub ground: Ground,
    /// The colours that the terminal has.
    pub depth: Depth,
    /// The characters that it has.
    pub alphabet: Alphabet,
}

impl Wish {
    /// Whether the theme hangs on the terminal's background.
    pub fn depends_on_ground(&self) -> bool {
        self.palette.is_none() && matches!(self.depth, Depth::True | Depth::Indexed)
    }

    /// The theme that it comes to.
    pub fn palette(&self) -> Palette {
        match (self.depth, self.palette) {
            (Depth::None, _) => Palette::Plain,
            (_, Some(palette)) if self.depth != Depth::Sixteen || palette == Palette::Plain => palette,
            (Depth::Sixteen, _) => Palette::Terminal,
            (_, _) => match self.ground {
                Ground::Dark => Palette::Dark,
                Ground::Light => Palette::Light,
            },
        }
    }
}

/// Looks and signs for one run.
#[derive(Clone, Debug)]
pub struct Theme {
    roles: HashMap<Role, Style>,
    buckets: Option<&'static BucketLooks>,
    depth: Depth,
    /// The characters.
    pub signs: Signs,
}

impl Theme {
    /// The theme that a wish comes to.
    pub fn new(wish: Wish) -> Theme {
        let looks = &LOOKS[&wish.palette()];
        let roles = looks.roles.iter().map(|(role, look)| (*role, style(look, wish.depth))).collect();
        let signs = match wish.alphabet {
            Alphabet::Unicode => UNICODE,
            Alphabet::Ascii => ASCII,
        };
        Theme { roles, buckets: looks.buckets.as_ref(), depth: wish.depth, signs }
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.roles.get(&role).copied().unwrap_or_default()
    }

    /// How a severity looks.
    pub fn severity(&self, severity: Severity) -> Style {
        self.style(match severity {
            Severity::Error => Role::Error,
            Severity::Warning => Role::Warning,
            Severity::Note => Role::Note,
        })
    }

    /// How the name of a bucket is written.
    pub fn ink(&self, tint: Tint) -> Style {
        self.bucket(tint).map_or(Style::new(), |look| Style::new().fg(self.colour(&look.ink)))
    }

    /// How a tile is coloured and written on.
    pub fn tile(&self, tint: Tint) -> Style {
        let coloured = |look: &BucketLook| Style::new().fg(self.colour(&look.on)).bg(self.colour(&look.ground));
        self.bucket(tint).map_or(Style::new(), coloured)
    }

    /// How the tile under the cursor is: written on the ink of its bucket.
    pub fn lit_tile(&self, tint: Tint) -> Style {
        let coloured =
            |look: &BucketLook| self.style(Role::Edge).bg(self.colour(&look.ink)).add_modifier(Modifier::BOLD);
        self.bucket(tint).map_or(self.style(Role::Cursor), coloured)
    }

    /// The colour of the thin edges between tiles.
    pub fn edge(&self) -> Style {
        self.style(Role::Edge)
    }

    /// Whether tiles are told apart by frames, for want of colours or of characters.
    pub fn frames_tiles(&self) -> bool {
        self.buckets.is_none() || self.signs.ascii
    }

    fn bucket(&self, tint: Tint) -> Option<&'static BucketLook> {
        let looks = self.buckets?;
        Some(match tint {
            Tint::Function => &looks.function,
            Tint::Layer(place) => looks.layer.get(place % looks.layer.len().max(1))?,
            Tint::Efs => &looks.efs,
            Tint::LeftOut => &looks.left_out,
            Tint::Several => &looks.several,
        })
    }

    fn colour(&self, name: &str) -> Color {
        self.depth.shown(name)
    }
}

/// Which characters are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Lines and blocks.
    Unicode,
    /// ASCII only, for terminals and fonts that have nothing else.
    Ascii,
}

fn style(look: &Look, depth: Depth) -> Style {
    let mut style = Style::new();
    style.fg = look.fg.as_ref().map(|name| depth.shown(name));
    style.bg = look.bg.as_ref().map(|name| depth.shown(name));
    let modifiers = [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underlined, Modifier::UNDERLINED),
        (look.reversed, Modifier::REVERSED),
    ];
    modifiers.into_iter().filter(|(on, _)| *on).fold(style, |style, (_, modifier)| style.add_modifier(modifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_themes_know_every_role_and_every_colour() {
        for (palette, looks) in LOOKS.iter() {
            assert_eq!(looks.roles.len(), 21, "theme {palette:?}");
            for look in looks.roles.values().flat_map(|look| [&look.fg, &look.bg]).flatten() {
                assert!(look.parse::<Color>().is_ok(), "{palette:?}: {look}");
                assert_ne!(*palette, Palette::Plain, "the plain theme has no colours");
            }
        }
        assert_eq!(LOOKS.len(), Palette::ALL.len());
    }
}
