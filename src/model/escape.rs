//! The one function that makes foreign text fit to print.
//!
//! File names, metadata and archive comments are written by strangers. Whatever of them reaches a screen, a report
//! or a plan went through [`printable`], so that no escape sequence, no line break and no reversed text gets out.

use std::fmt::Write;
use std::path::Path;

/// The bytes as text in which every character can be seen: bytes that are not UTF-8 as `\xFF`, control and
/// invisible formatting characters as `\u{1B}`, and a backslash doubled, so that different names stay different.
pub fn printable(raw: &[u8]) -> String {
    // Most names are plain letters, about which nothing has to be done.
    if raw.iter().fold(true, |plain, &byte| plain & (matches!(byte, b' '..=b'~') & (byte != b'\\'))) {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let mut text = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_visible(&mut text, character);
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// A path as it may stand in a sentence or a list.
pub fn shown_path(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}

/// Text with every character visible, for sentences that quote what was made fit to print before: a backslash stays as
/// it is.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => shown.push('\\'),
            _ => push_visible(&mut shown, character),
        }
    }
    shown
}

/// How many characters of a name a sentence holds.
const LONGEST_IN_A_SENTENCE: usize = 160;

/// A name that is fit to print, as it may stand in a sentence: of a very long one its beginning and its end. Where a
/// name is given back to programs it stays whole.
pub fn shortened(name: &str) -> String {
    let letters = name.chars().count();
    if letters <= LONGEST_IN_A_SENTENCE {
        return name.to_owned();
    }
    let half = LONGEST_IN_A_SENTENCE / 2;
    name.chars().take(half).chain(['…']).chain(name.chars().skip(letters - half)).collect()
}

fn push_visible(text: &mut String, character: char) {
    match character {
        '\\' => text.push_str("\\\\"),
        _ if is_hidden(character) => {
            let _ = write!(text, "\\u{{{:X}}}", character as u32);
        }
        _ => text.push(character),
    }
}

/// Whether a terminal or an editor would act on the character, or show nothing, instead of printing it.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        assert_eq!(printable("sklearn/größe 猫.py".as_bytes()), "sklearn/größe 猫.py");
    }

    #[test]
    fn what_a_terminal_would_act_on_is_spelled_out() {
        assert_eq!(printable(b"a\x1b[31mb\n"), "a\\u{1B}[31mb\\u{A}");
        assert_eq!(printable(b"caf\xe9.py"), "caf\\xE9.py");
        assert_eq!(printable("gpj.\u{202e}exe".as_bytes()), "gpj.\\u{202E}exe");
    }

    #[test]
    fn a_sentence_keeps_its_backslashes_and_hides_nothing() {
        assert_eq!(visible("a\\xFF\nb"), "a\\xFF\\u{A}b");
        assert_eq!(visible(&printable(b"a\x1b\\")), printable(b"a\x1b\\"));
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(shortened(&"a".repeat(160)).len(), 160);
        let long = shortened(&format!("start{}end", "x".repeat(4_000)));
        assert!(long.starts_with("startx") && long.ends_with("xend") && long.chars().count() == 161, "{long}");
    }

    #[test]
    fn different_names_stay_different() {
        assert_ne!(printable(b"\x1b"), printable(b"\\u{1B}"));
        assert_ne!(printable(b"\xff"), printable(b"\\xFF"));
    }
}
