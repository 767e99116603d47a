//! Journeys through the session by messages alone: what a hand does, without a terminal.

#[path = "support/story.rs"]
mod story;

use bayplan::model::bucket::Bucket;
use bayplan::model::bytes::Bytes;
use bayplan::model::finding::Judged;
use bayplan::model::plan::{Placement, Reason};
use bayplan::session::{
    Action, BucketCursor, Destination, Effect, Foresight, Message, Notice, Order, Outlook, Overlay, PackProgress,
    Place, Preview, Reach, RowKind, Session,
};
use proptest::prelude::*;
use story::{key, session, workspace};

const EVERYTHING: Bytes = Bytes(370_064_218);

fn efs() -> Destination {
    Destination::Bucket(Bucket::Efs)
}

fn layer(name: &str) -> Destination {
    Destination::Bucket(Bucket::Layer(name.parse().expect("a name of a layer")))
}

fn drag(session: &mut Session, package: &str, to: Destination) {
    session.update(Message::Grab(key(package)));
    session.update(Message::Hover(Some(to)));
    session.update(Message::Drop);
}

fn act(session: &mut Session, actions: &[Action]) -> Vec<Effect> {
    actions.iter().flat_map(|&action| session.update(Message::Act(action))).collect()
}

fn joint(session: &Session) -> Bytes {
    workspace(session).shown_budgets().joint().bytes
}

fn bucket_of(session: &Session, package: &str) -> Bucket {
    workspace(session).plan().bucket_of(&key(package))
}

fn notice(session: &Session) -> &str {
    match &session.notice {
        Some(Notice::Told(words) | Notice::Refused(words)) => words,
        None => "",
    }
}

fn drag_line(session: &Session) -> String {
    let phrases = workspace(session).drag_words(&session.keys).expect("something is in the hand");
    phrases.into_iter().map(|phrase| phrase.long).collect::<Vec<_>>().join(" | ")
}

/// Answers what the session asks about letting go, as the thread beside the drawing does.
fn foresee(session: &mut Session) {
    let outlook = Outlook::of_drop(workspace(session)).expect("something would move");
    session.update(outlook.judge());
}

fn foresight(session: &Session) -> &Foresight {
    match &workspace(session).drag.as_ref().expect("something is in the hand").preview {
        Some(Preview::Moves(landing)) => landing.foresight.as_ref().expect("it has been judged"),
        other => panic!("nothing would move: {other:?}"),
    }
}

#[test]
fn the_budgets_follow_the_hand_and_letting_go_moves() {
    let mut session = session();
    assert_eq!(joint(&session), EVERYTHING);
    session.update(Message::Grab(key("scipy")));
    session.update(Message::Hover(Some(efs())));
    let scipy = workspace(&session).bundle.get(&key("scipy")).unwrap().load().unzipped;
    assert_eq!(joint(&session), EVERYTHING.less(scipy), "the meter moves before the hand lets go");
    assert_eq!(bucket_of(&session, "scipy"), Bucket::Function, "hovering changes no plan");
    assert!(
        drag_line(&session).contains("→ EFS | function + layers 352.9 → 238.7 of 250.0 MB | fits"),
        "{}",
        drag_line(&session)
    );
    session.update(Message::Hover(None));
    assert_eq!(joint(&session), EVERYTHING, "over no bucket everything is as it was");
    session.update(Message::Hover(Some(efs())));
    session.update(Message::Drop);
    assert_eq!(bucket_of(&session, "scipy"), Bucket::Efs);
    act(&mut session, &[Action::Undo]);
    assert_eq!((bucket_of(&session, "scipy"), joint(&session)), (Bucket::Function, EVERYTHING));
    act(&mut session, &[Action::Redo]);
    assert_eq!(bucket_of(&session, "scipy"), Bucket::Efs);
}

