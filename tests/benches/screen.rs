//! From a key to its frame, with a million files open: scrolling, sorting, filtering, opening, dragging, letting go.
//!
//! The aim is 16 ms for each, the slowest too. The listing is made in memory, so that nothing but the screen is timed.
//! `--bench screen -- wide` asks only about a million files in one folder.

#[path = "screen/wide.rs"]
mod wide;

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use bayplan::attribute::attribute;
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::finding::Judged;
use bayplan::model::listing::{Attributes, ListingBuilder, Source};
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Plan;
use bayplan::model::target::Target;
use bayplan::model::zipped::{Batch, Generation, ZippedSizes};
use bayplan::session::{Action, Background, Destination, Message, Opened, Place, Session};
use bayplan::tui::frame;
use bayplan::tui::keymap::KEYMAP;
use bayplan::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const PACKAGES: usize = 250;
const FOLDERS: usize = 40;
const FILES: usize = 100;

static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(|| {
    let mut builder = ListingBuilder::new(Source::Demo);
    for package in 0..PACKAGES {
        builder.open(format!("package{package:03}").as_bytes(), Attributes::directory()).expect("it fits");
        for folder in 0..FOLDERS {
            builder.open(format!("folder{folder:02}").as_bytes(), Attributes::directory()).expect("it fits");
            for file in 0..FILES {
                let length = 100 + (file * 7 + folder * 31 + package * 13) as u64 % 900;
                builder.add(format!("file{file:03}.py").as_bytes(), Attributes::file(length)).expect("it fits");
            }
            builder.close();
        }
        builder.close();
    }
    Arc::new(attribute(Arc::new(builder.finish()), Arc::default()))
});

/// A screen of the usual size, on which the bundle is open.
struct Desk {
    session: Session,
    screen: Terminal<TestBackend>,
    theme: Theme,
}

impl Desk {
    fn new() -> Desk {
        Desk::on(BUNDLE.clone())
    }

    fn on(bundle: Arc<Bundle>) -> Desk {
        let target = Target { runtime: "python3.13".parse().ok(), architecture: "x86_64".parse().ok() };
        let lengths = bundle.listing.entries().map(|entry| Bytes(bundle.listing.length(entry).0 / 3));
        let zipped = Arc::new(ZippedSizes::estimated(Generation(1), lengths));
        let graph = bundle.graph(&target);
        let background = Background {
            judged: Judged::Plan,
            lock: None,
            deployed: None,
            today: None,
            unbuilt: None,
            zipped,
            artifacts: None,
        };
        let plan = Plan::new("million");
        let opened = Opened { bundle, plan, target, graph, background, words: None };
        let mut session = Session::scanning("million".to_owned(), true, KEYMAP.names());
        session.update(Message::Opened(Box::new(opened)));
        let screen = Terminal::new(TestBackend::new(120, 40)).expect("memory can be drawn on");
        let mut desk = Desk { session, screen, theme: theme() };
        desk.draw();
        desk
    }

    fn draw(&mut self) {
        frame::draw(&mut self.screen, &mut self.session, None, &KEYMAP, &self.theme).expect("memory can be drawn on");
    }

    fn say(&mut self, message: Message) {
        self.session.update(message);
        self.draw();
    }

    fn act(&mut self, action: Action) {
        self.say(Message::Act(action));
    }
}

fn theme() -> Theme {
    use bayplan::tui::colour::{Depth, Ground};
    use bayplan::tui::theme::{Alphabet, Wish};
    Theme::new(Wish { palette: None, ground: Ground::Dark, depth: Depth::True, alphabet: Alphabet::Unicode })
}

/// Times one step of a round of messages, each with its frame.
fn rounds(bencher: divan::Bencher<'_, '_>, before: &[Action], round: Vec<Message>) {
    let mut desk = Desk::new();
    for action in before {
        desk.act(*action);
    }
    let desk = RefCell::new((desk, round.into_iter().cycle()));
    bencher
        .with_inputs(|| desk.borrow_mut().1.next().expect("a round never ends"))
        .bench_local_values(|message| desk.borrow_mut().0.say(message));
}

fn acts(actions: &[Action]) -> Vec<Message> {
    actions.iter().copied().map(Message::Act).collect()
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if words.is_empty() || words.iter().any(|word| word == "wide") {
        wide::print();
    }
    if words.iter().all(|word| word != "wide") {
        divan::main();
    }
}

/// Zipped sizes become known while everything is open.
#[divan::bench]
fn zipped(bencher: divan::Bencher<'_, '_>) {
    let listing = &BUNDLE.listing;
    let batches = (0..50_u32).map(|number| {
        let entries = listing.entries().skip(number as usize * 2_000).take(2_000);
        let exact = entries.map(|entry| (entry, Bytes(u64::from(number)))).collect();
        Message::Zipped(Batch { generation: Generation(1), exact, unreadable: Vec::new() })
    });
    rounds(bencher, &[Action::OpenAll], batches.collect());
}

#[divan::bench]
fn open(bencher: divan::Bencher<'_, '_>) {
    let _ = &*BUNDLE;
    bencher.bench(Desk::new);
}

#[divan::bench]
fn step(bencher: divan::Bencher<'_, '_>) {
    rounds(
        bencher,
        &[Action::OpenAll],
        acts(&[Action::Down, Action::PageDown, Action::Last, Action::Up, Action::First]),
    );
}

#[divan::bench]
fn wheel(bencher: divan::Bencher<'_, '_>) {
    let turn = |rows| Message::Scroll { place: Place::Tree, rows };
    rounds(bencher, &[Action::OpenAll], vec![turn(3), turn(3), turn(-3)]);
}

#[divan::bench]
fn sort(bencher: divan::Bencher<'_, '_>) {
    rounds(bencher, &[Action::OpenAll], acts(&[Action::NextOrder, Action::SortBySize]));
}

#[divan::bench]
fn sizes(bencher: divan::Bencher<'_, '_>) {
    rounds(bencher, &[], acts(&[Action::CycleSizes, Action::ToggleZipped]));
}

#[divan::bench]
fn filter(bencher: divan::Bencher<'_, '_>) {
    let typed = "pack12".chars().map(Message::Type);
    let round = typed.chain([Message::Act(Action::DeleteLine)]).collect();
    rounds(bencher, &[Action::OpenAll, Action::Filter], round);
}

#[divan::bench]
fn open_all(bencher: divan::Bencher<'_, '_>) {
    rounds(bencher, &[], acts(&[Action::OpenAll, Action::CloseAll]));
}

#[divan::bench]
fn open_one(bencher: divan::Bencher<'_, '_>) {
    rounds(bencher, &[Action::OpenAll], acts(&[Action::Open]));
}

#[divan::bench]
fn mark_all(bencher: divan::Bencher<'_, '_>) {
    rounds(bencher, &[], acts(&[Action::MarkAll]));
}

#[divan::bench]
fn hover(bencher: divan::Bencher<'_, '_>) {
    let hover = |bucket| Message::Hover(Some(Destination::Bucket(bucket)));
    let mut round = vec![Message::Grab(PackageKey::file("package007/"))];
    round.extend([Bucket::Efs, Bucket::LeftOut, Bucket::Efs, Bucket::Function].map(hover));
    rounds(bencher, &[Action::OpenAll], round);
}

#[divan::bench]
fn drop(bencher: divan::Bencher<'_, '_>) {
    let round = vec![
        Message::Grab(PackageKey::file("package007/")),
        Message::Hover(Some(Destination::Bucket(Bucket::Efs))),
        Message::Drop,
        Message::Act(Action::Undo),
    ];
    rounds(bencher, &[Action::OpenAll], round);
}
