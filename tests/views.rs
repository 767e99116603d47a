//! The views of a bundle, by messages alone: the same bytes in each, and the same selection.

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/story.rs"]
mod story;

use bayplan::model::bucket::Bucket;
use bayplan::model::bytes::Bytes;
use bayplan::model::finding::Severity;
use bayplan::session::{
    Action, Destination, Effect, Message, Notice, Order, Overlay, Place, Row, RowId, RowKind, Session, View,
};
use bayplan::tui::keymap::KEYMAP;
use bundles::Files;
use proptest::prelude::*;
use std::sync::Arc;
use story::{key, session, workspace};

const EVERYTHING: Bytes = Bytes(370_064_218);

fn act(session: &mut Session, actions: &[Action]) -> Vec<Effect> {
    actions.iter().flat_map(|&action| session.update(Message::Act(action))).collect()
}

fn show(session: &mut Session, view: View) {
    session.update(Message::Select(Place::View(view)));
    assert_eq!(workspace(session).tree.view, view);
}

/// Puts the cursor on something, as a click does.
fn click(session: &mut Session, id: RowId) {
    session.update(Message::Select(Place::Row(id)));
}

fn package(name: &str) -> RowId {
    RowId::of_package(&key(name))
}

fn rows(session: &Session) -> &[Row] {
    &workspace(session).tree.rows
}

/// The bytes of the outermost rows.
fn sum(session: &Session, view: View) -> Bytes {
    let outermost = rows(session).iter().filter(|row| row.depth == 0 && row.kind != RowKind::Limit);
    outermost.map(|row| if view == View::Why { row.weight.bytes } else { row.unzipped }).sum()
}

#[test]
fn every_view_adds_up_to_the_bundle_slimmed_or_not() {
    let mut session = session();
    for everything in [EVERYTHING, Bytes(311_837_495)] {
        for view in View::ALL {
            show(&mut session, view);
            assert_eq!(sum(&session, view), everything, "{view:?}");
        }
        // The second round is without tests.
        act(&mut session, &[Action::Slimming, Action::Down, Action::Mark, Action::Escape]);
    }
}

#[test]
fn opened_rows_add_up_to_the_row_above_in_each_view() {
    let mut session = session();
    act(&mut session, &[Action::Slimming, Action::Down, Action::Mark, Action::Escape]);
    for (view, name) in [(View::Packages, "scipy"), (View::Folders, "scipy"), (View::Why, "scikit-learn")] {
        show(&mut session, view);
        click(&mut session, package(name));
        let at = workspace(&session).tree.cursor;
        let (before, depth) = (rows(&session)[at].clone(), rows(&session)[at].depth);
        if before.open == Some(false) {
            act(&mut session, &[Action::Open]);
        }
        let inside = rows(&session)[at + 1..].iter().take_while(|row| row.depth > depth);
        let inside: Bytes =
            inside.filter(|row| row.depth == depth + 1 && row.kind != RowKind::Limit).map(|row| row.weight.bytes).sum();
        let own = if view == View::Why { before.unzipped } else { Bytes::ZERO };
        assert_eq!(own + inside, before.weight.bytes, "{view:?}");
    }
}

#[test]
fn the_selection_stays_when_the_view_changes() {
    let mut session = session();
    let keys: Vec<_> = workspace(&session).bundle.packages().iter().map(|package| package.key.clone()).collect();
    for key in keys {
        click(&mut session, RowId::of_package(&key));
        for _ in 0..2 * View::ALL.len() {
            act(&mut session, &[Action::NextView]);
            let view = workspace(&session).tree.view;
            assert_eq!(workspace(&session).current().as_ref(), Some(&key), "in {view:?}");
        }
    }
}

#[test]
fn a_folder_that_is_selected_is_selected_still_after_views_that_have_no_folders() {
    let mut session = session();
    show(&mut session, View::Folders);
    let listing = workspace(&session).bundle.listing.clone();
    let linalg = listing.find(bayplan::model::entry::EntryId::ROOT, b"scipy/linalg").expect("scipy has it");
    let id = RowId::of_entry(Some(key("scipy")), linalg);
    act(&mut session, &[Action::First, Action::Open]);
    click(&mut session, id.clone());
    act(&mut session, &[Action::NextView, Action::NextView]);
    assert_eq!(workspace(&session).tree.view, View::Treemap);
    assert_eq!(workspace(&session).current(), Some(key("scipy")), "its package stands for it");
    act(&mut session, &[Action::NextView, Action::NextView]);
    let tree = &workspace(&session).tree;
    assert_eq!((tree.view, tree.row_id(tree.cursor, &workspace(&session).bundle)), (View::Folders, Some(id)));
}