#[test]
fn before_the_hand_lets_go_the_line_says_which_findings_come_and_go() {
    let mut session = session();
    session.update(Message::Grab(key("scipy")));
    assert_eq!(session.update(Message::Hover(Some(efs()))), [Effect::Foresee], "the verdict is asked for beside");
    assert!(drag_line(&session).contains("| fits |") && !drag_line(&session).contains("clears"), "numbers do not wait");
    assert_eq!(session.update(Message::Hover(Some(efs()))), [], "and once for a place");
    foresee(&mut session);
    let before = workspace(&session).assessment.verdict.clone();
    let seen = foresight(&session).clone();
    assert!(seen.cleared.iter().any(|finding| finding.id == "size.joint"), "{seen:?}");
    assert!(drag_line(&session).contains("clears ✗ function + layers hold 352.9 MB |"), "{}", drag_line(&session));
    assert_eq!(session.update(Message::Hover(None)), []);
    assert_eq!(session.update(Message::Hover(Some(efs()))), [], "what is known is not asked again");
    assert_eq!(foresight(&session), &seen);
    session.update(Message::Drop);
    assert_eq!(Foresight::between(&before, &workspace(&session).assessment.verdict), seen, "and so it comes to be");
}

#[test]
fn what_would_break_is_said_before_what_would_be_freed() {
    let mut session = session();
    session.update(Message::Grab(key("scipy")));
    session.update(Message::Hover(Some(Destination::Bucket(Bucket::LeftOut))));
    foresee(&mut session);
    let line = drag_line(&session);
    let place = |words: &str| line.find(words).unwrap_or_else(|| panic!("{words} is not in {line}"));
    assert!(place("raises ✗ Unable to import module") < place("function + layers"), "{line}");
    assert!(place("| fits |") < place("clears ✗"), "{line}");
}

#[test]
fn a_finding_whose_numbers_alone_change_neither_comes_nor_goes() {
    let mut session = session();
    session.update(Message::Grab(key("numpy")));
    session.update(Message::Hover(Some(efs())));
    foresee(&mut session);
    assert!(drag_line(&session).contains("still 38.0 MB over"), "{}", drag_line(&session));
    let Foresight { raised, cleared } = foresight(&session);
    assert!(raised.iter().chain(cleared).all(|finding| finding.id != "size.joint"), "{raised:?} {cleared:?}");
}

#[test]
fn a_verdict_that_comes_when_the_hand_is_elsewhere_is_not_shown() {
    let mut session = session();
    session.update(Message::Grab(key("scipy")));
    session.update(Message::Hover(Some(efs())));
    let late = Outlook::of_drop(workspace(&session)).expect("something would move").judge();
    session.update(Message::Hover(Some(Destination::Bucket(Bucket::LeftOut))));
    session.update(late);
    let drag = workspace(&session).drag.as_ref().expect("still in the hand");
    assert!(matches!(&drag.preview, Some(Preview::Moves(landing)) if landing.foresight.is_none()));
}

#[test]
fn the_hand_takes_a_package_alone_or_with_what_only_it_needs() {
    let mut session = session();
    let keys = |names: &[&str]| -> Vec<_> { names.iter().map(|name| key(name)).collect() };
    let carried = |session: &Session| workspace(session).drag.as_ref().expect("in the hand").packages.clone();
    session.update(Message::Grab(key("scikit-learn")));
    session.update(Message::Hover(Some(efs())));
    assert_eq!(carried(&session), keys(&["scikit-learn"]));
    assert!(
        drag_line(&session).contains("Space: with what only it needs: joblib, scipy, threadpoolctl, "),
        "{}",
        drag_line(&session)
    );
    act(&mut session, &[Action::Mark]);
    assert_eq!(carried(&session), keys(&["joblib", "scikit-learn", "scipy", "threadpoolctl"]));
    assert_eq!(joint(&session), EVERYTHING.less(Bytes(160_859_529)), "what would go with it");
    assert!(drag_line(&session).contains("Space: alone"), "{}", drag_line(&session));
    act(&mut session, &[Action::Mark]);
    assert_eq!(carried(&session), keys(&["scikit-learn"]));
    session.update(Message::Reach(Reach::WithNeeds));
    session.update(Message::Drop);
    for package in ["joblib", "scikit-learn", "scipy", "threadpoolctl"] {
        assert_eq!(bucket_of(&session, package), Bucket::Efs, "{package}");
    }
    assert_eq!(bucket_of(&session, "numpy"), Bucket::Function, "pandas needs it too");
}

