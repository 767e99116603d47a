//! A shell in the build's folder, in the terminal that the screen gives it meanwhile.

use std::io::{Write, stdout};
use std::path::Path;
use std::process::Command;

use crate::model::escape::printable;

/// The user's shell.
#[cfg(unix)]
const SHELL: (&str, &str) = ("SHELL", "/bin/sh");
/// The user's shell.
#[cfg(not(unix))]
const SHELL: (&str, &str) = ("COMSPEC", "cmd.exe");

/// Runs it until it ends; then, or if it cannot be started, words about it.
pub(super) fn run(folder: &Path) -> Result<String, String> {
    let (variable, default) = SHELL;
    let shell = std::env::var_os(variable).filter(|shell| !shell.is_empty()).unwrap_or_else(|| default.into());
    let name = printable(shell.as_encoded_bytes());
    let folder_name = match folder.as_os_str().is_empty() {
        true => "the folder that bayplan was started in".to_owned(),
        false => printable(folder.as_os_str().as_encoded_bytes()),
    };
    // If nobody can read it, the shell is started all the same.
    let _ = writeln!(stdout(), "bayplan waits; exit comes back to it. This is {folder_name}");
    match Command::new(&shell).current_dir(folder).status() {
        Ok(_) => Ok("back from the shell; r scans again if the build has changed".to_owned()),
        Err(error) => Err(format!("{name} cannot be started in {folder_name}: {error}; set {variable} to a shell")),
    }
}