#[test]
fn why_puts_each_package_below_the_one_that_brings_it() {
    let mut session = session();
    show(&mut session, View::Why);
    click(&mut session, package("scikit-learn"));
    if rows(&session)[workspace(&session).tree.cursor].open == Some(false) {
        act(&mut session, &[Action::Open]);
    }
    let workspace = workspace(&session);
    let at = |name: &str| workspace.tree.position(&package(name), &workspace.bundle).expect(name);
    assert_eq!(workspace.tree.parent(at("scipy")), Some(at("scikit-learn")), "nothing else needs scipy");
    assert_eq!(workspace.tree.parent(at("numpy")), None, "pandas needs numpy too");
    assert_eq!(rows(&session)[at("scikit-learn")].weight.bytes, Bytes(160_859_529), "what would go with it");
}

#[test]
fn a_filter_keeps_what_it_lets_through_in_each_view() {
    let mut session = session();
    for view in View::ALL {
        show(&mut session, view);
        act(&mut session, &[Action::Filter]);
        session.update(Message::Paste("threadpoolctl".to_owned()));
        act(&mut session, &[Action::Accept]);
        let tree = &workspace(&session).tree;
        assert!(tree.position(&package("pandas"), &workspace(&session).bundle).is_none(), "{view:?}");
        let owned: Bytes = match view {
            // A folder that others share is shown whole.
            View::Folders => {
                let own = tree.rows.iter().filter(|row| row.depth == 0 && matches!(row.kind, RowKind::Entry(..)));
                own.map(|row| row.unzipped).sum::<Bytes>() + below_pycache(&session)
            }
            View::Why => tree.rows.iter().find(|row| row.depth == 1).map(|row| row.unzipped).expect("below its holder"),
            _ => sum(&session, view),
        };
        let threadpoolctl = workspace(&session).bundle.get(&key("threadpoolctl")).unwrap().load().unzipped;
        assert_eq!(owned, threadpoolctl, "{view:?}");
        act(&mut session, &[Action::Escape]);
    }
}

/// What threadpoolctl has in `__pycache__`, where others have files too.
fn below_pycache(session: &Session) -> Bytes {
    let bundle = &workspace(session).bundle;
    let owner = bundle.find(&key("threadpoolctl"));
    let folder = bundle.listing.find(bayplan::model::entry::EntryId::ROOT, b"__pycache__").expect("it is there");
    let own = bundle.listing.subtree(folder).filter(|&entry| bundle.owner(entry) == owner);
    own.map(|entry| bundle.listing.length(entry)).sum()
}

#[test]
fn a_folder_of_several_packages_is_not_moved_but_says_why() {
    let files = Files::default().with_distribution("vendor/", "one", "1.0", &["one.py"]).with_distribution(
        "vendor/",
        "two",
        "2.0",
        &["two.py"],
    );
    let bundle = Arc::new(files.bundle());
    let mut session = Session::scanning("vendored".to_owned(), true, KEYMAP.names());
    session.update(Message::Opened(Box::new(story::opened(bundle))));
    show(&mut session, View::Folders);
    assert!(matches!(rows(&session)[0].kind, RowKind::Folder(_)), "{:?}", rows(&session)[0]);
    act(&mut session, &[Action::First, Action::Move]);
    assert!(workspace(&session).drag.is_none());
    let Some(Notice::Refused(words)) = &session.notice else { panic!("it says nothing") };
    assert!(words.contains("vendor/ holds files of") && words.contains("open it"), "{words}");
}

#[test]
fn tiles_are_as_large_as_their_bytes_and_none_is_lost() {
    let mut session = session();
    show(&mut session, View::Treemap);
    let tree = &workspace(&session).tree;
    let cells: u32 = tree.map.tiles.iter().map(|tile| tile.room.cells()).sum();
    assert_eq!(cells, 60 * 18, "every cell of the pane is a tile's");
    let shown: usize = tree.map.tiles.iter().map(|tile| tile.rows.len()).sum();
    assert_eq!(shown, workspace(&session).bundle.packages().len());
    for tile in tree.map.tiles.iter().filter(|tile| !tile.is_rest()) {
        let share = tree.rows[tile.rows.start].unzipped.0 as f64 / EVERYTHING.0 as f64;
        let part = f64::from(tile.room.cells()) / f64::from(cells);
        assert!((share - part).abs() < 0.05, "{share} of the bytes, {part} of the cells");
    }
}