#[test]
fn what_lies_elsewhere_already_is_no_company() {
    let mut session = session();
    drag(&mut session, "scipy", efs());
    session.update(Message::Grab(key("scikit-learn")));
    session.update(Message::Hover(Some(Destination::NewLayer)));
    session.update(Message::Reach(Reach::WithNeeds));
    let packages = &workspace(&session).drag.as_ref().expect("in the hand").packages;
    assert_eq!(*packages, [key("joblib"), key("scikit-learn"), key("threadpoolctl")]);
    session.update(Message::Cancel);
    session.update(Message::Grab(key("six")));
    session.update(Message::Hover(Some(efs())));
    act(&mut session, &[Action::Mark]);
    assert!(notice(&session).contains("needed by these packages alone"), "{}", notice(&session));
}

#[test]
fn at_home_the_line_speaks_of_what_holds_it() {
    let home = || Message::Hover(Some(Destination::Bucket(Bucket::Function)));
    let mut by_mouse = session();
    by_mouse.update(Message::Grab(key("scipy")));
    by_mouse.update(home());
    assert!(drag_line(&by_mouse).contains("already there: release cancels"), "{}", drag_line(&by_mouse));
    let mut by_keys = session();
    act(&mut by_keys, &[Action::Move]);
    by_keys.update(home());
    assert!(drag_line(&by_keys).contains("already there: k and j choose, Esc cancels"), "{}", drag_line(&by_keys));
}

#[test]
fn let_go_over_nothing_or_at_home_nothing_moves_and_it_is_said() {
    let mut session = session();
    let before = workspace(&session).plan().clone();
    for over in [None, Some(Destination::Bucket(Bucket::Function))] {
        session.update(Message::Grab(key("scipy")));
        session.update(Message::Hover(over));
        session.update(Message::Drop);
        assert!(notice(&session).starts_with("not moved"), "{}", notice(&session));
        assert!(workspace(&session).drag.is_none());
    }
    assert_eq!(*workspace(&session).plan(), before);
}

#[test]
fn a_layer_frees_nothing_and_everything_that_could_mislead_says_so() {
    let mut session = session();
    session.update(Message::Grab(key("numpy")));
    session.update(Message::Hover(Some(Destination::NewLayer)));
    assert!(drag_line(&session).contains("frees 0 B of the 250 MB"), "{}", drag_line(&session));
    session.update(Message::Drop);
    assert_eq!(joint(&session), EVERYTHING);
    assert_eq!(bucket_of(&session, "numpy"), Bucket::Layer("layer-1".parse().unwrap()));
    assert!(notice(&session).contains("freed 0 B"), "{}", notice(&session));
    let cure = &workspace(&session).assessment.verdict.findings[0].cure;
    assert!(cure.contains("layer frees nothing"), "{cure}");
}

#[test]
fn a_sixth_layer_is_refused_while_hovering() {
    let mut session = session();
    act(&mut session, &[Action::NewLayer; 5]);
    session.update(Message::Grab(key("numpy")));
    session.update(Message::Hover(Some(Destination::NewLayer)));
    let drag = workspace(&session).drag.as_ref().unwrap();
    assert!(matches!(&drag.preview, Some(Preview::Refused(why)) if why.contains("takes 5 layers")));
    session.update(Message::Drop);
    assert_eq!(workspace(&session).plan().layers().len(), 5);
    assert_eq!(bucket_of(&session, "numpy"), Bucket::Function);
}

#[test]
fn the_handler_stays_in_the_function() {
    let mut session = session();
    drag(&mut session, "file:app.py", efs());
    assert_eq!(bucket_of(&session, "file:app.py"), Bucket::Function);
    assert!(notice(&session).contains("holds the handler"), "{}", notice(&session));
}

#[test]
fn a_marked_row_takes_all_marked_rows_along() {
    let mut session = session();
    act(&mut session, &[Action::Mark, Action::Mark]);
    let marked: Vec<_> = workspace(&session).tree.marks.iter().cloned().collect();
    assert_eq!(marked, [key("botocore"), key("scipy")], "the two largest");
    drag(&mut session, "scipy", efs());
    assert!(marked.iter().all(|package| workspace(&session).plan().bucket_of(package) == Bucket::Efs));
    assert!(workspace(&session).tree.marks.is_empty(), "what was moved is no longer marked");
    drag(&mut session, "numpy", efs());
    act(&mut session, &[Action::Undo]);
    assert_eq!(bucket_of(&session, "botocore"), Bucket::Efs, "each drop is one step of the history");
}

