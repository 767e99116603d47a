//! Templates are filled in here, and here alone. Every value that a template names is written as a literal of the
//! file's language: there is no way for a template to write a text of the user's raw.
//!
//! Filters say that a value is to be something else: `comment` makes a text fit to stand in a comment, `word` lets a name
//! stand bare if it is nothing but letters, digits and `_`, `list_of` writes a list of literals, and `json` writes JSON
//! into a file of another language.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use serde::Serialize;

use super::quote::Language;
use super::{CannotExport, Mode, NamedFile};
use crate::model::escape::printable;

/// A template, by its path in `assets/templates`.
macro_rules! templates {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../assets/templates/", $path)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "dockerfile/Dockerfile",
    "efs/put-on-efs.sh",
    "cdk/app.ts",
    "cdk/cdk.json",
    "cdk/fragment.ts",
    "cdk/package.json",
    "cdk/stack.ts",
    "cdk/tsconfig.json",
    "github/fragment.yml",
    "github/workflow.yml",
    "gitlab/fragment.yml",
    "gitlab/pipeline.yml",
    "sam/fragment.yaml",
    "sam/settings.yaml",
    "sam/template.yaml",
    "script/deploy.sh",
    "serverless/fragment.yml",
    "serverless/serverless.yml",
    "serverless/settings.yml",
    "terraform/fragment.tf",
    "terraform/main.tf",
    "terraform/variables.tf",
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_auto_escape_callback(escape_of);
    environment.set_formatter(write_literal);
    environment.add_filter("comment", comment);
    environment.add_filter("bare_path", bare_path);
    environment.add_filter("json", json);
    environment.add_filter("list_of", list_of);
    environment.add_filter("pad", pad);
    environment.add_filter("serverless", serverless);
    environment.add_filter("word", word);
    for (path, text) in TEMPLATES {
        environment.add_template(path, text).expect("templates are compiled in and tested");
    }
    environment
});

/// Fills in `TOOL/NAME`; the file is called `name`.
pub(super) fn fill(path: &str, name: &str, context: &impl Serialize) -> Result<NamedFile, CannotExport> {
    let failed = |error: Error| CannotExport::Template(path.to_owned(), format!("{error:#}"));
    let text = ENVIRONMENT.get_template(path).and_then(|template| template.render(Serde(context))).map_err(failed)?;
    let mode = if name.ends_with(".sh") { Mode::Program } else { Mode::Plain };
    Ok(NamedFile { name: name.to_owned(), text, mode })
}

fn escape_of(name: &str) -> AutoEscape {
    match Language::of_file(name) {
        Some(language) => AutoEscape::Custom(language.name().into()),
        None => AutoEscape::None,
    }
}

fn language(state: &State<'_, '_>) -> Option<Language> {
    let AutoEscape::Custom(name) = state.auto_escape() else { return None };
    Language::ALL.into_iter().find(|language| language.name() == name)
}

/// What stands where a template names a value.
fn write_literal(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let language = language(state).ok_or_else(unknown_language)?;
    let literal = match (value.kind(), value.as_str()) {
        (ValueKind::String, Some(text)) if value.is_safe() => text.to_owned(),
        (ValueKind::String, Some(text)) => language.quote(text),
        (ValueKind::Number | ValueKind::Bool, _) => value.to_string(),
        (kind, _) => {
            return Err(Error::new(ErrorKind::InvalidOperation, format!("{kind} cannot be written into a file")));
        }
    };
    out.write_str(&literal).map_err(|_| Error::new(ErrorKind::WriteFailure, "out of memory"))
}

/// A text that cannot end a comment.
fn comment(text: String) -> Value {
    Value::from_safe_string(printable(text.as_bytes()))
}

/// A text as JSON, where a file of another language wants that.
fn json(text: String) -> Value {
    Value::from_safe_string(Language::Json.quote(&text))
}

/// Texts as a list in brackets, each quoted.
fn list_of(state: &State<'_, '_>, texts: Vec<String>) -> Result<Value, Error> {
    let language = language(state).ok_or_else(unknown_language)?;
    let texts: Vec<String> = texts.iter().map(|text| language.quote(text)).collect();
    Ok(Value::from_safe_string(format!("[{}]", texts.join(", "))))
}

/// A literal with spaces behind it, so that what stands after it in each line stands in a column.
fn pad(state: &State<'_, '_>, text: String, width: usize) -> Result<Value, Error> {
    let language = language(state).ok_or_else(unknown_language)?;
    Ok(Value::from_safe_string(format!("{:width$}", language.quote(&text))))
}

/// A text in a configuration of the Serverless Framework, which replaces `${...}` in every text unless a backslash stands
/// before it, and halves the backslashes before that.
fn serverless(text: String) -> Value {
    let mut escaped = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("${") {
        let backslashes = rest[..at].len() - rest[..at].trim_end_matches('\\').len();
        escaped.push_str(&rest[..at]);
        escaped.push_str(&"\\".repeat(backslashes + 1));
        escaped.push_str("${");
        rest = &rest[at + 2..];
    }
    Value::from_safe_string(Language::Yaml.quote(&(escaped + rest)))
}

/// A path whose letters mean nothing anywhere.
fn bare_path(text: String) -> Result<Value, Error> {
    if text.chars().all(|letter| letter.is_alphanumeric() || "-_./ ".contains(letter)) {
        return Ok(Value::from_safe_string(text));
    }
    Err(Error::new(ErrorKind::InvalidOperation, format!("\"{}\" may not stand bare", printable(text.as_bytes()))))
}

fn unknown_language() -> Error {
    Error::new(ErrorKind::InvalidOperation, "nothing is known of how to quote in this file")
}

/// A name that may stand bare in every language.
fn word(text: String) -> Result<Value, Error> {
    let is_word = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_word {
        return Ok(Value::from_safe_string(text));
    }
    Err(Error::new(ErrorKind::InvalidOperation, format!("\"{}\" may not stand bare", printable(text.as_bytes()))))
}
