//! What a program leaves of the terminal, read from all that it wrote.

use std::collections::BTreeSet;

/// What the private modes in `raw` leave switched on, in words: each `CSI ? … h` that no later `CSI ? … l` takes back,
/// and a cursor that stays hidden.
pub fn modes_left(raw: &[u8]) -> Vec<String> {
    let mut on = BTreeSet::from([25]);
    for (modes, set) in private_modes(raw) {
        for mode in modes {
            if set {
                on.insert(mode)
            } else {
                on.remove(&mode)
            };
        }
    }
    let mut left: Vec<String> = on.iter().filter(|mode| **mode != 25).map(|mode| name_of_mode(*mode)).collect();
    if !on.contains(&25) {
        left.push("a hidden cursor (?25l)".to_owned());
    }
    left
}

fn name_of_mode(mode: u16) -> String {
    let name = match mode {
        47 | 1047 | 1049 => "the alternate screen",
        9 | 1000 | 1002 | 1003 | 1005 | 1006 | 1015 | 1016 => "mouse reports",
        1004 => "focus reports",
        2004 => "bracketed paste",
        2026 => "an update held back",
        _ => "a private mode",
    };
    format!("{name} (?{mode}h)")
}

/// Each `ESC [ ? 1;2;3 h` or `l` in order: the modes, and whether they were set.
fn private_modes(raw: &[u8]) -> Vec<(Vec<u16>, bool)> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[?").skip(1);
    sequences
        .filter_map(|rest| {
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
            let set = rest[end..].starts_with('h');
            let modes = rest[..end].split(';').filter_map(|mode| mode.parse().ok()).collect();
            (set || rest[end..].starts_with('l')).then_some((modes, set))
        })
        .collect()
}
