//! How the screen is opened, and how it looks.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::target::TargetArguments;
use crate::tui::colour::Palette;

/// How the screen looks.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ScreenArguments {
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// The colours: auto asks the terminal for its background
    #[arg(long, value_name = "THEME", value_enum, default_value_t = ThemeName::Auto)]
    pub theme: ThemeName,
    /// A file of keys laid over the usual ones [default: bayplan/keys.toml in the configuration folder]
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// Write down what happens on the screen, for a report of a bug; lines are added to the file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

/// A theme, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ThemeName {
    /// As the terminal's background is
    Auto,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// The terminal's own sixteen colours
    Terminal,
    /// No colours
    Plain,
}

impl From<ThemeName> for Option<Palette> {
    fn from(name: ThemeName) -> Option<Palette> {
        match name {
            ThemeName::Auto => None,
            ThemeName::Dark => Some(Palette::Dark),
            ThemeName::Light => Some(Palette::Light),
            ThemeName::Terminal => Some(Palette::Terminal),
            ThemeName::Plain => Some(Palette::Plain),
        }
    }
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct OpenArguments {
    /// A build folder, a zip, or demo:
    #[arg(default_value = ".")]
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub screen: ScreenArguments,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct DemoArguments {
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub screen: ScreenArguments,
}

impl From<DemoArguments> for OpenArguments {
    fn from(demo: DemoArguments) -> OpenArguments {
        OpenArguments { path: PathBuf::from("demo:"), target: demo.target, screen: demo.screen }
    }
}
