//! What `import` may find in one folder of a listing, by name. A folder is looked through when it is first asked for.

use std::collections::HashMap;

use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;

/// A file that is a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile {
    /// The entry.
    pub entry: EntryId,
    /// What kind of module.
    pub form: Form,
}

/// Kinds of modules, in the order in which Python looks for them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A shared library; with the tag of the one Python that takes it, if it has one: `cpython-310-x86_64-linux-gnu`.
    Extension(Option<String>),
    /// `.py`
    Source,
    /// `.pyc` without a source.
    Bytecode,
}

/// What one folder has under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// A folder.
    pub directory: Option<EntryId>,
    /// Modules, in Python's order.
    pub files: Vec<ModuleFile>,
}

/// The folders of a listing that were asked for.
pub struct Directories<'a> {
    listing: &'a Listing,
    seen: HashMap<EntryId, HashMap<&'a [u8], Found>>,
}

impl<'a> Directories<'a> {
    /// Nothing is looked at yet.
    pub fn new(listing: &'a Listing) -> Directories<'a> {
        Directories { listing, seen: HashMap::new() }
    }

    /// What a folder has under a name.
    pub fn look(&mut self, folder: EntryId, name: &str) -> Option<&Found> {
        let listing = self.listing;
        self.seen.entry(folder).or_insert_with(|| index(listing, folder)).get(name.as_bytes())
    }

    /// The modules that make a folder a regular package.
    pub fn init(&mut self, folder: EntryId) -> Vec<ModuleFile> {
        self.look(folder, "__init__").map(|found| found.files.clone()).unwrap_or_default()
    }
}

fn index(listing: &Listing, folder: EntryId) -> HashMap<&[u8], Found> {
    let mut names: HashMap<&[u8], Found> = HashMap::new();
    if listing.kind(folder) != EntryKind::Directory {
        return names;
    }
    for entry in listing.children(folder) {
        let name = listing.name(entry);
        if listing.kind(entry) == EntryKind::Directory {
            names.entry(name).or_default().directory = Some(entry);
        } else if let Some((stem, form)) = module(name) {
            names.entry(stem).or_default().files.push(ModuleFile { entry, form });
        }
    }
    names.values_mut().for_each(|found| found.files.sort_by(|one, other| one.form.cmp(&other.form)));
    names
}

/// A module's name and form, by the name of its file.
fn module(file: &[u8]) -> Option<(&[u8], Form)> {
    let dot = file.iter().position(|&byte| byte == b'.')?;
    let (stem, ending) = (&file[..dot], std::str::from_utf8(&file[dot + 1..]).ok()?);
    let form = match ending {
        "py" => Form::Source,
        "pyc" => Form::Bytecode,
        "so" | "abi3.so" => Form::Extension(None),
        _ => Form::Extension(Some(ending.strip_suffix(".so").filter(|tag| is_tag(tag))?.to_owned())),
    };
    Some((stem, form))
}

fn is_tag(text: &str) -> bool {
    !text.contains('.') && (text.starts_with("cpython-") || text.starts_with("pypy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_tell_modules() {
        let of = |name: &'static str| module(name.as_bytes());
        assert_eq!(of("a.py"), Some((&b"a"[..], Form::Source)));
        assert_eq!(of("_x.abi3.so"), Some((&b"_x"[..], Form::Extension(None))));
        let tag = "cpython-310-x86_64-linux-gnu".to_owned();
        assert_eq!(of("_x.cpython-310-x86_64-linux-gnu.so"), Some((&b"_x"[..], Form::Extension(Some(tag)))));
        for other in ["libx.so.1", "a.txt", "a.b.py", "py", "x.cpython-310.pyc"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
