//! Keys as they are written in a keymap, and as a terminal tells them: both come to one form.

use crossterm::event::{KeyCode, KeyModifiers};

/// A key with its modifiers. Shift is part of a letter, not beside it.
pub type Chord = (KeyCode, KeyModifiers);

/// What a key's name may be beside a single character.
const NAMES: &[(&str, KeyCode)] = &[
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
];

/// Keys that are typed one after the other, with spaces between: `g g`, `ctrl-a`, `shift-tab`, `f5`.
pub(super) fn parse(written: &str) -> Result<Vec<Chord>, String> {
    written.split(' ').map(|key| parse_chord(key).map_err(|why| why.unwrap_or_else(|| not_a_key(written)))).collect()
}

/// Keys as a sentence calls them: `Enter`, `Ctrl-s`, `g g`.
pub(super) fn called(written: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        match (word, letters.next(), letters.as_str()) {
            ("pageup", ..) => "PageUp".to_owned(),
            ("pagedown", ..) => "PageDown".to_owned(),
            (_, Some(first), rest) if !rest.is_empty() => format!("{}{rest}", first.to_ascii_uppercase()),
            _ => word.to_owned(),
        }
    };
    let chord = |chord: &str| chord.split_inclusive('-').map(word).collect::<String>();
    written.split(' ').map(chord).collect::<Vec<_>>().join(" ")
}

fn not_a_key(written: &str) -> String {
    let written = crate::model::escape::printable(written.as_bytes());
    format!(
        "\"{written}\" is not a key; write a character, or a name such as up, pagedown, space, f5, ctrl-a, shift-tab"
    )
}

fn parse_chord(written: &str) -> Result<Chord, Option<String>> {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = written;
    while let Some((modifier, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
        modifiers |= match modifier {
            "ctrl" => KeyModifiers::CONTROL,
            "alt" => KeyModifiers::ALT,
            "shift" => KeyModifiers::SHIFT,
            _ => return Err(None),
        };
        rest = after;
    }
    let code = parse_code(rest).ok_or(None)?;
    match (code, modifiers.contains(KeyModifiers::CONTROL)) {
        (KeyCode::Char('i' | 'I'), true) => Err(Some(sent_as(written, "tab"))),
        (KeyCode::Char('m' | 'M'), true) => Err(Some(sent_as(written, "enter"))),
        (KeyCode::Char('['), true) => Err(Some(sent_as(written, "esc"))),
        (KeyCode::Char(letter), true) => Ok(normalise(KeyCode::Char(letter.to_ascii_lowercase()), modifiers)),
        (KeyCode::Char(letter), false) if modifiers.contains(KeyModifiers::SHIFT) => {
            Ok(normalise(KeyCode::Char(letter.to_ascii_uppercase()), modifiers))
        }
        _ => Ok(normalise(code, modifiers)),
    }
}

/// Some keys cannot be told apart.
fn sent_as(written: &str, name: &str) -> String {
    format!("terminals send \"{written}\" as {name}; write \"{name}\"")
}

fn parse_code(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    if let (Some(only), None) = (letters.next(), letters.next()) {
        return (!only.is_control()).then_some(KeyCode::Char(only));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let number = name.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(KeyCode::F(number))
}

/// Terminals differ in how they tell shifted keys; one form of each is kept.
pub(super) fn normalise(code: KeyCode, modifiers: KeyModifiers) -> Chord {
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

    #[test]
    fn what_is_written_is_what_a_terminal_sends() {
        let one = |written: &str| parse(written).unwrap()[0];
        assert_eq!(one("shift-tab"), normalise(KeyCode::BackTab, KeyModifiers::NONE));
        assert_eq!(one("shift-a"), normalise(KeyCode::Char('A'), KeyModifiers::SHIFT));
        assert_eq!(one("ctrl-A"), normalise(KeyCode::Char('a'), KeyModifiers::CONTROL));
        assert_eq!(one("ctrl--"), (KeyCode::Char('-'), KeyModifiers::CONTROL));
        assert_eq!(one("-"), (KeyCode::Char('-'), KeyModifiers::NONE));
        assert_eq!(one("f12"), (KeyCode::F(12), KeyModifiers::NONE));
        assert_eq!(parse("g g").unwrap().len(), 2);
    }

    #[test]
    fn a_sentence_calls_keys_by_their_names() {
        for (written, name) in [
            ("enter", "Enter"),
            ("w", "w"),
            ("g g", "g g"),
            ("ctrl-s", "Ctrl-s"),
            ("-", "-"),
            ("f5", "F5"),
            ("pagedown", "PageDown"),
        ] {
            assert_eq!(called(written), name);
        }
    }

    #[test]
    fn what_no_terminal_sends_is_refused() {
        for wrong in ["", "hyper-j", "ctrl-", "f0", "f25", "f-1", "return", "g  g", "\u{1b}", "ctrl-alt-"] {
            assert!(parse(wrong).unwrap_err().contains("is not a key"), "{wrong:?}");
        }
        assert!(parse("ctrl-i").unwrap_err().contains("as tab"));
    }
}
