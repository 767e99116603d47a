//! Folders that are made for something: if nothing comes of it, they go again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders that were made, the upper ones first. Dropped, those that are empty are gone.
#[derive(Debug, Default)]
pub struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    /// Makes a folder and those above it, as far as they are missing. An error comes with the folder that could not be
    /// made.
    pub fn make(&mut self, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
        let missing = folder.ancestors().filter(|above| !above.as_os_str().is_empty());
        let missing: Vec<&Path> = missing.take_while(|above| !above.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(|error| (folder.to_owned(), error))?;
            self.0.push(folder.to_owned());
        }
        Ok(())
    }

    /// Something lies in them now, so they stay.
    pub fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        self.0.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}
