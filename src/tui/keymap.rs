//! Which key means what: `assets/keymap.toml`, compiled in, with what the user's file lays over it, turned into look-ups.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crossterm::event::KeyEvent;
use serde::Deserialize;

use super::chord::{self, Chord};
use crate::session::{Action, KeyNames};

/// Where keys count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Tree and buckets, moving or not.
    Panes,
    /// A question with yes and no.
    Question,
    /// Details.
    Reading,
    /// Steps of a proposal, slimming rules, findings.
    Choosing,
    /// What tools would be given to deploy the plan with.
    Exporting,
    /// A line of text, and the help.
    Typing,
}

impl Context {
    /// All of them.
    pub const ALL: [Context; 6] =
        [Context::Panes, Context::Question, Context::Reading, Context::Choosing, Context::Exporting, Context::Typing];

    /// The name of its table in a file of keys.
    pub fn name(self) -> &'static str {
        match self {
            Context::Panes => "panes",
            Context::Question => "question",
            Context::Reading => "reading",
            Context::Choosing => "choosing",
            Context::Exporting => "exporting",
            Context::Typing => "typing",
        }
    }
}

/// One entry of the keymap.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// As written.
    pub keys: Vec<String>,
    /// The action's name.
    pub action: String,
    /// What it does, for the help; nothing hides it there.
    #[serde(default)]
    pub does: Option<String>,
    /// What it does while packages are in the hand.
    #[serde(default)]
    pub moving: Option<String>,
    /// Programs in which the key means the same.
    #[serde(default)]
    pub like: Option<String>,
}

impl Entry {
    /// The action; of one that is counted, its first.
    pub fn meaning(&self) -> Option<Action> {
        action_of(&self.action, 0).ok()
    }

    /// Each key with what it means.
    fn meanings(&self) -> impl Iterator<Item = (&str, Action)> {
        self.keys
            .iter()
            .enumerate()
            .filter_map(move |(number, key)| action_of(&self.action, number).ok().map(|action| (key.as_str(), action)))
    }
}

/// The whole keymap.
#[derive(Clone, Debug)]
pub struct Keymap {
    pub(super) entries: BTreeMap<Context, Vec<Entry>>,
    single: HashMap<(Context, Chord), Action>,
    double: HashMap<(Context, Chord, Chord), Action>,
}

/// The keymap as it is shipped.
pub static KEYMAP: LazyLock<Keymap> = LazyLock::new(|| {
    let entries =
        toml::from_str(include_str!("../../assets/keymap.toml")).expect("assets/keymap.toml is compiled in and tested");
    Keymap::new(entries).expect("assets/keymap.toml is compiled in and tested")
});

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// An action.
    Action(Action),
    /// The first of two keys.
    Pending(Chord),
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// A keymap of these entries; an error says what contradicts what.
    pub(super) fn new(entries: BTreeMap<Context, Vec<Entry>>) -> Result<Keymap, String> {
        let (mut single, mut double) = (HashMap::new(), HashMap::new());
        for (context, entry) in
            entries.iter().flat_map(|(context, list)| list.iter().map(move |entry| (*context, entry)))
        {
            for (number, written) in entry.keys.iter().enumerate() {
                let action = action_of(&entry.action, number)?;
                let clash = match chord::parse(written)?[..] {
                    [only] => single.insert((context, only), action),
                    [first, second] => double.insert((context, first, second), action),
                    _ => return Err(format!("\"{written}\" is more than two keys")),
                };
                if clash.is_some() {
                    return Err(format!("\"{written}\" has two meanings in one context"));
                }
            }
        }
        Ok(Keymap { entries, single, double })
    }

    /// What a key means, after the first of two keys or after none.
    pub fn look_up(&self, context: Context, pending: Option<Chord>, key: &KeyEvent) -> Lookup {
        let chord = chord::normalise(key.code, key.modifiers);
        if let Some(action) = pending.and_then(|first| self.double.get(&(context, first, chord))) {
            return Lookup::Action(*action);
        }
        if let Some(action) = self.single.get(&(context, chord)) {
            return Lookup::Action(*action);
        }
        let begins = self.double.keys().any(|(other, first, _)| *other == context && *first == chord);
        if begins { Lookup::Pending(chord) } else { Lookup::Nothing }
    }

    /// The entries that the help shows for the panes.
    pub fn shown(&self) -> impl Iterator<Item = &Entry> {
        self.shown_in(Context::Panes)
    }

    /// The entries that the help shows for a context.
    pub fn shown_in(&self, context: Context) -> impl Iterator<Item = &Entry> {
        self.entries.get(&context).into_iter().flatten().filter(|entry| entry.does.is_some() && !entry.keys.is_empty())
    }

    /// The entries that say what they do while packages are in the hand.
    pub fn shown_while_moving(&self) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.get(&Context::Panes).into_iter().flatten();
        entries.filter(|entry| entry.moving.is_some() && !entry.keys.is_empty())
    }

    /// The first key of an action, as it is written; `None`: it has none.
    pub fn key_of(&self, context: Context, action: Action) -> Option<&str> {
        self.entries.get(&context)?.iter().find_map(|entry| {
            let mut meanings = entry.meanings();
            meanings.find_map(|(key, meaning)| (meaning == action).then_some(key))
        })
    }

    /// The first key of an action as a sentence calls it.
    pub fn called(&self, context: Context, action: Action) -> String {
        self.key_of(context, action).map_or_else(|| "(no key)".to_owned(), chord::called)
    }

    /// What the session's sentences call the keys.
    pub fn names(&self) -> KeyNames {
        let entries = self.entries.get(&Context::Panes).into_iter().flatten();
        let actions = entries.flat_map(Entry::meanings).map(|(_, action)| action);
        actions.filter_map(|action| Some((action, chord::called(self.key_of(Context::Panes, action)?)))).collect()
    }
}

