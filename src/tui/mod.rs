//! Floor 4: the terminal: guard, layout, input, keymap, theme, and a view per region.
//!
//! The only floor that knows ratatui and crossterm.

#[cfg(unix)]
mod answer;
pub mod background;
mod chord;
pub mod colour;
mod export_work;
pub mod frame;
pub mod guard;
pub mod input;
pub mod keymap;
pub mod keys_file;
pub mod layout;
#[cfg(unix)]
mod line;
mod log;
mod pack_work;
pub mod quiet;
mod run;
mod seer;
mod shell;
pub mod text;
pub mod theme;
pub mod view;
mod work;

pub use run::{Outcome, ScreenError, Settings, run};
