//! What was typed becomes arguments. Options may stand before their command, and what is no command is answered with what
//! may have been meant.

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, Parser};

use super::Arguments;
use crate::model::escape::{printable, shortened};
use crate::model::spelling::nearest;

/// Why nothing can be made of what was typed.
#[derive(Debug)]
pub(in crate::cli) enum Misread {
    /// In clap's words, or its help.
    Usage(clap::Error),
    /// In ours.
    Words(String),
}

/// Reads what was typed, the program's name first.
pub(in crate::cli) fn read(typed: impl IntoIterator<Item = OsString>) -> Result<Arguments, Misread> {
    let mut program = Arguments::command();
    program.build();
    let typed = in_order(&program, typed.into_iter().collect());
    let words = Words::of(&program, &typed);
    match Arguments::try_parse_from(&typed) {
        Ok(arguments) if arguments.command.is_some() => Ok(arguments),
        Ok(arguments) => words.mistyped().map_or(Ok(arguments), |words| Err(Misread::Words(words))),
        Err(error) => Err(words.instead_of(error.kind()).map_or(Misread::Usage(error), Misread::Words)),
    }
}

/// Options that stand before a command, put behind it: there is one meaning that they can have.
fn in_order(program: &Command, mut typed: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = places_of_words(program, &typed).first().copied() else { return typed };
    let options: Vec<OsString> = typed.drain(1..at.max(1)).collect();
    let mut command = program;
    let mut behind = 1;
    while let Some(inner) = typed.get(behind).and_then(|word| command.find_subcommand(word)) {
        command = inner;
        behind += 1;
    }
    typed.splice(behind..behind, options);
    typed
}

/// Where the words stand that are no options and no values of options.
fn places_of_words(program: &Command, typed: &[OsString]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 1;
    while let Some(word) = typed.get(at) {
        match word.to_str() {
            Some("--") => break,
            Some(option) if option.len() > 1 && option.starts_with('-') => {
                at += usize::from(!option.contains('=') && takes_value(program, option));
            }
            _ => places.push(at),
        }
        at += 1;
    }
    places
}

/// Whether an option of any command is followed by a value. They all agree.
fn takes_value(command: &Command, option: &str) -> bool {
    let is_it = |arg: &&clap::Arg| arg.get_long().is_some_and(|long| option.strip_prefix("--") == Some(long));
    command.get_arguments().find(is_it).is_some_and(|arg| arg.get_action().takes_values())
        || command.get_subcommands().any(|inner| takes_value(inner, option))
}

/// The words that were typed, beside the options.
struct Words<'a> {
    program: &'a Command,
    words: Vec<String>,
}

impl<'a> Words<'a> {
    fn of(program: &'a Command, typed: &[OsString]) -> Words<'a> {
        let text = |at: usize| typed[at].to_string_lossy().into_owned();
        Words { program, words: places_of_words(program, typed).into_iter().map(text).collect() }
    }

    /// What is said of a first word that is neither a path nor a command, but nearly a command.
    fn mistyped(&self) -> Option<String> {
        let is_word = |word: &&String| word.chars().all(char::is_alphabetic) && !Path::new(word).exists();
        let word = self.words.first().filter(is_word)?;
        let near = near(self.program, word);
        (!near.is_empty())
            .then(|| format!("there is no command \"{}\"; did you mean {}?", shown(word), near.join(" or ")))
    }

    /// What is said instead of clap's words, which know nothing of paths.
    fn instead_of(&self, kind: ErrorKind) -> Option<String> {
        let first = self.words.first()?;
        match (kind, self.program.find_subcommand(first)) {
            (ErrorKind::ArgumentConflict | ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand, None) => {
                self.mistyped().or_else(|| self.one_too_many())
            }
            (ErrorKind::InvalidSubcommand, Some(command)) => {
                let what: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
                let word = self.words.get(1)?;
                let meant = near(command, word);
                let meant = if meant.is_empty() { what.join(", ") } else { meant.join(" or ") };
                Some(format!("{first} cannot \"{}\"; say first what it is to do: {meant}", shown(word)))
            }
            _ => None,
        }
    }

    fn one_too_many(&self) -> Option<String> {
        let [first, second, ..] = &self.words[..] else { return None };
        Some(match Path::new(first).exists() {
            true => format!(
                "one build is opened at a time, and \"{}\" is a second; bayplan diff compares two",
                shown(second)
            ),
            false => format!("there is no command \"{}\"; bayplan --help lists them", shown(first)),
        })
    }
}

fn near(command: &Command, word: &str) -> Vec<String> {
    let names = command.get_subcommands().map(Command::get_name);
    nearest(word, names.map(|name| (name, name.to_owned())))
}

fn shown(word: &str) -> String {
    shortened(&printable(word.as_bytes()))
}
