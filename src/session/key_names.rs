//! How the keys are called that the session's sentences speak of. Only the keymap knows; the session repeats it.

use std::collections::BTreeMap;

use super::message::Action;

/// The name of the key for each action, while nothing lies over the panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyNames {
    names: BTreeMap<Action, String>,
}

impl KeyNames {
    /// The key of an action, as it is called in a sentence.
    pub fn of(&self, action: Action) -> &str {
        self.names.get(&action).map_or("(no key)", String::as_str)
    }
}

impl FromIterator<(Action, String)> for KeyNames {
    fn from_iter<I: IntoIterator<Item = (Action, String)>>(names: I) -> KeyNames {
        KeyNames { names: names.into_iter().collect() }
    }
}