#[test]
fn the_map_is_zoomed_into_and_out_of_and_the_arrows_go_to_the_tile_beside() {
    let mut session = session();
    show(&mut session, View::Treemap);
    let packages = rows(&session).len();
    act(&mut session, &[Action::Open, Action::Close]);
    assert_eq!(workspace(&session).current(), Some(key("scipy")), "there and back");
    act(&mut session, &[Action::Accept]);
    let scipy = workspace(&session).bundle.get(&key("scipy")).unwrap().load().unzipped;
    assert_eq!(sum(&session, View::Treemap), scipy, "the tiles of a package are its own");
    act(&mut session, &[Action::Accept, Action::Accept, Action::Escape, Action::Escape, Action::Escape]);
    assert_eq!((rows(&session).len(), workspace(&session).current()), (packages, Some(key("scipy"))));
    session.update(Message::Open(Place::Rest));
    assert!(rows(&session).len() < packages && rows(&session).len() > 5, "the small ones have tiles of their own");
    session.update(Message::Scroll { place: Place::Tree, rows: 3 });
    assert_eq!(rows(&session).len(), packages, "the wheel looks from further away");
}

#[test]
fn a_tile_is_dragged_as_a_row_is() {
    let mut session = session();
    show(&mut session, View::Treemap);
    session.update(Message::Grab(key("scipy")));
    session.update(Message::Hover(Some(Destination::Bucket(Bucket::Efs))));
    session.update(Message::Drop);
    assert_eq!(workspace(&session).plan().bucket_of(&key("scipy")), Bucket::Efs);
    assert_eq!(sum(&session, View::Treemap), EVERYTHING, "it has its tile still, in another colour");
}

#[test]
fn from_a_finding_to_the_package_that_it_is_about() {
    let mut session = session();
    act(&mut session, &[Action::NextView, Action::Last, Action::Findings]);
    assert!(matches!(session.overlays.last(), Some(Overlay::Findings { cursor: 0 })));
    act(&mut session, &[Action::Accept]);
    assert!(session.overlays.is_empty());
    assert_eq!(workspace(&session).current(), Some(key("scipy")), "the heaviest of what is too much");
    act(&mut session, &[Action::Findings, Action::Last, Action::Down]);
    let rules =
        workspace(&session).assessment.verdict.rules.len() + workspace(&session).assessment.verdict.findings.len();
    assert!(matches!(session.overlays.last(), Some(Overlay::Findings { cursor }) if *cursor == rules - 1));
}

#[test]
fn the_first_screen_says_what_is_wrong_and_what_to_press() {
    let mut session = session();
    let step = workspace(&session).next_step();
    assert_eq!((step.severity, step.key), (Some(Severity::Error), Action::Fit));
    assert_eq!(step.stands, "102.9 MB too much for function + layers");
    for name in ["scipy", "botocore"] {
        session.update(Message::Grab(key(name)));
        session.update(Message::Hover(Some(Destination::Bucket(Bucket::Efs))));
        session.update(Message::Drop);
    }
    let step = workspace(&session).next_step();
    assert!(step.stands.starts_with("it fits, ") || step.severity == Some(Severity::Error), "{step:?}");
    let empty = story::without_all_but(&["app.py"]);
    let mut small = Session::scanning("small".to_owned(), true, KEYMAP.names());
    small.update(Message::Opened(Box::new(story::opened(empty))));
    let step = workspace(&small).next_step();
    assert_eq!((step.severity, step.key), (None, Action::Pack), "{step:?}");
}

#[test]
fn the_five_hints_go_by_being_done_in_any_order() {
    let mut session = session();
    let number = |session: &Session| session.hint().map(|hint| hint.number);
    let move_to = |session: &mut Session, name: &str, to: Destination| {
        session.update(Message::Grab(key(name)));
        session.update(Message::Hover(Some(to)));
        session.update(Message::Drop);
    };
    for elsewhere in [Destination::NewLayer, Destination::Bucket(Bucket::LeftOut)] {
        let mut other = story::session();
        move_to(&mut other, "scipy", elsewhere);
        assert_eq!(number(&other), Some(1), "only on EFS is scipy where the hint says");
    }
    assert_eq!(number(&session), Some(1));
    move_to(&mut session, "scipy", Destination::Bucket(Bucket::Efs));
    assert_eq!(number(&session), Some(2));
    move_to(&mut session, "numpy", Destination::NewLayer);
    assert_eq!(number(&session), Some(3));
    act(&mut session, &[Action::Undo]);
    assert_eq!(number(&session), Some(4), "what was done stays done");
    act(&mut session, &[Action::LeaveOut]);
    let plan = Box::new(workspace(&session).plan().clone());
    session.update(Message::Saved { plan, words: "saved".to_owned() });
    let after = number(&session);
    assert!(after == Some(4) || after.is_none(), "saving is done before its turn");
    let mut impatient = story::session();
    act(&mut impatient, &[Action::Escape]);
    assert_eq!(number(&impatient), None, "Esc sends them away");
}

