//! The user's keys: a file that is laid over the compiled-in table.
//!
//! ```toml
//! [panes]
//! fit = ["F", "ctrl-f"]   # these keys instead of those that it had
//! details = []            # no key at all
//! ```
//!
//! A key that is given to one action is taken from whatever had it. What cannot be, names its line and the cure, and
//! nothing of the file is used: half of somebody's keys would be worse than none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::chord::{self, Chord};
use super::keymap::{Context, Entry, KEYMAP, Keymap};
use crate::model::escape::printable;
use crate::planfile::PlanError;
use crate::session::Action;
use crate::workflow::system_words;

/// More than any keymap needs.
const LARGEST: u64 = 1024 * 1024;

/// Why the user's keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no such file, or the system refuses.
    #[error("{}: the keys cannot be read: {}; mend it, or name another file with --keys", shown(.0), .1)]
    Read(PathBuf, String),
    /// What it says.
    #[error("{}:{}", shown(.0), .1)]
    Text(PathBuf, PlanError),
}

fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}

/// The keymap with a user's file laid over it: the one that is named, else `keys.toml` in the configuration folder if
/// it is there.
pub fn load(named: Option<&Path>) -> Result<Keymap, KeysError> {
    let path = match (named, configured()) {
        (Some(path), _) => path.to_owned(),
        (None, Some(path)) if path.symlink_metadata().is_ok() => path,
        _ => return Ok(KEYMAP.clone()),
    };
    let text = read(&path).map_err(|why| KeysError::Read(path.clone(), why))?;
    overlay(&text).map_err(|error| KeysError::Text(path, error))
}

/// Where the file lies if nobody says otherwise.
pub fn configured() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    folder.map(|folder| folder.join("bayplan").join("keys.toml"))
}

