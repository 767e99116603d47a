//! A folder with more files than a frame has room for: its rows are made beside the drawing, by a worker that these
//! tests hold in their hands, so that nothing depends on a clock.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/story.rs"]
mod story;

use std::sync::{Arc, LazyLock};

use bayplan::attribute::attribute;
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::entry::EntryId;
use bayplan::model::listing::{Attributes, ListingBuilder, Source};
use bayplan::model::watch::{Unwatched, Watch};
use bayplan::model::zipped::{Batch, Generation, ZippedSizes};
use bayplan::session::{
    Action, Arranging, Destination, Effect, Message, Order, Place, Row, RowId, RowKind, Session, View, Viewport,
};
use bayplan::tui::keymap::KEYMAP;
use proptest::prelude::*;
use story::{key, opened, workspace};

const FILES: usize = 30_000;

/// A folder with many files, the k-th of which has k × 7 mod 30 011 bytes, beside a small one and a file.
static WIDE: LazyLock<Arc<Bundle>> = LazyLock::new(|| {
    let mut builder = ListingBuilder::new(Source::Demo);
    builder.add(b"app.py", Attributes::file(1_000)).unwrap();
    builder.open(b"data", Attributes::directory()).unwrap();
    for file in 0..FILES {
        builder.add(format!("{file:05}").as_bytes(), Attributes::file(file as u64 * 7 % 30_011)).unwrap();
    }
    builder.close();
    builder.open(b"models", Attributes::directory()).unwrap();
    builder.add(b"small", Attributes::file(10)).unwrap();
    builder.add(b"smaller", Attributes::file(5)).unwrap();
    builder.close();
    Arc::new(attribute(Arc::new(builder.finish()), Arc::default()))
});

fn wide() -> Session {
    let mut opened = opened(WIDE.clone());
    let lengths = WIDE.listing.entries().map(|entry| WIDE.listing.length(entry));
    opened.background.zipped = Arc::new(ZippedSizes::estimated(Generation(1), lengths));
    let mut session = Session::scanning("wide".to_owned(), true, KEYMAP.names());
    session.update(Message::Opened(Box::new(opened)));
    session.update(Message::Viewport(Viewport { tree: 18, map: (60, 18), buckets: vec![8; 12], overlay: 18 }));
    session
}

fn act(session: &mut Session, action: Action) -> Vec<Effect> {
    session.update(Message::Act(action))
}

/// What the worker was asked: it holds that until it is let go on.
fn asked(session: &Session) -> Arranging {
    assert!(workspace(session).awaits_rows(), "rows are asked for");
    Arranging::of(workspace(session))
}

/// The worker goes to its end.
fn deliver(session: &mut Session, held: Arranging) -> Vec<Effect> {
    session.update(held.arrange(&Unwatched).expect("nobody cancels it"))
}

/// The folder is closed, and the cursor on it.
fn on_folder() -> Session {
    let mut session = wide();
    assert_eq!(selected(&session), Some(RowId::of_package(&key("file:data/"))), "the largest stands first");
    assert_eq!(act(&mut session, Action::Open), [], "its folder is one row");
    act(&mut session, Action::Down);
    session
}

/// The folder is open, and all of its rows are there.
fn in_folder() -> Session {
    let mut session = on_folder();
    assert_eq!(act(&mut session, Action::Open), [Effect::Arrange]);
    let held = asked(&session);
    assert_eq!(deliver(&mut session, held), []);
    session
}

fn rows(session: &Session) -> &[Row] {
    &workspace(session).tree.rows
}

fn selected(session: &Session) -> Option<RowId> {
    let workspace = workspace(session);
    workspace.tree.row_id(workspace.tree.cursor, &workspace.bundle)
}

/// A file of the folder, by its number.
fn file(number: usize) -> RowId {
    let folder = WIDE.listing.child(EntryId::ROOT, b"data").unwrap();
    let entry = WIDE.listing.child(folder, format!("{number:05}").as_bytes()).unwrap();
    RowId::of_entry(Some(key("file:data/")), entry)
}

/// The files of the folder, from top to bottom.
fn files(session: &Session) -> Vec<&Row> {
    rows(session).iter().filter(|row| row.depth == 2).collect()
}

