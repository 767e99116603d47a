//! `keys`: a user's keys, laid over those that are built in.

use bayplan::session::Action;
use bayplan::tui::keymap::{Context, Keymap};
use bayplan::tui::keys_file::overlay;

use super::holds::are_fit_to_print;

/// Whatever keys are taken, one still quits, and help names none that does nothing.
pub fn keys(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match overlay(text) {
        Ok(keymap) => is_usable(&keymap),
        Err(error) => are_fit_to_print(&error.to_string()),
    }
}

fn is_usable(keymap: &Keymap) {
    for context in Context::ALL {
        let quits = [Action::Quit, Action::Interrupt].iter().any(|&action| keymap.key_of(context, action).is_some());
        assert!(quits, "a key leads out of [{}]", context.name());
    }
    for entry in keymap.shown() {
        assert!(!entry.keys.is_empty(), "{} is shown and has no key", entry.action);
        assert!(entry.meaning().is_some(), "{} means nothing", entry.action);
    }
}