/// An action by its name; of one that is counted, `bucket`, the one that the key's place among its keys stands for.
pub(super) fn action_of(name: &str, number: usize) -> Result<Action, String> {
    if name == "bucket" {
        let number = u8::try_from(number + 1).map_err(|_| "there are not so many buckets".to_owned())?;
        return Ok(Action::Bucket(number));
    }
    let text = toml::Value::String(name.to_owned());
    text.try_into().map_err(|_| format!("\"{name}\" is not the name of an action"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Lookup {
        KEYMAP.look_up(Context::Panes, None, &KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_have_one_meaning_in_each_context() {
        assert_eq!(press(KeyCode::Char('j'), KeyModifiers::NONE), Lookup::Action(Action::Down));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), Lookup::Action(Action::Last));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), Lookup::Action(Action::PreviousPane));
        assert_eq!(press(KeyCode::Char('3'), KeyModifiers::NONE), Lookup::Action(Action::Bucket(3)));
        assert_eq!(press(KeyCode::Char('-'), KeyModifiers::NONE), Lookup::Action(Action::CloseAll));
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::CONTROL), Lookup::Action(Action::Interrupt));
        assert_eq!(press(KeyCode::F(9), KeyModifiers::NONE), Lookup::Nothing);
    }

    #[test]
    fn two_keys_can_mean_one_thing() {
        let g = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::NONE);
        let Lookup::Pending(first) = KEYMAP.look_up(Context::Panes, None, &g) else { panic!("g begins gg") };
        assert_eq!(KEYMAP.look_up(Context::Panes, Some(first), &g), Lookup::Action(Action::First));
    }

    #[test]
    fn a_keymap_that_is_wrong_says_what_is_wrong() {
        let keymap = |text: &str| Keymap::new(toml::from_str(text).unwrap()).unwrap_err();
        assert!(keymap("[[panes]]\nkeys=[\"j\"]\naction=\"jump\"").contains("\"jump\" is not the name of an action"));
        assert!(keymap("[[panes]]\nkeys=[\"hyper-j\"]\naction=\"down\"").contains("\"hyper-j\" is not a key"));
        assert!(keymap("[[panes]]\nkeys=[\"j\", \"j\"]\naction=\"down\"").contains("two meanings"));
    }

    #[test]
    fn every_context_can_be_left_and_every_key_of_the_panes_is_told() {
        for context in Context::ALL {
            assert!(KEYMAP.key_of(context, Action::Interrupt).is_some(), "{}", context.name());
        }
        assert_eq!(KEYMAP.key_of(Context::Panes, Action::Fit), Some("f"));
        // A user's keys go to the action's entry: with two of them each would get the same.
        for (context, entries) in &KEYMAP.entries {
            let names: std::collections::BTreeSet<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
            assert_eq!(names.len(), entries.len(), "an action stands twice in [{}]", context.name());
        }
        let silent = ["range-down", "range-up", "put-down"];
        for entry in &KEYMAP.entries[&Context::Panes] {
            assert_eq!(entry.does.is_none(), silent.contains(&entry.action.as_str()), "{}", entry.action);
        }
    }
}
