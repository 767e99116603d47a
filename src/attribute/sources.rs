//! A folder of sources is not a build: its manifests stand there, and nothing is installed.

use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;

/// What tells sources from a build, with the installer that reads it.
const MANIFESTS: [&[u8]; 3] = [b"requirements.txt", b"pyproject.toml", b"package.json"];
/// Folders in which builds and environments lie beside the sources.
const BESIDE: [&[u8]; 6] = [b"venv", b"env", b"cdk.out", b"dist", b"build", b"target"];

/// The manifests of a folder of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFolder {
    /// Their names: `requirements.txt`, `pyproject.toml`, `package.json`.
    pub manifests: Vec<String>,
}

/// Whether the listing is a folder of sources: manifests at the top, no installed package but in environments and
/// builds that lie beside them.
pub fn source_folder(listing: &Listing) -> Option<SourceFolder> {
    let manifests: Vec<String> = listing
        .children(EntryId::ROOT)
        .filter(|&entry| listing.kind(entry) != EntryKind::Directory && MANIFESTS.contains(&listing.name(entry)))
        .map(|entry| listing.shown_path(entry))
        .collect();
    let tops = listing.children(EntryId::ROOT).filter(|&top| !is_beside(listing.name(top)));
    let is_installed = tops.flat_map(|top| listing.subtree(top)).any(|entry| is_installation(listing, entry));
    (!manifests.is_empty() && !is_installed).then_some(SourceFolder { manifests })
}

fn is_beside(name: &[u8]) -> bool {
    name.starts_with(b".") || BESIDE.contains(&name)
}

fn is_installation(listing: &Listing, entry: EntryId) -> bool {
    let name = listing.name(entry);
    listing.kind(entry) == EntryKind::Directory && (name.ends_with(b".dist-info") || name == b"node_modules")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    fn listing(paths: &[&str]) -> Listing {
        let mut builder = ListingBuilder::new(Source::Demo);
        for path in paths {
            match path.strip_suffix('/') {
                Some(folder) => {
                    for part in folder.split('/') {
                        builder.open(part.as_bytes(), Attributes::directory()).unwrap();
                    }
                    folder.split('/').for_each(|_| builder.close());
                }
                None => {
                    builder.add(path.as_bytes(), Attributes::file(1)).unwrap();
                }
            }
        }
        builder.finish()
    }

    #[test]
    fn manifests_without_anything_installed_are_sources() {
        let sources = source_folder(&listing(&[".venv/lib/x-1.dist-info/", "app.py", "requirements.txt"])).unwrap();
        assert_eq!(sources.manifests, ["requirements.txt"]);
    }

    #[test]
    fn a_build_is_no_folder_of_sources() {
        assert_eq!(source_folder(&listing(&["requirements.txt", "vendor/x-1.dist-info/"])), None);
        assert_eq!(source_folder(&listing(&["node_modules/a/", "package.json"])), None);
        assert_eq!(source_folder(&listing(&["app.py"])), None);
    }
}
