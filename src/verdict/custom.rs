//! Runtimes of one's own, and those of which no more is known than what they start: the program `bootstrap` of a
//! `provided` runtime, and what is said where loading is not followed.

use super::Case;
use super::deployed::{Deployed, Placed, Tree};
use super::ruling::{Ruling, error, named, note, warning};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Finding;

const SOURCE: &str =
    "Lambda Developer Guide: a custom runtime is an executable named bootstrap, in the function or a layer";
/// Anybody may start it.
const EXECUTABLE: u16 = 0o111;
const READABLE: u16 = 0o444;

/// Whether what a `provided` runtime starts is there and can be started.
pub(super) fn bootstrap(case: &Case<'_>) -> Ruling {
    let Some(runtime) = case.target.runtime.as_ref().filter(|it| it.family() == "provided") else {
        return Ruling::skipped("the runtime brings its own bootstrap");
    };
    let deployed = Deployed::new(case);
    let Some(placed) = find(&deployed) else {
        let message =
            format!("{runtime} starts a program named bootstrap, and there is none at the root of the function");
        let foreign = case.plan.layers().iter().filter(|layer| layer.foreign().is_some());
        let foreign: Vec<&str> = foreign.map(|layer| layer.name.as_str()).collect();
        let cure = "name the program bootstrap and put it at the root of the build";
        let finding = if foreign.is_empty() {
            error(message, cure)
        } else {
            warning(format!("{message}; layer {} may have it", named(&foreign)), cure)
        };
        return Finding { source: SOURCE.to_owned(), ..finding }.into();
    };
    let (listing, entry) = (&case.bundle.listing, placed.entry);
    let packages = vec![deployed.key(placed.owner).clone()];
    let mode = listing.mode(entry);
    if listing.kind(entry) == EntryKind::File && mode != 0 && mode & (EXECUTABLE | READABLE) != EXECUTABLE | READABLE {
        let message = format!("bootstrap has mode {mode:o}: the function runs as another user, who cannot start it");
        let finding = error(message, "chmod 755 bootstrap, and build the bundle again");
        return Finding { packages, source: SOURCE.to_owned(), ..finding }.into();
    }
    Ruling::passed()
}

/// The program at the root of the function, which is looked at first, or of the layers.
fn find(deployed: &Deployed<'_>) -> Option<Placed> {
    let listing = deployed.listing();
    let candidates = listing.children(EntryId::ROOT).filter(|&entry| listing.name(entry) == b"bootstrap");
    let is_program = |entry: &EntryId| matches!(listing.kind(*entry), EntryKind::File | EntryKind::Link);
    let mut placed = candidates.filter(is_program).filter_map(|entry| deployed.place(entry));
    let is_at_root = |placed: &Placed| match placed.tree {
        Tree::Function => true,
        Tree::Layers => deployed.package(placed.owner).layer_folder.is_empty(),
        Tree::Efs => false,
    };
    placed.find(is_at_root)
}

/// Runtimes whose search for code is not followed: that nothing was found says nothing there.
pub(super) fn followed(case: &Case<'_>) -> Ruling {
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    let is_followed = ["python", "nodejs"].contains(&runtime.family());
    if is_followed {
        return Ruling::passed();
    }
    let message = format!(
        "what a function of {runtime} loads when it starts is not followed: whether its code finds all that it asks for \
         is not known"
    );
    note(message, "try the function once; sizes, places, platforms and layers are judged as always").into()
}