#[test]
fn the_same_journey_by_keys() {
    let mut session = session();
    act(&mut session, &[Action::Move]);
    let over = |session: &Session| workspace(session).drag.as_ref().and_then(|drag| drag.over.clone());
    assert_eq!(over(&session), Some(efs()), "a new layer, which frees nothing, is not offered unasked");
    act(&mut session, &[Action::Up]);
    assert_eq!(over(&session), Some(Destination::NewLayer), "but stands where it is seen");
    act(&mut session, &[Action::Down]);
    act(&mut session, &[Action::Accept]);
    assert_eq!(bucket_of(&session, "scipy"), Bucket::Efs);
    act(&mut session, &[Action::Down, Action::Move, Action::NewLayer]);
    assert_eq!(bucket_of(&session, "botocore"), Bucket::Layer("layer-1".parse().unwrap()));
    act(&mut session, &[Action::Down, Action::Move, Action::Bucket(4)]);
    assert_eq!(bucket_of(&session, "numpy"), Bucket::LeftOut, "function, layer-1, EFS, left out");
    act(&mut session, &[Action::SendBack]);
    assert_eq!(bucket_of(&session, "numpy"), Bucket::Efs);
    act(&mut session, &[Action::Move, Action::Escape]);
    assert_eq!(bucket_of(&session, "numpy"), Bucket::Efs, "Esc moves nothing");
    assert!(act(&mut session, &[Action::Escape, Action::Escape]).is_empty(), "and never quits");
}

#[test]
fn layers_are_named_ordered_and_taken_away() {
    let mut session = session();
    act(&mut session, &[Action::NewLayer, Action::NewLayer, Action::Bucket(3), Action::Rename]);
    for _ in 0.."layer-2".len() {
        act(&mut session, &[Action::DeleteBack]);
    }
    for letter in "layer-1".chars() {
        session.update(Message::Type(letter));
    }
    act(&mut session, &[Action::Accept]);
    let error = match session.overlays.last() {
        Some(Overlay::Prompt(prompt)) => prompt.error.clone().unwrap_or_default(),
        _ => String::new(),
    };
    assert!(error.contains("there is a layer \"layer-1\" already"), "a name that is taken can be mended: {error}");
    session.update(Message::Type('x'));
    act(&mut session, &[Action::Accept, Action::LayerEarlier]);
    let names = |session: &Session| -> Vec<String> {
        workspace(session).plan().layers().iter().map(|layer| layer.name.to_string()).collect()
    };
    assert_eq!(names(&session), ["layer-1x", "layer-1"]);
    drag(&mut session, "numpy", layer("layer-1x"));
    act(&mut session, &[Action::Bucket(2), Action::LeaveOut]);
    assert!(notice(&session).contains("holds numpy"), "a layer with packages stays: {}", notice(&session));
    act(&mut session, &[Action::Bucket(3), Action::LeaveOut]);
    assert_eq!(names(&session), ["layer-1x"], "an empty one goes");
}

#[test]
fn the_line_of_the_limit_stands_where_the_sum_reaches_it() {
    let session = session();
    let tree = &workspace(&session).tree;
    let at = tree.rows.iter().position(|row| row.kind == RowKind::Limit).expect("the story's bundle is over");
    let sum = |rows: usize| -> Bytes {
        tree.rows[..rows].iter().filter(|row| row.kind != RowKind::Limit).map(|row| row.unzipped).sum()
    };
    assert!(sum(at - 1) < Bytes(262_144_000) && sum(at) >= Bytes(262_144_000));
    let all: Bytes = tree.rows.iter().filter(|row| row.kind != RowKind::Limit).map(|row| row.unzipped).sum();
    assert_eq!(all, EVERYTHING, "rows add up to the bundle");
}

