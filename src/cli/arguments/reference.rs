//! Commands about bayplan itself.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::aot::Shell;

#[derive(Debug, Args)]
pub(in crate::cli) struct SchemaArguments {
    /// Of what
    #[arg(value_enum, value_name = "FORMAT")]
    pub of: SchemaOf,
}

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaOf {
    /// bayplan.toml, as JSON
    Plan,
    /// bayplan.lock, as JSON
    Lock,
    /// What report and check write as JSON
    Report,
    /// manifest.json in a folder of artifacts
    Manifest,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CompletionsArguments {
    /// For which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ManArguments {
    /// The folder to write to, such as ~/.local/share/man/man1; without one: all pages to standard output
    #[arg(value_name = "DIR")]
    pub out: Option<PathBuf>,
}
