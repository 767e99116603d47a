//! Which colours a terminal has and on which background, and how colours are measured: the nearest of 256, contrast, and
//! what is left of a colour for those who see two of its three parts.

use ratatui::style::Color;
use serde::Deserialize;

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All of 24 bits.
    True,
    /// 256: a cube and greys.
    Indexed,
    /// Sixteen, which the user has chosen.
    Sixteen,
    /// None, or none are wanted.
    None,
}

/// What letters stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Light letters on dark.
    Dark,
    /// Dark letters on light.
    Light,
}

/// A theme by its name in `assets/themes.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Palette {
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// The terminal's own sixteen colours.
    Terminal,
    /// No colours.
    Plain,
}

impl Palette {
    /// All of them.
    pub const ALL: [Palette; 4] = [Palette::Dark, Palette::Light, Palette::Terminal, Palette::Plain];
}

impl Depth {
    /// What the environment says, asked variable by variable.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Depth {
        let has = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let is_one_of = |name: &str, words: &[&str]| {
            let value = variable(name).unwrap_or_default().to_lowercase();
            words.iter().any(|word| value.contains(word))
        };
        match () {
            () if has("NO_COLOR") || variable("TERM").as_deref() == Some("dumb") => Depth::None,
            () if is_one_of("COLORTERM", &["truecolor", "24bit"]) => Depth::True,
            () if is_one_of("TERM", &["-direct", "kitty", "alacritty", "wezterm", "ghostty", "foot"]) => Depth::True,
            () if has("WT_SESSION") => Depth::True,
            () if is_one_of("TERM", &["256"]) => Depth::Indexed,
            () => Depth::Sixteen,
        }
    }

    /// A colour of a theme as this terminal shows it.
    pub fn shown(self, name: &str) -> Color {
        match (name.parse::<Color>(), self) {
            (Ok(Color::Rgb(red, green, blue)), Depth::Indexed) => Color::Indexed(nearest([red, green, blue])),
            (Ok(colour), _) => colour,
            (Err(_), _) => Color::Reset,
        }
    }
}

impl Ground {
    /// What `COLORFGBG` says, as rxvt, Konsole and others set it: `15;0`, the background last.
    pub fn of_variable(value: &str) -> Option<Ground> {
        match value.rsplit(';').next()?.parse::<u8>().ok()? {
            0..=6 | 8 => Some(Ground::Dark),
            7 | 9..=15 => Some(Ground::Light),
            _ => None,
        }
    }

    /// What a terminal's answer about its background says: `rgb:1616/1818/1d1d`, one to four digits a part.
    pub fn of_answer(answer: &str) -> Option<Ground> {
        let parts = answer.strip_prefix("rgb:").or_else(|| answer.strip_prefix("rgba:"))?;
        let mut parts = parts.split('/').map(|part| {
            let most = 16_u32.checked_pow(part.len() as u32).filter(|_| (1..=4).contains(&part.len()))? - 1;
            Some(u32::from_str_radix(part, 16).ok()? * 255 / most)
        });
        let mut next = || parts.next().flatten().map(|part| part as u8);
        let colour = [next()?, next()?, next()?];
        Some(if luminance(colour) > 0.18 { Ground::Light } else { Ground::Dark })
    }
}

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// The index of the nearest of xterm's 256 colours, its sixteen apart: those are what the user makes of them.
fn nearest(colour: Rgb) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance = |other: Rgb| -> u32 { colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let step = |part: u8| (0..6_u8).min_by_key(|&step| STEPS[usize::from(step)].abs_diff(part)).unwrap_or_default();
    let cube = colour.map(step);
    let of_cube = cube.map(|step| STEPS[usize::from(step)]);
    let grey = (0..24_u8).min_by_key(|&grey| distance([8 + 10 * grey; 3])).unwrap_or_default();
    if distance([8 + 10 * grey; 3]) < distance(of_cube) {
        232 + grey
    } else {
        16 + 36 * cube[0] + 6 * cube[1] + cube[2]
    }
}

/// How much light a colour gives, from 0 to 1 (WCAG 2.2).
pub fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// A part of a colour as light, from 0 to 1.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(variables: &[(&str, &str)]) -> Depth {
        let find =
            |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        Depth::of_environment(find)
    }

    #[test]
    fn the_environment_tells_how_many_colours_there_are() {
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(depth(&[("TERM", "xterm-kitty")]), Depth::True);
        assert_eq!(depth(&[("TERM", "screen-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), Depth::None);
        assert_eq!(depth(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), Depth::None);
        assert_eq!(depth(&[("COLORTERM", "truecolor"), ("NO_COLOR", "")]), Depth::True, "empty is as not set");
    }

    #[test]
    fn the_background_is_read_from_answers_and_variables() {
        assert_eq!(Ground::of_answer("rgb:1616/1818/1d1d"), Some(Ground::Dark));
        assert_eq!(Ground::of_answer("rgb:fdfd/f6f6/e3e3"), Some(Ground::Light));
        assert_eq!(Ground::of_answer("rgb:ff/ff/ff"), Some(Ground::Light));
        assert_eq!(Ground::of_answer("rgba:0/0/0/0"), Some(Ground::Dark));
        for garbage in ["", "rgb:", "rgb:1616/1818", "rgb:xx/yy/zz", "#ffffff", "rgb:12345/0/0"] {
            assert_eq!(Ground::of_answer(garbage), None, "{garbage}");
        }
        assert_eq!(Ground::of_variable("15;0"), Some(Ground::Dark));
        assert_eq!(Ground::of_variable("0;default;15"), Some(Ground::Light));
        assert_eq!(Ground::of_variable("default;default"), None);
    }

    #[test]
    fn of_256_colours_the_nearest_is_taken() {
        assert_eq!(nearest([0, 0, 0]), 16);
        assert_eq!(nearest([255, 255, 255]), 231);
        assert_eq!(nearest([128, 128, 128]), 244);
        assert_eq!(nearest([95, 135, 255]), 69);
    }
}