#[test]
fn opening_a_package_shows_rows_that_add_up_to_it() {
    let mut session = session();
    act(&mut session, &[Action::Open]);
    let tree = &workspace(&session).tree;
    let below: Bytes = tree.rows.iter().filter(|row| row.depth == 1).map(|row| row.unzipped).sum();
    assert_eq!(below, tree.rows[0].unzipped);
    act(&mut session, &[Action::Down, Action::Close]);
    assert_eq!(workspace(&session).tree.cursor, 0, "from a folder to its package");
    act(&mut session, &[Action::Close]);
    assert!(workspace(&session).tree.rows.iter().all(|row| row.depth == 0));
}

#[test]
fn filter_and_order_keep_the_cursor_on_its_package() {
    let mut session = session();
    act(&mut session, &[Action::Down, Action::Down, Action::NextOrder]);
    let tree = &workspace(&session).tree;
    assert_eq!(tree.order, Order::Name);
    assert_eq!(workspace(&session).current(), Some(key("numpy")));
    act(&mut session, &[Action::Filter]);
    for letter in "nump".chars() {
        session.update(Message::Type(letter));
    }
    let shown: Vec<_> = workspace(&session).tree.shown_packages().collect();
    assert_eq!(shown.len(), 1, "only numpy matches");
    act(&mut session, &[Action::Accept, Action::Escape]);
    assert_eq!(workspace(&session).tree.shown_packages().count(), workspace(&session).bundle.packages().len());
    assert_eq!(workspace(&session).current(), Some(key("numpy")));
}

#[test]
fn quitting_asks_only_if_the_plan_is_not_saved() {
    let mut session = session();
    assert_eq!(act(&mut session, &[Action::Quit]), [Effect::Quit]);
    drag(&mut session, "scipy", efs());
    assert!(act(&mut session, &[Action::Quit]).is_empty(), "it asks");
    assert!(act(&mut session, &[Action::Accept]).is_empty() && session.overlays.is_empty(), "the default is no");
    assert_eq!(act(&mut session, &[Action::Save]), [Effect::Save { overwrite: false }]);
    let plan = workspace(&session).plan().clone();
    session.update(Message::Saved { plan: Box::new(plan), words: "saved".to_owned() });
    assert_eq!(act(&mut session, &[Action::Quit]), [Effect::Quit], "saved: nothing to ask");
    act(&mut session, &[Action::Undo]);
    assert!(session.has_unsaved_plan(), "taking back what was saved is a change");
    assert_eq!(
        act(&mut session, &[Action::Interrupt, Action::Interrupt]),
        [Effect::Quit],
        "twice leaves whatever is open"
    );
}

#[test]
fn what_is_left_out_keeps_the_reason_that_somebody_gave() {
    let mut session = session();
    drag(&mut session, "boto3", Destination::Bucket(Bucket::LeftOut));
    let before = workspace(&session).plan().placements()[&key("boto3")].clone();
    assert!(matches!(&before, Placement::LeftOut(Reason::ProvidedBy(who)) if who == "runtime"), "{before:?}");
    act(&mut session, &[Action::Mark, Action::MarkAll, Action::LeaveOut]);
    assert_eq!(workspace(&session).plan().placements().get(&key("boto3")), Some(&before));
}

#[test]
fn marked_packages_can_be_sent_on_and_on_together() {
    let mut session = session();
    act(
        &mut session,
        &[Action::NewLayer, Action::First, Action::Mark, Action::Mark, Action::SendForth, Action::SendForth],
    );
    for package in ["scipy", "botocore"] {
        assert_eq!(bucket_of(&session, package), Bucket::Efs, "{package}");
    }
}

#[test]
fn a_rescan_of_a_smaller_build_keeps_the_plan_and_the_cursor_on_its_package() {
    let mut session = session();
    drag(&mut session, "scipy", efs());
    act(&mut session, &[Action::Last]);
    let smaller = story::without_all_but(&["app.py"]);
    session.update(Message::Opened(Box::new(story::opened(smaller))));
    assert_eq!(bucket_of(&session, "scipy"), Bucket::Efs, "the plan keeps what the build lacks");
    assert_eq!(workspace(&session).current(), Some(key("file:app.py")));
    session.update(Message::Opened(Box::new(story::opened(story::bundle()))));
    assert_eq!(workspace(&session).current(), Some(key("file:app.py")), "and the cursor follows its package back");
}

