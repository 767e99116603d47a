//! How each role looks (`assets/themes.toml`), and the signs that stand beside colours.

use std::collections::HashMap;
use std::sync::LazyLock;

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use serde::Deserialize;

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

static LOOKS: LazyLock<HashMap<String, HashMap<Role, Look>>> = LazyLock::new(|| {
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
        replaced.replace('│', "|").replace('…', "...").replace('×', "x")
    }
}

/// Looks and signs for one run.
#[derive(Clone, Debug)]
pub struct Theme {
    looks: HashMap<Role, Style>,
    /// The characters.
    pub signs: Signs,
}

impl Theme {
    /// With or without colours, with or without characters beyond ASCII.
    pub fn new(colour: Colour, alphabet: Alphabet) -> Theme {
        let name = match colour {
            Colour::Sixteen => "colour",
            Colour::None => "plain",
        };
        let looks = LOOKS[name].iter().map(|(role, look)| (*role, style(look))).collect();
        let signs = match alphabet {
            Alphabet::Unicode => UNICODE,
            Alphabet::Ascii => ASCII,
        };
        Theme { looks, signs }
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.looks.get(&role).copied().unwrap_or_default()
    }

    /// How a severity looks.
    pub fn severity(&self, severity: Severity) -> Style {
        self.style(match severity {
            Severity::Error => Role::Error,
            Severity::Warning => Role::Warning,
            Severity::Note => Role::Note,
        })
    }
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// The sixteen of the terminal.
    Sixteen,
    /// None: `NO_COLOR`.
    None,
}

/// Which characters are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Lines and blocks.
    Unicode,
    /// ASCII only, for terminals and fonts that have nothing else.
    Ascii,
}

fn style(look: &Look) -> Style {
    let colour = |name: &Option<String>| name.as_ref().and_then(|name| name.parse::<Color>().ok());
    let mut style = Style::new();
    style.fg = colour(&look.fg);
    style.bg = colour(&look.bg);
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
    fn both_themes_know_every_role_and_every_colour() {
        for (name, looks) in LOOKS.iter() {
            assert_eq!(looks.len(), 18, "theme {name}");
            for look in looks.values().flat_map(|look| [&look.fg, &look.bg]).flatten() {
                assert!(look.parse::<Color>().is_ok(), "{name}: {look}");
                assert_ne!(name, "plain", "the plain theme has no colours");
            }
        }
    }
}
