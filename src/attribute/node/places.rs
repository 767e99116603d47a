//! Where packages lie: the folders of a listing, parents before their children, but for those in which no package can lie.

use crate::attribute::lookup::Lookup;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;

const MODULES: &[u8] = b"node_modules";

/// One package's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its folder.
    pub folder: EntryId,
    /// Its `package.json`.
    pub manifest: EntryId,
    /// As its folder is named, with its scope.
    pub name: String,
    /// The folder that holds the outermost `node_modules`.
    pub root: EntryId,
    /// The folder of the package that it is nested in.
    pub inside: Option<EntryId>,
    /// The store that it lies in.
    pub store: Option<EntryId>,
}

/// What a folder is to those below it.
#[derive(Clone, Copy, Debug)]
enum Folder {
    /// A folder that packages may lie somewhere below; the innermost `node_modules` around it, if any.
    Open(Option<Modules>),
    /// A `node_modules`.
    Modules(Modules),
    /// `@scope` in one.
    Scope(Modules),
    /// `.pnpm` in one.
    Store(Modules),
    /// A package.
    Package(Modules),
    /// Something below a package that holds no packages of its own.
    Closed,
}

/// What is the same for everything in one `node_modules`.
#[derive(Clone, Copy, Debug)]
struct Modules {
    root: EntryId,
    inside: Option<EntryId>,
    store: Option<EntryId>,
}

/// All packages of a listing.
pub struct Places {
    /// By the order of their folders.
    pub packages: Vec<Place>,
}

impl Places {
    /// Finds them: depth first, in the order of the listing, and nowhere that none can lie.
    pub fn find(lookup: &Lookup<'_>) -> Places {
        let listing = lookup.listing;
        let mut packages = Vec::new();
        if listing.ending_with(MODULES).next().is_none() {
            return Places { packages };
        }
        let mut waiting = vec![(EntryId::ROOT, Folder::Open(None))];
        while let Some((folder, what)) = waiting.pop() {
            if let Folder::Package(modules) = what {
                packages.extend(place(lookup, modules, folder));
            }
            let inside = match what {
                Folder::Closed => &[],
                Folder::Package(_) => lookup.named(folder, MODULES),
                _ => lookup.children(folder),
            };
            let folders = inside.iter().rev().filter(|&&entry| listing.kind(entry) == EntryKind::Directory);
            waiting.extend(folders.map(|&entry| (entry, below(lookup, what, entry))));
        }
        Places { packages }
    }

    /// The folders that hold the outermost `node_modules`, each once.
    pub fn roots(&self) -> Vec<EntryId> {
        let mut roots: Vec<EntryId> = self.packages.iter().map(|package| package.root).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }
}

fn below(lookup: &Lookup<'_>, above: Folder, entry: EntryId) -> Folder {
    let listing = lookup.listing;
    let (name, parent) = (listing.name(entry), listing.parent(entry));
    match above {
        Folder::Open(modules) if name == MODULES => {
            Folder::Modules(modules.unwrap_or(Modules { root: parent, inside: None, store: None }))
        }
        Folder::Open(modules) => Folder::Open(modules),
        Folder::Package(modules) if name == MODULES => Folder::Modules(Modules { inside: Some(parent), ..modules }),
        Folder::Package(_) | Folder::Closed => Folder::Closed,
        Folder::Modules(modules) if matches!(name, b".pnpm" | b".store") => {
            Folder::Store(Modules { store: Some(entry), ..modules })
        }
        Folder::Modules(_) if name.starts_with(b".") => Folder::Closed,
        Folder::Modules(modules) if name.starts_with(b"@") => Folder::Scope(modules),
        Folder::Modules(modules) | Folder::Scope(modules) => match lookup.child(entry, super::MANIFEST) {
            Some(_) => Folder::Package(modules),
            None => Folder::Open(Some(modules)),
        },
        // `.pnpm/name@version/node_modules` and `.pnpm/node_modules`
        Folder::Store(modules) if name == MODULES => Folder::Modules(modules),
        Folder::Store(modules) => Folder::Open(Some(modules)),
    }
}

fn place(lookup: &Lookup<'_>, modules: Modules, folder: EntryId) -> Option<Place> {
    let listing = lookup.listing;
    let scope = listing.name(listing.parent(folder));
    let own = printable(listing.name(folder));
    let name = if scope.starts_with(b"@") { format!("{}/{own}", printable(scope)) } else { own };
    let Modules { root, inside, store } = modules;
    Some(Place { folder, manifest: lookup.child(folder, super::MANIFEST)?, name, root, inside, store })
}
