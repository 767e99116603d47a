//! A file in the making: complete on the disk before it gets its name, and named in one step.
//!
//! Until then it lies beside its place as `.bayplan-XXXXXX.new` and is held by a lock, which ends with the process. What
//! nobody holds was left by one that was killed; the next that makes a file there removes it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

const PREFIX: &str = ".bayplan-";
const SUFFIX: &str = ".new";
/// Somebody who tidies up may take a new file in the moment before it is held; not so often in a row.
const TRIES: usize = 10;

/// A file without a name. Dropped, it is gone.
#[derive(Debug)]
pub struct Fresh(NamedTempFile);

impl Fresh {
    /// One that is to lie in `folder`.
    pub fn in_folder(folder: &Path) -> io::Result<Fresh> {
        for _ in 0..TRIES {
            let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
            // Where a file system knows no locks, nobody can hold or tidy up anything.
            let _ = file.as_file().try_lock();
            if file.path().exists() {
                tidy(folder, file.path());
                return Ok(Fresh(file));
            }
        }
        Err(io::Error::other("new files are removed there as soon as they are made"))
    }

    /// The file itself.
    pub fn file(&self) -> &File {
        self.0.as_file()
    }

    /// Gives it its name. What had that name before is gone.
    pub fn name(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map(drop).map_err(|error| error.error)
    }
}

impl Write for Fresh {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Removes what killed processes left. Whatever cannot be looked at stays.
fn tidy(folder: &Path, own: &Path) {
    let Ok(all) = fs::read_dir(folder) else { return };
    for found in all.filter_map(Result::ok) {
        let name = found.file_name();
        let name = name.as_encoded_bytes();
        let is_fresh = name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes());
        if !is_fresh || found.path() == own || !found.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if File::open(found.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(found.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_holds_is_tidied_up_and_what_somebody_holds_stays() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(".bayplan-abcdef.new");
        fs::write(&left, "half").unwrap();
        fs::write(folder.path().join(".bayplan-mine"), "mine").unwrap();
        fs::create_dir(folder.path().join(".bayplan-folder.new")).unwrap();
        let first = Fresh::in_folder(folder.path()).unwrap();
        let second = Fresh::in_folder(folder.path()).unwrap();
        assert!(!left.exists() && folder.path().join(".bayplan-mine").exists());
        assert!(folder.path().join(".bayplan-folder.new").exists());
        first.name(&folder.path().join("plan")).unwrap();
        drop(second);
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|found| found.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".bayplan-folder.new", ".bayplan-mine", "plan"]);
    }
}
