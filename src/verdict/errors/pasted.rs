//! What stands around an error where people copy it from: the box that Terraform draws, a quotation's margin, a pipeline's
//! time stamps, and the escapes of JSON, HTML and shells. None of it is part of the error.

/// Marks that stand at the beginning of lines.
const MARGINS: &[char] = &['|', '>', '│', '┃', '║', '╷', '╵', '╭', '╰', '┌', '└'];
/// How a quotation mark or a line's end is written inside of other texts.
const ESCAPES: &[(&str, &str)] = &[
    ("\\n", "\n"),
    ("\\\"", "\""),
    ("\\'", "'"),
    ("\\u0027", "'"),
    ("\\u0022", "\""),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&quot;", "\""),
    ("&gt;", ">"),
];

/// The text without margins and escapes.
pub(super) fn plain(text: &str) -> String {
    let lines = text.lines().map(without_margin).collect::<Vec<_>>().join("\n");
    let is_escaped = lines.contains(['\\', '&']);
    let unescape = |text: String, (escape, meant): &(&str, &str)| text.replace(escape, meant);
    if is_escaped { ESCAPES.iter().fold(lines, unescape) } else { lines }
}

fn without_margin(line: &str) -> &str {
    let line = line.trim_start();
    let line = match line.split_once(' ') {
        Some((first, rest)) if is_time_stamp(first) => rest,
        _ => line,
    };
    line.trim_start_matches(|letter: char| letter.is_whitespace() || MARGINS.contains(&letter))
}

/// `2023-06-01T12:00:00.1234567Z`, in brackets or not.
fn is_time_stamp(word: &str) -> bool {
    let word = word.trim_start_matches('[').trim_end_matches(']');
    let is_part = |letter: char| letter.is_ascii_digit() || "-:.,TZ+".contains(letter);
    word.starts_with(|letter: char| letter.is_ascii_digit()) && word.contains(':') && word.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_stamps_and_escapes_are_taken_off() {
        assert_eq!(
            plain("╷\n│ Error: Unzipped size\n│   must be smaller\n╵"),
            "\nError: Unzipped size\nmust be smaller\n"
        );
        assert_eq!(
            plain("2023-06-01T12:00:00.1234567Z Unzipped\n[12:00:01] size\n> must be"),
            "Unzipped\nsize\nmust be"
        );
        assert_eq!(plain("No module named \\'pandas\\'\\nTraceback"), "No module named 'pandas'\nTraceback");
        assert_eq!(plain("No module named \\u0027a\\u0027 and &#39;b&#39;"), "No module named 'a' and 'b'");
        assert_eq!(plain("85207199 bytes"), "85207199 bytes", "a number is no time");
    }
}
