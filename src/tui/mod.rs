//! Floor 4: the terminal: guard, layout, input, keymap, theme, and a view per region.
//!
//! The only floor that knows ratatui and crossterm.

pub mod background;
pub mod colour;
pub mod frame;
pub mod guard;
pub mod input;
pub mod keymap;
pub mod layout;
mod pack_work;
pub mod quiet;
mod run;
mod seer;
pub mod text;
pub mod theme;
pub mod view;
mod work;

pub use run::{Outcome, ScreenError, Settings, run};
