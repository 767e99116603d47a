//! What the lines of `.pth` files mean: folders that are searched after everything else, and statements that run.

use super::entry::{EntryId, EntryKind};
use super::listing::Listing;

/// What one line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// It runs when Python starts.
    Runs(&'a str),
    /// A folder to be searched, relative to the file's own unless it is absolute.
    Folder(&'a str),
}

impl<'a> Line<'a> {
    /// Reads a line that is neither empty nor a comment.
    pub fn read(line: &'a str) -> Line<'a> {
        let runs = line.starts_with("import ") || line.starts_with("import\t");
        if runs { Line::Runs(line) } else { Line::Folder(line) }
    }

    /// The namespace that setuptools' `*-nspkg.pth` makes: `google` from `…, *('google',)); …`.
    pub fn namespace(self) -> Option<String> {
        let Line::Runs(code) = self else { return None };
        let (_, rest) = code.split_once("*('")?;
        let (names, _) = rest.split_once(')')?;
        let parts: Vec<&str> = names.split(',').map(|part| part.trim_matches([' ', '\''])).collect();
        Some(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("."))
    }
}

/// The folders of the listing that a file's lines name.
pub fn folders(listing: &Listing, file: EntryId, lines: &[String]) -> Vec<EntryId> {
    let found = |line: &String| {
        let Line::Folder(path) = Line::read(line) else { return None };
        let path = path.trim_end_matches('/').trim_start_matches("./");
        let is_below = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let folder = listing.find(listing.parent(file), path.as_bytes()).filter(|_| is_below)?;
        (listing.kind(folder) == EntryKind::Directory).then_some(folder)
    };
    lines.iter().filter_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_folders_or_run() {
        let code =
            "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('google', 'cloud'));x";
        assert_eq!(Line::read(code).namespace().as_deref(), Some("google.cloud"));
        assert_eq!(Line::read("src"), Line::Folder("src"));
        assert_eq!(Line::read("import os; x()").namespace(), None);
    }
}
