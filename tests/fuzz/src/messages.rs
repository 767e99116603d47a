//! `messages`: whatever is said to a session, no byte is lost, and undone to the end the plan is as it was.

use bayplan::model::bytes::Bytes;
use bayplan::model::plan::Plan;
use bayplan::model::slim::Slim;
use bayplan::model::zipped::{Batch, Generation};
use bayplan::planfile::{parse_plan, render_plan};
use bayplan::session::{
    Action, Assessment, BucketCursor, Destination, Effect, Message, Notice, Outlook, PackProgress, Place, Reach, RowId,
    Session, View, Viewport, Workspace,
};
use bayplan::tui::keymap::KEYMAP;

use super::draw::Draw;
use super::holds::is_fit_to_print;
use super::small;

/// Everything that a key can mean, but for buckets, which are counted.
#[rustfmt::skip]
const ACTIONS: &[Action] = &[
    Action::Up, Action::Down, Action::Open, Action::Close, Action::Accept, Action::First, Action::Last,
    Action::HalfPageUp, Action::HalfPageDown, Action::PageUp, Action::PageDown, Action::NextPane,
    Action::PreviousPane, Action::Mark, Action::Range, Action::RangeDown, Action::RangeUp, Action::MarkAll,
    Action::Move, Action::PutDown, Action::SendBack, Action::SendForth, Action::LeaveOut, Action::Undo, Action::Redo,
    Action::Filter, Action::NextMatch, Action::PreviousMatch, Action::SortBySize, Action::NextOrder,
    Action::ToggleZipped, Action::CycleSizes, Action::NextView, Action::PreviousView, Action::CloseAll,
    Action::OpenAll, Action::Details, Action::Findings, Action::Fit, Action::Slimming, Action::Help, Action::Save,
    Action::Pack, Action::NewLayer, Action::Rename, Action::LayerEarlier, Action::LayerLater, Action::Rescan,
    Action::CopyPath, Action::Mouse, Action::Shell, Action::Suspend, Action::Escape, Action::Quit,
    Action::QuitAndPrint, Action::Interrupt, Action::Yes, Action::No, Action::DeleteBack, Action::DeleteForth,
    Action::DeleteWord, Action::DeleteLine, Action::TextLeft, Action::TextRight, Action::TextStart, Action::TextEnd,
];

/// So many messages are said at most; then everything is taken back.
const MOST: usize = 400;

/// Says what the bytes mean, and looks after each message whether all still adds up.
pub fn messages(bytes: &[u8]) {
    let mut desk = Talk::new();
    let mut draw = Draw::new(bytes);
    for _ in 0..MOST {
        if draw.is_over() {
            break;
        }
        if let Some(message) = message(&desk, &mut draw) {
            desk.say(message, &mut draw);
        }
        adds_up(&desk.session);
    }
    desk.ends_well();
}

/// A session with whom one talks, and the plan that it began with.
pub struct Talk {
    /// The session.
    pub session: Session,
    fresh: Plan,
}

impl Talk {
    /// One that has just opened the small build.
    pub fn new() -> Talk {
        let mut session = Session::scanning("small".to_owned(), true, KEYMAP.names());
        let opened = small::opened(small::bundle());
        let fresh = opened.plan.clone();
        session.update(Message::Opened(Box::new(opened)));
        session.update(Message::Viewport(Viewport { tree: 9, map: (40, 9), buckets: vec![4; 12], overlay: 8 }));
        Talk { session, fresh }
    }

    /// Tells the session, and does what it asks for, well or badly.
    pub fn say(&mut self, message: Message, draw: &mut Draw<'_>) {
        for effect in self.session.update(message) {
            let said = self.session.workspace().and_then(|workspace| answer(effect, workspace, draw));
            if let Some(message) = said {
                self.say(message, draw);
            }
        }
    }

    /// At the end: what is worked out step by step is what is worked out at once, the plan can be saved, and taken back
    /// to the end it is the one that was opened.
    pub fn ends_well(&mut self) {
        self.session.update(Message::Cancel);
        let workspace = open(&self.session);
        let (bundle, plan) = (&workspace.bundle, workspace.plan());
        let anew = Assessment::new(bundle, plan, &workspace.target, workspace.background());
        assert_eq!(workspace.assessment.budgets, anew.budgets, "budgets step by step and at once");
        assert_eq!(workspace.assessment.verdict, anew.verdict, "and the verdict");
        assert_eq!(parse_plan(&render_plan(plan, None)).as_ref(), Ok(plan), "what was made by hand can be saved");
        self.session.overlays.clear();
        while self.session.why_not(Action::Undo).is_none() {
            self.session.update(Message::Act(Action::Undo));
        }
        adds_up(&self.session);
        assert_eq!(*open(&self.session).plan(), self.fresh, "undone to the end, the plan is as it was opened");
    }
}

/// What the world outside says to an effect.
fn answer(effect: Effect, workspace: &Workspace, draw: &mut Draw<'_>) -> Option<Message> {
    let plan = Box::new(workspace.plan().clone());
    let failed = || Message::Failed("the disk is full".to_owned());
    Some(match effect {
        Effect::Save { .. } => match draw.below(3) {
            0 => failed(),
            1 => Message::SaveConflict("somebody else wrote it".to_owned()),
            _ => Message::Saved { plan, words: "saved".to_owned() },
        },
        Effect::AskWhereToPack => Message::PackWhere("artifacts".to_owned()),
        Effect::Pack(_) => Message::Packing(PackProgress::default()),
        Effect::CancelPack => Message::Packed(Err("cancelled".to_owned())),
        Effect::Rescan => match draw.below(3) {
            0 => failed(),
            1 => Message::Opened(Box::new(small::opened(small::rebuilt()))),
            _ => Message::Opened(Box::new(small::opened(small::bundle()))),
        },
        Effect::Foresee if draw.flip() => return Outlook::of_drop(workspace).map(Outlook::judge),
        Effect::Judge => Outlook::of_plan(workspace).judge(),
        _ => return None,
    })
}