#[test]
fn orders_hold_in_each_view() {
    let mut session = session();
    for view in [View::Packages, View::Folders, View::Why] {
        show(&mut session, view);
        while workspace(&session).tree.order != Order::Files {
            act(&mut session, &[Action::NextOrder]);
        }
        let files: Vec<u64> = rows(&session)
            .iter()
            .filter(|row| row.depth == 0 && row.kind != RowKind::Limit)
            .map(|row| row.files)
            .collect();
        assert!(files.is_sorted_by(|a, b| a >= b), "{view:?}: {files:?}");
    }
}

/// What changes a view or what is seen in it.
fn look() -> impl Strategy<Value = Action> {
    proptest::sample::select(vec![
        Action::NextView,
        Action::PreviousView,
        Action::Up,
        Action::Down,
        Action::Open,
        Action::Close,
        Action::Accept,
        Action::Escape,
        Action::OpenAll,
        Action::CloseAll,
        Action::NextOrder,
        Action::SortBySize,
        Action::ToggleZipped,
        Action::CycleSizes,
        Action::First,
        Action::Last,
        Action::PageDown,
        Action::NextMatch,
        Action::Mark,
        Action::LeaveOut,
        Action::Undo,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn however_one_looks_the_cursor_is_on_a_row_and_turning_the_views_keeps_its_package(
        looks in proptest::collection::vec(look(), 1..60)
    ) {
        let mut session = session();
        for look in looks {
            session.update(Message::Act(look));
            let tree = &workspace(&session).tree;
            prop_assert!(tree.cursor < tree.rows.len().max(1));
            prop_assert!(tree.rows.get(tree.cursor).is_none_or(|row| row.kind != RowKind::Limit));
            prop_assert_eq!(workspace(&session).shown_budgets().everything(), EVERYTHING);
        }
        session.update(Message::Select(Place::Tree));
        let selection = |session: &Session| workspace(session).tree.selection(&workspace(session).bundle);
        let Some(package) = selection(&session).and_then(|id| id.package) else { return Ok(()) };
        for _ in View::ALL {
            session.update(Message::Act(Action::NextView));
            // A folder that others have files in as well is shown as what it is.
            let tree = &workspace(&session).tree;
            let is_shared = matches!(tree.rows.get(tree.cursor), Some(row) if matches!(row.kind, RowKind::Folder(_)));
            prop_assert!(is_shared || workspace(&session).current().as_ref() == Some(&package));
            prop_assert_eq!(selection(&session).and_then(|id| id.package), Some(package.clone()));
        }
    }
}

#[test]
fn a_key_that_can_do_nothing_says_why() {
    let said = |session: &Session| match &session.notice {
        Some(Notice::Refused(words) | Notice::Told(words)) => words.clone(),
        None => String::new(),
    };
    let mut session = session();
    for action in [Action::Details, Action::CopyPath, Action::Move, Action::SendForth, Action::SendBack] {
        act(&mut session, &[Action::Bucket(1), action]);
        assert_eq!(said(&session), "not now: no package under the cursor", "{action:?} on a bucket's title");
    }
    act(&mut session, &[Action::Mark]);
    assert_eq!(said(&session), "not now: in the tree only");
    act(&mut session, &[Action::Rename]);
    assert_eq!(said(&session), "no layer here to rename: go to a layer", "one is in the buckets already");
    act(&mut session, &[Action::NextPane, Action::Rename]);
    assert_eq!(said(&session), "no layer here to rename: Tab to the buckets and choose one");
    act(&mut session, &[Action::SendBack]);
    assert_eq!(said(&session), "not moved: no bucket before function takes packages");
    act(&mut session, &[Action::Escape]);
    assert_eq!(said(&session), "", "Esc is no question");
    let mut empty = Session::scanning("empty".to_owned(), true, KEYMAP.names());
    empty.update(Message::Opened(Box::new(story::opened(story::without_all_but(&[])))));
    for action in [Action::Move, Action::Details] {
        act(&mut empty, &[action]);
        assert_eq!(said(&empty), "not now: no package under the cursor", "{action:?} in an empty bundle");
    }
    assert_eq!(act(&mut empty, &[Action::Fit]), []);
    assert_eq!(said(&empty), "there is nothing to fit: this bundle holds no files");
    assert_eq!(workspace(&empty).next_step().stands, "this bundle holds no files");
}

#[test]
fn zipped_sizes_are_a_packages_own_whatever_was_shown_before() {
    let mut by_own = session();
    act(&mut by_own, &[Action::ToggleZipped]);
    let mut by_needs = session();
    act(&mut by_needs, &[Action::CycleSizes, Action::CycleSizes, Action::ToggleZipped]);
    assert_eq!(rows(&by_needs), rows(&by_own));
    show(&mut by_needs, View::Why);
    let tops = rows(&by_needs).iter().filter(|row| row.depth == 0 && row.kind != RowKind::Limit);
    let sizes: Vec<Bytes> = tops.map(|row| row.weight.bytes).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "what would go is told unzipped, and ordered so: {sizes:?}");
}