fn read(path: &Path) -> Result<String, String> {
    let metadata = path.metadata().map_err(|error| system_words(&error))?;
    // A FIFO would wait for a writer for ever.
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| system_words(&error))?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| system_words(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 1 MB and cannot be a table of keys".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

type Text = Spanned<String>;
type Tables = BTreeMap<Text, BTreeMap<Text, Vec<Text>>>;

/// One action's keys, as the user wants them.
struct Wish<'a> {
    context: Context,
    action: &'a Text,
    keys: Vec<(&'a Text, Vec<Chord>)>,
}

/// The compiled-in keymap with a text laid over it.
pub fn overlay(text: &str) -> Result<Keymap, PlanError> {
    let tables: Tables = toml::from_str(text).map_err(|error| PlanError::from_toml(text, &error))?;
    let reader = Reader { text };
    let mut wishes = Vec::new();
    for (name, actions) in &tables {
        let context = reader.context(name)?;
        for (action, keys) in actions {
            wishes.push(reader.wish(context, action, keys)?);
        }
    }
    reader.refuse_clashes(&wishes)?;
    let mut entries = KEYMAP.entries.clone();
    for wish in &wishes {
        grant(entries.entry(wish.context).or_default(), wish);
    }
    let keymap = Keymap::new(entries).map_err(PlanError::whole)?;
    refuse_traps(&keymap)?;
    Ok(keymap)
}

/// Gives an action its keys, and takes them from whatever had them.
fn grant(entries: &mut [Entry], wish: &Wish<'_>) {
    let is_taken = |written: &String| {
        let chords = chord::parse(written).unwrap_or_default();
        wish.keys.iter().any(|(_, wanted)| chords.starts_with(wanted) || wanted.starts_with(&chords))
    };
    for entry in entries {
        if entry.action == *wish.action.get_ref() {
            entry.keys = wish.keys.iter().map(|(key, _)| key.get_ref().clone()).collect();
        } else {
            entry.keys.retain(|written| !is_taken(written));
        }
    }
}

/// Whatever is open, something must leave it.
fn refuse_traps(keymap: &Keymap) -> Result<(), PlanError> {
    let trap = Context::ALL.into_iter().find(|context| keymap.key_of(*context, Action::Interrupt).is_none());
    match trap {
        Some(context) => {
            let name = context.name();
            let words = format!("no key quits from [{name}] any more; leave \"interrupt\" one, such as \"ctrl-c\"");
            Err(PlanError::whole(words))
        }
        None => Ok(()),
    }
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn error(&self, place: &Text, message: String) -> PlanError {
        PlanError::at(self.text, place.span(), message)
    }

    fn context(&self, name: &Text) -> Result<Context, PlanError> {
        let known = || Context::ALL.map(|context| format!("[{}]", context.name())).join(", ");
        let found = Context::ALL.into_iter().find(|context| context.name() == name.get_ref());
        found.ok_or_else(|| self.error(name, format!("there is no table [{}]; there are {}", name.get_ref(), known())))
    }

    fn wish<'t>(&self, context: Context, action: &'t Text, keys: &'t [Text]) -> Result<Wish<'t>, PlanError> {
        let entries = &KEYMAP.entries[&context];
        if !entries.iter().any(|entry| entry.action == *action.get_ref()) {
            let known: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
            let (name, table) = (action.get_ref(), context.name());
            let words = format!("\"{name}\" is no action of [{table}]; it has {}", known.join(", "));
            return Err(self.error(action, words));
        }
        let read = |key: &'t Text| {
            let chords = chord::parse(key.get_ref()).map_err(|why| self.error(key, why))?;
            self.refuse_key(context, key, &chords)?;
            Ok((key, chords))
        };
        Ok(Wish { context, action, keys: keys.iter().map(read).collect::<Result<_, _>>()? })
    }

    fn refuse_key(&self, context: Context, key: &Text, chords: &[Chord]) -> Result<(), PlanError> {
        use crossterm::event::{KeyCode, KeyModifiers};
        let is_letter = |(code, modifiers): &Chord| {
            matches!(code, KeyCode::Char(_)) && !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        };
        if chords.len() > 2 {
            return Err(self.error(key, format!("\"{}\" is more than two keys; use one or two", key.get_ref())));
        }
        if context == Context::Typing && chords.iter().any(is_letter) {
            let words = format!("\"{}\" is a letter, and letters are text here; use ctrl- or alt-", key.get_ref());
            return Err(self.error(key, words));
        }
        Ok(())
    }

    /// A key with two meanings in one table, or one that another key's first stroke hides.
    fn refuse_clashes(&self, wishes: &[Wish<'_>]) -> Result<(), PlanError> {
        let mut seen: Vec<(Context, &str, &Text, &[Chord])> = Vec::new();
        for wish in wishes {
            for (key, chords) in &wish.keys {
                let clash = seen.iter().find(|(context, _, _, other)| {
                    *context == wish.context && (other.starts_with(chords) || chords.starts_with(other))
                });
                if let Some((_, action, other, _)) = clash {
                    let (key_text, other) = (key.get_ref(), other.get_ref());
                    let words = if key_text == other {
                        format!("\"{key_text}\" means \"{action}\" already; give one of them another key")
                    } else {
                        format!(
                            "\"{key_text}\" and \"{other}\", which means \"{action}\", begin alike; change one of them"
                        )
                    };
                    return Err(self.error(key, words));
                }
                seen.push((wish.context, wish.action.get_ref(), key, chords));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::Lookup;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn press(keymap: &Keymap, letter: char) -> Lookup {
        keymap.look_up(Context::Panes, None, &KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE))
    }

    #[test]
    fn a_key_that_is_given_is_taken_from_what_had_it() {
        let keymap = overlay("[panes]\nfit = [\"d\", \"F\"]\nundo = []\n").unwrap();
        assert_eq!(press(&keymap, 'd'), Lookup::Action(Action::Fit));
        assert_eq!(press(&keymap, 'F'), Lookup::Action(Action::Fit));
        assert_eq!(press(&keymap, 'f'), Lookup::Nothing);
        assert_eq!(press(&keymap, 'u'), Lookup::Nothing);
        assert_eq!(press(&keymap, 'j'), Lookup::Action(Action::Down), "the rest stays");
        assert_eq!(keymap.key_of(Context::Panes, Action::LeaveOut), None);
        assert!(keymap.shown().all(|entry| entry.action != "undo" && entry.action != "leave-out"));
    }

    #[test]
    fn two_strokes_and_their_first_do_not_stand_together() {
        let keymap = overlay("[panes]\nfit = [\"g\"]\n").unwrap();
        assert_eq!(press(&keymap, 'g'), Lookup::Action(Action::Fit), "g g is gone");
        let keymap = overlay("[panes]\nfit = [\"d d\"]\n").unwrap();
        let Lookup::Pending(first) = press(&keymap, 'd') else { panic!("d begins d d") };
        let second = KeyEvent::new(KeyCode::Char('d'), KeyModifiers::NONE);
        assert_eq!(keymap.look_up(Context::Panes, Some(first), &second), Lookup::Action(Action::Fit));
    }

    #[test]
    fn hostile_files_are_refused_with_their_place_and_the_cure() {
        let deep = format!("x = {}{}", "[".repeat(5000), "]".repeat(5000));
        for (text, words) in [
            ("[panel]\nfit = [\"F\"]", "1:2: there is no table [panel]; there are [panes]"),
            ("[panes]\n\njump = [\"F\"]", "3:1: \"jump\" is no action of [panes]; it has up, down"),
            ("[panes]\nfit = [\"F\", \"hyper-f\"]", "2:13: \"hyper-f\" is not a key; write a character"),
            ("[panes]\nfit = [\"a b c\"]", "2:8: \"a b c\" is more than two keys"),
            ("[panes]\nfit = [\"F\"]\nundo = [\"F\"]", "means \"fit\" already; give one of them another key"),
            ("[panes]\nfit = [\"F\"]\nundo = [\"F F\"]", "begin alike; change one of them"),
            ("[typing]\nescape = [\"q\"]", "2:11: \"q\" is a letter, and letters are text here"),
            ("[panes]\ninterrupt = []", "no key quits from [panes] any more; leave \"interrupt\" one"),
            ("[panes]\nfit = [\"ctrl-c\"]", "no key quits from [panes] any more"),
            ("[panes]\nfit = \"F\"", "2:7: "),
            ("[panes", "1:7: "),
            ("fit = [\"F\"]", "1:"),
            ("[panes]\nfit = [\"\u{1b}[2J\"]", "2:"),
            (&deep, ""),
        ] {
            let error = overlay(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text:.60}: {error}");
            assert!(!error.contains('\u{1b}'), "nothing raw gets out: {error:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(?s).{0,200}") {
            let _ = overlay(&text);
        }

        #[test]
        fn no_table_of_keys_makes_it_panic(keys in proptest::collection::vec("[a-z -]{0,8}", 0..6), name in "(up|fit|bucket|interrupt|open)") {
            let keys: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
            let _ = overlay(&format!("[panes]\n{name} = [{}]\n", keys.join(", ")));
        }
    }
}
