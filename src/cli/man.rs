//! `bayplan man [DIR]`: the manual, a page per command.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::arguments::{Arguments, ManArguments};
use super::{Exit, output};
use crate::model::escape::shown_path;
use crate::workflow::{Guarded, system_words, write_report};

/// What is common to all commands, told once.
const EXIT_STATUS: &str = ".SH \"EXIT STATUS\"\n.TP\n0\ndone, and it fits\n.TP\n1\nthe verdict has an error: it is over a limit, \
                           has drifted, or would fail (check, fit, pack and export alone)\n.TP\n2\nit could not be done, or \
                           could not be told\n";

/// A page under the name of its file.
struct Page {
    name: String,
    text: String,
}

/// Writes each page to a file of its own, or all of them to standard output.
pub(super) fn run(arguments: &ManArguments) -> anyhow::Result<Exit> {
    let mut command = Arguments::command();
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, &mut pages)?;
    if let Some(main) = pages.first_mut() {
        main.text.push_str(EXIT_STATUS);
    }
    match &arguments.out {
        Some(folder) => write(folder, &pages)?,
        None => output::print_plain(&pages.iter().map(|page| page.text.as_str()).collect::<String>())?,
    }
    Ok(Exit::Done)
}

/// The command's own page, and below it those of its subcommands.
fn add_pages(command: &Command, pages: &mut Vec<Page>) -> anyhow::Result<()> {
    let page = Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    pages.push(Page { name: page.get_filename(), text: String::from_utf8(text)? });
    command.get_subcommands().filter(|it| !it.is_hide_set()).try_for_each(|it| add_pages(it, pages))
}

fn write(folder: &Path, pages: &[Page]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let folder = shown_path(folder);
        anyhow::anyhow!("{folder} cannot be made: {}; name another folder", system_words(&error))
    })?;
    for page in pages {
        write_report(&folder.join(&page.name), &page.text, &Guarded::default())?;
    }
    output::say(&format!("wrote {} pages", pages.len()));
    Ok(())
}
