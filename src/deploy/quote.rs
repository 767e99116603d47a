//! Text as a literal of the language that it is written into. Nothing in it ends the literal, is expanded, or is seen as
//! anything but itself.

/// The language of a file, by which values in it are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// YAML 1.1 and 1.2: double-quoted flow scalars.
    Yaml,
    /// HCL: quoted templates, in which nothing is a template.
    Hcl,
    /// TypeScript and JavaScript.
    TypeScript,
    /// JSON.
    Json,
    /// POSIX shell: single quotes.
    Shell,
    /// A Dockerfile's `ENV` values and its orders in JSON.
    Dockerfile,
}

impl Language {
    /// All of them.
    pub(super) const ALL: [Language; 6] =
        [Language::Yaml, Language::Hcl, Language::TypeScript, Language::Json, Language::Shell, Language::Dockerfile];

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Language::Yaml => "yaml",
            Language::Hcl => "hcl",
            Language::TypeScript => "typescript",
            Language::Json => "json",
            Language::Shell => "shell",
            Language::Dockerfile => "dockerfile",
        }
    }

    /// The language of a file, by its name.
    pub(super) fn of_file(name: &str) -> Option<Language> {
        Some(match name.rsplit(['.', '/']).next()? {
            "yaml" | "yml" => Language::Yaml,
            "tf" => Language::Hcl,
            "ts" => Language::TypeScript,
            "json" => Language::Json,
            "sh" => Language::Shell,
            "Dockerfile" => Language::Dockerfile,
            _ => return None,
        })
    }

    /// A text as a literal.
    pub(super) fn quote(self, text: &str) -> String {
        match self {
            Language::Yaml => enclosed(text, yaml),
            Language::Hcl => hcl(text),
            Language::TypeScript | Language::Json => enclosed(text, json),
            Language::Shell => format!("'{}'", text.replace('\'', r"'\''")),
            Language::Dockerfile => dockerfile(text),
        }
    }
}

/// A word of a POSIX shell: bare where nothing in it means anything to the shell or to a command, else quoted. A path
/// that begins with `-` is no option.
pub fn shell_word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | '@' | '+');
    let path = if text.starts_with('-') { format!("./{text}") } else { text.to_owned() };
    if !path.is_empty() && path.chars().all(is_plain) { path } else { Language::Shell.quote(&path) }
}

fn enclosed(text: &str, push: fn(&mut String, char)) -> String {
    let mut quoted = String::from("\"");
    text.chars().for_each(|letter| push(&mut quoted, letter));
    quoted + "\""
}

/// What all of them escape alike.
fn common(letter: char) -> Option<&'static str> {
    match letter {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        '\n' => Some("\\n"),
        '\r' => Some("\\r"),
        '\t' => Some("\\t"),
        _ => None,
    }
}

/// What YAML calls not printable, and its line breaks beyond ASCII, by number.
fn yaml(quoted: &mut String, letter: char) {
    let code = letter as u32;
    let is_printable =
        matches!(code, 0x20..=0x7e | 0xa0..=0x2027 | 0x202a..=0xd7ff | 0xe000..=0xfefe | 0xff00..=0xfffd | 0x10000..);
    match common(letter) {
        Some(escape) => quoted.push_str(escape),
        None if is_printable => quoted.push(letter),
        None => quoted.push_str(&format!("\\u{code:04x}")),
    }
}

/// JSON that JavaScript of every age reads alike.
fn json(quoted: &mut String, letter: char) {
    let code = letter as u32;
    match common(letter) {
        Some(escape) => quoted.push_str(escape),
        None if matches!(code, 0..=0x1f | 0x7f..=0x9f | 0x2028 | 0x2029 | 0xfeff) => {
            quoted.push_str(&format!("\\u{code:04x}"));
        }
        None => quoted.push(letter),
    }
}

/// `${` and `%{` begin a template in a quoted text of HCL unless the sign is doubled.
fn hcl(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let code = letter as u32;
        match common(letter) {
            Some(escape) => quoted.push_str(escape),
            None if matches!(letter, '$' | '%') && letters.peek() == Some(&'{') => quoted.extend([letter, letter]),
            None if matches!(code, 0..=0x1f | 0x7f..=0x9f | 0x2028 | 0x2029 | 0xfeff) => {
                quoted.push_str(&format!("\\u{code:04x}"));
            }
            None => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// A value in which nothing is expanded and no quotation mark ends it. No line break can stand in one, so whoever asks
/// has made sure that there is none.
fn dockerfile(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        if matches!(letter, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_or_expands_it() {
        let quote = |language: Language, text| language.quote(text);
        assert_eq!(quote(Language::Dockerfile, "/var/task/a\"$HOME\\b"), "\"/var/task/a\\\"\\$HOME\\\\b\"");
        assert_eq!(quote(Language::Shell, "it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(["a/b.py", "-rf", "a b", "", "~"].map(shell_word), ["a/b.py", "./-rf", "'a b'", "''", "'~'"]);
        assert_eq!(quote(Language::Hcl, "${a} $${b} %{c} $d"), r#""$${a} $$${b} %%{c} $d""#);
        assert_eq!(quote(Language::Yaml, "a: #\u{85}\u{2028}😀"), "\"a: #\\u0085\\u2028😀\"");
        assert_eq!(quote(Language::TypeScript, "</script>`${x}`\u{2029}"), "\"</script>`${x}`\\u2029\"");
    }
}
