//! Which key means what: `assets/keymap.toml`, compiled in, turned into look-ups.

use std::collections::HashMap;
use std::sync::LazyLock;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::Deserialize;

use crate::session::Action;

/// Where keys count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
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
    /// A line of text, and the help.
    Typing,
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
    /// Programs in which the key means the same.
    #[serde(default)]
    pub like: Option<String>,
}

/// A key with its modifiers. Shift is part of a letter, not beside it.
type Chord = (KeyCode, KeyModifiers);

/// The whole keymap.
#[derive(Debug)]
pub struct Keymap {
    entries: HashMap<Context, Vec<Entry>>,
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
    Pending(KeyCode, KeyModifiers),
    /// Nothing.
    Nothing,
}

impl Keymap {
    fn new(entries: HashMap<Context, Vec<Entry>>) -> Result<Keymap, String> {
        let (mut single, mut double) = (HashMap::new(), HashMap::new());
        for (context, entry) in
            entries.iter().flat_map(|(context, list)| list.iter().map(move |entry| (*context, entry)))
        {
            for written in &entry.keys {
                let chords: Vec<Chord> = written.split(' ').map(parse_chord).collect::<Result<_, _>>()?;
                let action = action_of(&entry.action, written)?;
                let clash = match chords[..] {
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
        let chord = normalise(key.code, key.modifiers);
        if let Some(action) = pending.and_then(|first| self.double.get(&(context, first, chord))) {
            return Lookup::Action(*action);
        }
        if let Some(action) = self.single.get(&(context, chord)) {
            return Lookup::Action(*action);
        }
        let begins = self.double.keys().any(|(other, first, _)| *other == context && *first == chord);
        if begins { Lookup::Pending(chord.0, chord.1) } else { Lookup::Nothing }
    }

    /// The first key that means an action in the panes, as it is written; nothing where none does.
    pub fn key_of(&self, action: Action) -> &str {
        let entries = self.entries.get(&Context::Panes).into_iter().flatten();
        let mut found = entries.filter(|entry| action_of(&entry.action, "").is_ok_and(|other| other == action));
        found.next().and_then(|entry| entry.keys.first()).map_or("", String::as_str)
    }

    /// The entries that the help shows.
    pub fn shown(&self) -> impl Iterator<Item = &Entry> {
        self.entries.get(&Context::Panes).into_iter().flatten().filter(|entry| entry.does.is_some())
    }
}

/// An action by its name; `bucket` takes its number from the key.
fn action_of(name: &str, key: &str) -> Result<Action, String> {
    if name == "bucket" {
        return key.parse().map(Action::Bucket).map_err(|_| format!("\"{key}\" is no number of a bucket"));
    }
    let text = toml::Value::String(name.to_owned());
    text.try_into().map_err(|_| format!("\"{name}\" is not the name of an action"))
}

fn parse_chord(written: &str) -> Result<Chord, String> {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = written;
    while let Some((modifier, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
        modifiers |= match modifier {
            "ctrl" => KeyModifiers::CONTROL,
            "alt" => KeyModifiers::ALT,
            "shift" => KeyModifiers::SHIFT,
            _ => return Err(format!("\"{written}\" is not a key")),
        };
        rest = after;
    }
    Ok(normalise(parse_code(rest).ok_or_else(|| format!("\"{written}\" is not a key"))?, modifiers))
}

fn parse_code(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    if let (Some(only), None) = (letters.next(), letters.next()) {
        return Some(KeyCode::Char(only));
    }
    Some(match name {
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        _ => KeyCode::F(name.strip_prefix('f')?.parse().ok()?),
    })
}

/// Terminals differ in how they tell shifted keys; one form of each is kept.
fn normalise(code: KeyCode, modifiers: KeyModifiers) -> Chord {
    let kept = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
    match code {
        KeyCode::BackTab => (KeyCode::Tab, kept | KeyModifiers::SHIFT),
        KeyCode::Char(letter) => (KeyCode::Char(letter), kept - KeyModifiers::SHIFT),
        other => (other, kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let Lookup::Pending(code, modifiers) = KEYMAP.look_up(Context::Panes, None, &g) else { panic!("g begins gg") };
        assert_eq!(KEYMAP.look_up(Context::Panes, Some((code, modifiers)), &g), Lookup::Action(Action::First));
    }

    #[test]
    fn a_keymap_that_is_wrong_says_what_is_wrong() {
        let keymap = |text: &str| Keymap::new(toml::from_str(text).unwrap()).unwrap_err();
        assert!(keymap("[[panes]]\nkeys=[\"j\"]\naction=\"jump\"").contains("\"jump\" is not the name of an action"));
        assert!(keymap("[[panes]]\nkeys=[\"hyper-j\"]\naction=\"down\"").contains("\"hyper-j\" is not a key"));
        assert!(keymap("[[panes]]\nkeys=[\"j\", \"j\"]\naction=\"down\"").contains("two meanings"));
    }
}