/// What the next bytes mean.
fn message(desk: &Talk, draw: &mut Draw<'_>) -> Option<Message> {
    let workspace = open(&desk.session);
    Some(match draw.below(16) {
        0..=5 => Message::Act(*draw.pick(ACTIONS)),
        6 => Message::Act(Action::Bucket(draw.byte())),
        7 => Message::Select(place(workspace, draw)?),
        8 => Message::Open(place(workspace, draw)?),
        9 => Message::Grab(package(workspace, draw)?),
        10 => Message::Hover(Some(destination(workspace, draw)?)),
        11 => Message::Drop,
        12 => Message::Scroll { place: place(workspace, draw)?, rows: draw.byte().cast_signed().into() },
        13 => Message::Paste(String::from_utf8_lossy(draw.take(6)).into_owned()),
        14 => Message::Type(char::from(draw.byte())),
        _ => rarer(workspace, draw)?,
    })
}

fn rarer(workspace: &Workspace, draw: &mut Draw<'_>) -> Option<Message> {
    Some(match draw.below(10) {
        0 => Message::Hover(None),
        1 => Message::Cancel,
        2 => Message::Reach(Reach::WithNeeds),
        3 => Message::Reach(Reach::Alone),
        4 => {
            let (tree, overlay) = (draw.below(40), draw.below(40));
            let map = (u16::from(draw.byte()), u16::from(draw.byte()));
            Message::Viewport(Viewport { tree, map, buckets: vec![draw.below(9); draw.below(12)], overlay })
        }
        5 => {
            Message::Foreseen { plan: Box::new(small::plan()), verdict: Box::new(workspace.assessment.verdict.clone()) }
        }
        6 => Message::Packed(Ok("packed".to_owned())),
        7 => Message::Zipped(zipped(workspace, draw)),
        8 => Message::Opened(Box::new(small::opened(small::rebuilt()))),
        _ => Message::Done("done".to_owned()),
    })
}

/// Zipped sizes that come late, some of entries that are none.
fn zipped(workspace: &Workspace, draw: &mut Draw<'_>) -> Batch {
    let entries: Vec<_> = workspace.bundle.listing.entries().collect();
    let mut some = || *draw.pick(&entries);
    let exact = vec![(some(), Bytes(1000)), (some(), Bytes(77))];
    Batch { generation: Generation(u64::from(draw.flip())), exact, unreadable: Vec::new() }
}

fn package(workspace: &Workspace, draw: &mut Draw<'_>) -> Option<bayplan::model::package::PackageKey> {
    let packages = workspace.bundle.packages();
    Some(draw.pick(packages).key.clone())
}

fn destination(workspace: &Workspace, draw: &mut Draw<'_>) -> Option<Destination> {
    let shelves = &workspace.buckets.shelves;
    shelves.get(draw.below(shelves.len())).map(|shelf| shelf.destination.clone())
}

fn place(workspace: &Workspace, draw: &mut Draw<'_>) -> Option<Place> {
    Some(match draw.below(8) {
        0 => Place::Tree,
        1 => Place::Rest,
        2 => Place::Findings,
        3 => Place::Overlay,
        4 => Place::View(*draw.pick(&View::ALL)),
        5 | 6 => {
            let entries: Vec<_> = workspace.bundle.listing.entries().collect();
            let entry = draw.flip().then(|| *draw.pick(&entries));
            let package = package(workspace, draw).filter(|_| entry.is_none() || draw.flip());
            let part = (entry.is_some() && draw.below(4) == 0).then(|| draw.below(3));
            Place::Row(RowId { package, entry, part })
        }
        _ => {
            let package = package(workspace, draw).filter(|_| draw.flip());
            Place::Bucket(BucketCursor { destination: destination(workspace, draw)?, package })
        }
    })
}

fn open(session: &Session) -> &Workspace {
    session.workspace().expect("the session is open")
}

/// What holds between any two messages.
pub fn adds_up(session: &Session) {
    let workspace = open(session);
    let cargo = &workspace.assessment.cargo;
    let kept: Bytes = workspace.bundle.indexed().map(|(index, _)| cargo.load(index).unzipped).sum();
    let (everything, total) = (workspace.shown_budgets().everything(), workspace.bundle.total().bytes);
    assert_eq!(everything, kept, "the buckets hold what slimming keeps, each byte once");
    let is_whole = *workspace.plan().slim() == Slim::default();
    assert!(everything == total || !is_whole && everything < total, "no byte is made or lost");
    assert!(workspace.plan().layers().len() <= 5);
    assert!(workspace.tree.cursor < workspace.tree.rows.len().max(1), "the cursor is on a row");
    for (_, package) in workspace.bundle.indexed() {
        let shelves = workspace.buckets.shelves.iter().filter(|shelf| shelf.packages.contains(&package.key));
        assert_eq!(shelves.count(), 1, "{} stands in one bucket", package.key);
    }
    if let Some(Notice::Told(words) | Notice::Refused(words)) = &session.notice {
        is_fit_to_print(words);
    }
}