#[test]
fn with_the_first_edit_a_plan_is_judged_and_no_longer_the_bundle() {
    let mut session = session();
    let judged = |session: &Session| workspace(session).assessment.verdict.judged;
    assert_eq!(judged(&session), Judged::Bundle);
    drag(&mut session, "scipy", efs());
    assert_eq!(judged(&session), Judged::Plan);
    act(&mut session, &[Action::Undo]);
    assert_eq!(judged(&session), Judged::Bundle, "taken back, the bundle is what it was");
}

#[test]
fn a_click_selects_and_never_changes_the_plan() {
    let mut session = session();
    let before = workspace(&session).plan().clone();
    for shelf in workspace(&session).buckets.shelves.clone() {
        for package in shelf.packages.into_iter().map(Some).chain([None]) {
            let cursor = BucketCursor { destination: shelf.destination.clone(), package };
            session.update(Message::Select(Place::Bucket(cursor)));
        }
    }
    assert_eq!(*workspace(&session).plan(), before);
}

/// What a hand may do, in any order.
fn gesture() -> impl Strategy<Value = Message> {
    let packages = ["scipy", "numpy", "pandas", "botocore", "six", "file:app.py", "not-in-the-bundle"];
    let destinations = prop_oneof![
        Just(Destination::Bucket(Bucket::Function)),
        Just(efs()),
        Just(Destination::Bucket(Bucket::LeftOut)),
        Just(Destination::NewLayer),
        Just(layer("layer-1")),
        Just(layer("layer-3")),
    ];
    let actions = proptest::sample::select(vec![
        Action::Undo,
        Action::Redo,
        Action::NewLayer,
        Action::LayerEarlier,
        Action::LayerLater,
        Action::SendForth,
        Action::SendBack,
        Action::LeaveOut,
        Action::Move,
        Action::Accept,
        Action::Escape,
        Action::Down,
        Action::Up,
        Action::Mark,
        Action::MarkAll,
        Action::NextPane,
        Action::Bucket(2),
        Action::Bucket(9),
        Action::OpenAll,
        Action::ToggleZipped,
    ]);
    prop_oneof![
        proptest::sample::select(packages.to_vec()).prop_map(|package| Message::Grab(key(package))),
        proptest::option::of(destinations).prop_map(Message::Hover),
        Just(Message::Drop),
        Just(Message::Cancel),
        actions.prop_map(Message::Act),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_gestures_makes_or_loses_a_byte(gestures in proptest::collection::vec(gesture(), 1..60)) {
        let mut session = session();
        let fresh = workspace(&session).plan().clone();
        for gesture in gestures {
            session.update(gesture);
            let workspace = workspace(&session);
            prop_assert_eq!(workspace.shown_budgets().everything(), EVERYTHING);
            prop_assert!(workspace.plan().layers().len() <= 5);
            prop_assert_eq!(workspace.plan().bucket_of(&key("file:app.py")), Bucket::Function);
        }
        session.update(Message::Cancel);
        session.overlays.clear();
        for _ in 0..70 {
            session.update(Message::Act(Action::Escape));
            session.update(Message::Act(Action::Undo));
        }
        prop_assert_eq!(workspace(&session).plan(), &fresh, "undone to the end, the plan is as it was opened");
    }
}

#[test]
fn capital_u_cycles_the_sizes_and_the_tree_sorts_by_them() {
    let mut session = session();
    let first = |session: &Session| {
        let workspace = workspace(session);
        let row = &workspace.tree.rows[0];
        let RowKind::Package(index) = row.kind else { panic!("the first row is a package") };
        (workspace.bundle.package(index).key.to_string(), row.weight.bytes)
    };
    assert_eq!(first(&session), ("scipy".to_owned(), Bytes(119_751_793)), "own sizes first");
    act(&mut session, &[Action::CycleSizes]);
    assert_eq!(first(&session), ("scikit-learn".to_owned(), Bytes(160_859_529)), "what would go with it");
    act(&mut session, &[Action::CycleSizes]);
    assert_eq!(first(&session), ("scikit-learn".to_owned(), Bytes(228_955_939)), "with all that it needs");
    act(&mut session, &[Action::CycleSizes]);
    assert_eq!(first(&session).0, "scipy");
    assert_eq!(joint(&session), EVERYTHING, "looking changes nothing");
}

#[test]
fn a_proposal_for_a_plan_that_has_changed_meanwhile_is_refused() {
    let mut session = session();
    assert_eq!(act(&mut session, &[Action::Fit]), [Effect::Fit]);
    let asked = workspace(&session).plan().clone();
    let advice = advice(&session);
    drag(&mut session, "numpy", efs());
    session.update(Message::Advised { plan: Box::new(asked.clone()), advice: Box::new(advice.clone()) });
    assert!(session.overlays.is_empty() && notice(&session).contains("press f again"), "{}", notice(&session));
    act(&mut session, &[Action::Undo]);
    session.update(Message::Advised { plan: Box::new(asked.clone()), advice: Box::new(advice) });
    assert!(matches!(session.overlays.last(), Some(Overlay::Fit(_))));
    act(&mut session, &[Action::Accept]);
    assert_eq!(joint(&session), Bytes(232_756_142));
    act(&mut session, &[Action::Undo]);
    assert_eq!(*workspace(&session).plan(), asked, "one step of the history takes all of it back");
}

/// What fit says of the session's plan.
fn advice(session: &Session) -> bayplan::model::proposal::Advice {
    let workspace = workspace(session);
    bayplan::fit::advise(&bayplan::fit::Request {
        bundle: &workspace.bundle,
        plan: workspace.plan(),
        target: &workspace.target,
        graph: &workspace.graph,
        zipped: &workspace.background().zipped,
        lock: None,
        today: None,
        unbuilt: None,
        deployed: None,
        wishes: &bayplan::fit::Wishes::default(),
    })
}

#[test]
fn a_slimming_rule_is_switched_and_what_it_frees_is_weighed_again() {
    let mut session = session();
    act(&mut session, &[Action::Slimming, Action::Down, Action::Mark]);
    assert_eq!(joint(&session), Bytes(311_837_495), "tests are left out");
    assert!(matches!(session.overlays.last(), Some(Overlay::Slimming { offers, .. }) if offers[1].is_on));
    act(&mut session, &[Action::Undo]);
    assert_eq!(joint(&session), EVERYTHING);
    assert!(matches!(session.overlays.last(), Some(Overlay::Slimming { offers, .. }) if !offers[1].is_on));
    act(&mut session, &[Action::Escape]);
    assert!(session.overlays.is_empty());
}

#[test]
fn packing_asks_where_says_how_far_it_is_and_ends_by_esc() {
    let mut session = session();
    assert_eq!(act(&mut session, &[Action::Escape]), [], "there is nothing to cancel yet");
    assert_eq!(act(&mut session, &[Action::Pack]), [Effect::AskWhereToPack]);
    session.update(Message::PackWhere("artifacts".to_owned()));
    assert_eq!(act(&mut session, &[Action::DeleteLine, Action::Accept]), [], "a folder without a name is none");
    assert!(matches!(session.overlays.last(), Some(Overlay::Prompt(prompt)) if prompt.error.is_some()));
    session.update(Message::Paste("out".to_owned()));
    assert_eq!(act(&mut session, &[Action::Accept]), [Effect::Pack("out".to_owned())]);
    let half = PackProgress { done: Bytes(1), all: Bytes(2), seconds: 3 };
    session.update(Message::Packing(half));
    assert_eq!(session.packing, Some(half));
    assert_eq!(act(&mut session, &[Action::Pack]), [], "one at a time");
    drag(&mut session, "scipy", efs());
    assert_eq!(bucket_of(&session, "scipy"), Bucket::Efs, "the screen goes on");
    assert_eq!(act(&mut session, &[Action::Help, Action::Escape]), [], "the innermost thing is closed first");
    assert_eq!(act(&mut session, &[Action::Escape]), [Effect::CancelPack]);
    session.update(Message::Packed(Err("packing was cancelled".to_owned())));
    assert_eq!((session.packing, notice(&session)), (None, "packing was cancelled"));
    session.update(Message::Packing(half));
    assert_eq!(session.packing, None, "a word that comes late changes nothing");
}