fn sizes(session: &Session) -> Vec<Bytes> {
    files(session).iter().map(|row| row.unzipped).collect()
}

fn are_by_name(session: &Session) -> bool {
    files(session).is_sorted_by_key(|row| match row.kind {
        RowKind::Entry(_, entry) => entry,
        _ => panic!("{row:?} is a file"),
    })
}

#[test]
fn a_folder_turns_its_sign_at_once_and_its_rows_come_when_they_are_ready() {
    let mut session = on_folder();
    let before = rows(&session).to_vec();
    assert_eq!(act(&mut session, Action::Open), [Effect::Arrange]);
    assert_eq!(rows(&session).len(), before.len(), "the old rows stay");
    assert_eq!(rows(&session)[1].open, Some(true), "and the sign says that the key was taken");
    let held = asked(&session);
    assert_eq!(act(&mut session, Action::Down), [], "keys go on being taken, and ask for nothing twice");
    let here = selected(&session);
    deliver(&mut session, held);
    assert!(!workspace(&session).awaits_rows());
    assert_eq!(rows(&session).len(), before.len() + FILES);
    assert!(sizes(&session).is_sorted_by(|a, b| a >= b), "largest first");
    assert_eq!(selected(&session), here, "the selection is where it went meanwhile");
    assert_eq!(workspace(&session).tree.rows.largest(), workspace(&session).tree.rows[0].unzipped);
}

#[test]
fn a_newer_wish_wins_whichever_rows_come_first() {
    for late_comes_first in [false, true] {
        let mut session = in_folder();
        assert_eq!(act(&mut session, Action::SortBySize), [Effect::Arrange]);
        let older = asked(&session);
        assert_eq!(act(&mut session, Action::NextOrder), [Effect::Arrange]);
        let newer = asked(&session);
        assert_eq!(workspace(&session).tree.order, Order::Name);
        let (first, second) = if late_comes_first { (newer, older) } else { (older, newer) };
        deliver(&mut session, first);
        if !late_comes_first {
            assert!(workspace(&session).awaits_rows(), "rows of an older wish are not shown");
            assert!(sizes(&session).is_sorted_by(|a, b| a >= b), "the old ones stay");
        }
        deliver(&mut session, second);
        assert!(are_by_name(&session) && !workspace(&session).awaits_rows());
    }
}

#[test]
fn closing_needs_no_worker_and_calls_it_back() {
    let mut session = on_folder();
    act(&mut session, Action::Open);
    let held = asked(&session);
    assert_eq!(act(&mut session, Action::Close), [Effect::EndArranging]);
    let closed = rows(&session).to_vec();
    assert_eq!((closed[1].open, workspace(&session).awaits_rows()), (Some(false), false));
    assert_eq!(deliver(&mut session, held), [], "what nobody waits for");
    assert_eq!(rows(&session), closed, "is not shown");
}

#[test]
fn a_worker_that_is_called_back_makes_no_rows() {
    struct CalledBack;
    impl Watch for CalledBack {
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let mut session = on_folder();
    act(&mut session, Action::Open);
    assert!(asked(&session).arrange(&CalledBack).is_none());
}

#[test]
fn the_selection_stays_on_its_row_and_in_sight() {
    let mut session = in_folder();
    for action in [Action::PageDown, Action::PageDown, Action::Down] {
        act(&mut session, action);
    }
    let wanted = selected(&session);
    assert_eq!(act(&mut session, Action::NextOrder), [Effect::Arrange]);
    assert_eq!(selected(&session), wanted, "while the old rows stay");
    let held = asked(&session);
    deliver(&mut session, held);
    assert_eq!(selected(&session), wanted);
    let tree = &workspace(&session).tree;
    assert!((tree.offset..tree.offset + 18).contains(&tree.cursor), "{} from {}", tree.cursor, tree.offset);

    let held = (act(&mut session, Action::NextOrder), asked(&session)).1;
    act(&mut session, Action::Last);
    let last = selected(&session);
    deliver(&mut session, held);
    assert_eq!(selected(&session), last, "moved while the rows were made, it is where it was moved to");
}

#[test]
fn a_click_and_a_wheel_find_their_rows_among_many() {
    let mut session = in_folder();
    session.update(Message::Scroll { place: Place::Tree, rows: 20_000 });
    session.update(Message::Select(Place::Row(file(3))));
    assert_eq!(selected(&session), Some(file(3)));
    session.update(Message::Select(Place::Row(RowId::of_package(&key("file:app.py")))));
    assert_eq!(selected(&session), Some(RowId::of_package(&key("file:app.py"))), "above and below what is seen");
}

#[test]
fn the_filter_is_followed_letter_by_letter_and_only_the_last_counts() {
    let mut session = in_folder();
    act(&mut session, Action::Filter);
    let held: Vec<Arranging> = "dat"
        .chars()
        .map(|letter| {
            assert_eq!(session.update(Message::Type(letter)), [Effect::Arrange]);
            asked(&session)
        })
        .collect();
    let shown = |session: &Session| rows(session).iter().filter(|row| row.depth == 0 && row.open.is_some()).count();
    assert_eq!(act(&mut session, Action::TextLeft), [], "the text cursor moves without a new wish");
    act(&mut session, Action::TextRight);
    for held in held {
        assert_eq!(shown(&session), 2, "until the last is there, all rows are");
        deliver(&mut session, held);
    }
    assert_eq!((shown(&session), files(&session).len()), (1, FILES), "data/ matches and models/ does not");
    assert_eq!(act(&mut session, Action::DeleteLine), [Effect::Arrange]);
    let held = asked(&session);
    assert_eq!(session.update(Message::Type('m')), [Effect::EndArranging], "what is small is there at once");
    assert_eq!((rows(&session).len(), workspace(&session).awaits_rows()), (1, false));
    deliver(&mut session, held);
    assert_eq!(rows(&session).len(), 1);
}

#[test]
fn small_folders_are_ordered_at_once() {
    let mut session = on_folder();
    act(&mut session, Action::NextView);
    session.update(Message::Select(Place::Row(RowId::of_package(&key("file:models/")))));
    let models = WIDE.listing.child(EntryId::ROOT, b"models").unwrap();
    let row = RowId::of_entry(Some(key("file:models/")), models);
    let before = rows(&session).len();
    assert_eq!(session.update(Message::Open(Place::Row(row))), []);
    assert_eq!(rows(&session).len(), before + 2);
    assert_eq!(act(&mut session, Action::NextOrder), []);
    assert!(!workspace(&session).awaits_rows());
}

#[test]
fn another_view_shows_no_rows_of_the_one_before_and_keeps_the_selection() {
    let mut session = in_folder();
    session.update(Message::Select(Place::Row(file(7))));
    assert_eq!(act(&mut session, Action::NextView), [Effect::Arrange]);
    assert_eq!((workspace(&session).tree.view, rows(&session).len()), (View::Folders, 3), "what is closed is there");
    let held = asked(&session);
    deliver(&mut session, held);
    assert_eq!(selected(&session), Some(file(7)));
    assert_eq!(act(&mut session, Action::PreviousView), [Effect::Arrange]);
    assert_eq!(rows(&session), []);
    act(&mut session, Action::PageDown);
    act(&mut session, Action::Open);
    let held = asked(&session);
    deliver(&mut session, held);
    assert_eq!(selected(&session), Some(file(7)), "keys that find no row move nothing");
}

#[test]
fn a_key_that_comes_before_the_rows_of_another_view_is_about_the_same_package() {
    for view in [Action::NextView, Action::PreviousView] {
        let mut session = in_folder();
        session.update(Message::Select(Place::Row(file(0))));
        act(&mut session, view);
        act(&mut session, Action::LeaveOut);
        let left_out: Vec<String> = workspace(&session).plan().placements().keys().map(ToString::to_string).collect();
        assert_eq!(left_out, ["file:data/"], "{view:?}");
    }
}

#[test]
fn the_map_looks_into_the_folder() {
    let mut session = in_folder();
    act(&mut session, Action::PreviousView);
    assert_eq!(workspace(&session).tree.view, View::Treemap);
    assert_eq!(act(&mut session, Action::Accept), [], "its folder is one tile");
    assert_eq!(act(&mut session, Action::Accept), [Effect::Arrange]);
    assert!(rows(&session).is_empty());
    let held = asked(&session);
    deliver(&mut session, held);
    let tree = &workspace(&session).tree;
    let tiled: usize = tree.map.tiles.iter().map(|tile| tile.rows.len()).sum();
    let amount: Bytes = tree.map.tiles.iter().map(|tile| tile.amount.bytes).sum();
    let all: Bytes = tree.rows.iter().map(|row| row.unzipped).sum();
    assert_eq!((tiled, amount), (FILES, all), "tiles hold every file and every byte");
    assert_eq!(act(&mut session, Action::Escape), [], "and from further away at once");
    assert_eq!(rows(&session).len(), 1);
}

#[test]
fn zipped_sizes_wait_for_the_rows_that_are_being_made_and_begin_none_anew() {
    let mut session = in_folder();
    let entry = file(5).entry.unwrap();
    let zipped = |session: &Session| {
        let row = rows(session).iter().find(|row| matches!(row.kind, RowKind::Entry(_, it) if it == entry));
        row.and_then(|row| row.zipped).map(|amount| (amount.sign(), amount.bytes))
    };
    act(&mut session, Action::NextOrder);
    let held = asked(&session);
    for bytes in [9, 11] {
        let batch = Batch { generation: Generation(1), exact: vec![(entry, Bytes(bytes))], unreadable: Vec::new() };
        assert_eq!(session.update(Message::Zipped(batch)), [], "the rows under way are not called back");
    }
    assert_eq!(zipped(&session), Some(("≈ ", Bytes(35))));
    assert_eq!(deliver(&mut session, held), [Effect::Arrange], "then they are asked for with what is known by now");
    let held = asked(&session);
    deliver(&mut session, held);
    assert_eq!(zipped(&session), Some(("", Bytes(11))));
}

#[test]
fn packages_are_dragged_while_rows_are_made() {
    let mut session = in_folder();
    act(&mut session, Action::NextOrder);
    session.update(Message::Grab(key("file:data/")));
    session.update(Message::Hover(Some(Destination::Bucket(Bucket::Efs))));
    assert!(session.update(Message::Drop).contains(&Effect::Arrange), "the plan has changed under the rows");
    assert_eq!(workspace(&session).plan().bucket_of(&key("file:data/")), Bucket::Efs);
    let held = asked(&session);
    deliver(&mut session, held);
    assert!(are_by_name(&session));
}

fn any_wish() -> impl Strategy<Value = Message> {
    let action = prop::sample::select(vec![
        Action::NextOrder,
        Action::SortBySize,
        Action::ToggleZipped,
        Action::NextView,
        Action::PreviousView,
        Action::Undo,
        Action::LeaveOut,
    ]);
    action.prop_map(Message::Act)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn however_late_rows_come_they_are_the_same_in_the_end(
        start in 0..FILES,
        wishes in prop::collection::vec((any_wish(), any::<bool>()), 1..6),
    ) {
        let (mut prompt, mut late) = (in_folder(), in_folder());
        for session in [&mut prompt, &mut late] {
            session.update(Message::Select(Place::Row(file(start))));
        }
        for (wish, comes) in wishes {
            // What is about the selection needs a row that shows it.
            if matches!(wish, Message::Act(Action::LeaveOut)) && rows(&late).is_empty() {
                let held = asked(&late);
                deliver(&mut late, held);
            }
            for (session, comes) in [(&mut prompt, true), (&mut late, comes)] {
                session.update(wish.clone());
                if comes && workspace(session).awaits_rows() {
                    let held = asked(session);
                    deliver(session, held);
                }
            }
        }
        if workspace(&late).awaits_rows() {
            let held = asked(&late);
            deliver(&mut late, held);
        }
        prop_assert_eq!(rows(&prompt), rows(&late));
        let selection = |session: &Session| workspace(session).tree.selection(&WIDE);
        prop_assert_eq!(selection(&prompt), selection(&late));
        prop_assert_eq!(selected(&prompt), selected(&late));
    }
}
