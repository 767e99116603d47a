//! A folder with a million files directly in it: from a key to its frame while its rows are made beside the drawing, and
//! how long those take to come. A divan has no tails, so this prints its own table.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bayplan::attribute::attribute;
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::listing::{Attributes, ListingBuilder, Source};
use bayplan::model::package::PackageKey;
use bayplan::model::watch::Watch;
use bayplan::session::{Action, Arranging, Destination, Effect, Message, Place};

use super::{Desk, acts};

const FILES: usize = 1_000_000;
const ROUNDS: usize = 20;
/// Between the keys of somebody who holds one down.
const REPEAT: Duration = Duration::from_millis(20);

static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(|| {
    let mut builder = ListingBuilder::new(Source::Demo);
    builder.open(b"data", Attributes::directory()).expect("it fits");
    for file in 0..FILES {
        let length = (file * 7_919 % 1_000_003) as u64;
        builder.add(format!("file{file:06}.txt").as_bytes(), Attributes::file(length)).expect("it fits");
    }
    builder.close();
    builder.add(b"main.py", Attributes::file(100)).expect("it fits");
    Arc::new(attribute(Arc::new(builder.finish()), Arc::default()))
});

/// What took how long.
#[derive(Default)]
struct Times {
    keys: Vec<Duration>,
    ready: Vec<Duration>,
}

/// A worker that makes rows until they are no longer wanted.
struct Worker {
    asked: Instant,
    rows: Receiver<Message>,
    called_back: Arc<CalledBack>,
}

#[derive(Default)]
struct CalledBack(AtomicBool);

impl Watch for CalledBack {
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.called_back.0.store(true, Ordering::Relaxed);
    }
}

/// A screen with a worker beside it.
struct Wide {
    desk: Desk,
    worker: Option<Worker>,
}

impl Wide {
    fn new(before: &[Message]) -> Wide {
        let mut wide = Wide { desk: Desk::on(BUNDLE.clone()), worker: None };
        for message in before {
            wide.step(message.clone(), &mut Times::default());
        }
        wide
    }

    /// Says something and, until the rows come that it asks for, goes on pressing keys.
    fn step(&mut self, message: Message, times: &mut Times) {
        self.say(message, times);
        let mut meanwhile = acts(&[Action::Down, Action::Up]).into_iter().cycle();
        while let Some(worker) = &self.worker {
            match worker.rows.try_recv() {
                Ok(message) => {
                    times.ready.push(worker.asked.elapsed());
                    self.worker = None;
                    self.say(message, times);
                }
                Err(TryRecvError::Empty) => {
                    std::thread::sleep(REPEAT);
                    self.say(meanwhile.next().expect("keys never end"), times);
                }
                Err(TryRecvError::Disconnected) => self.worker = None,
            }
        }
    }

    fn say(&mut self, message: Message, times: &mut Times) {
        let began = Instant::now();
        let effects = self.desk.session.update(message);
        if effects.contains(&Effect::Arrange) {
            let arranging = self.desk.session.workspace().map(Arranging::of).expect("it is open");
            let (sender, rows) = channel();
            let called_back = Arc::<CalledBack>::default();
            let watch = called_back.clone();
            std::thread::spawn(move || arranging.arrange(&*watch).map(|rows| sender.send(rows)));
            self.worker = Some(Worker { asked: began, rows, called_back });
        }
        if let Some(rows) = self.desk.session.take_leftover() {
            std::thread::spawn(move || drop(rows));
        }
        if effects.contains(&Effect::EndArranging) {
            self.worker = None;
        }
        self.desk.draw();
        times.keys.push(began.elapsed());
    }
}

/// Prints medians and tails.
#[allow(clippy::print_stdout, reason = "the figures are what it is for")]
pub(super) fn print() {
    let inside = acts(&[Action::Open, Action::Down, Action::Open]);
    let with = |more: Vec<Message>| [inside.clone(), more].concat();
    let hover = |bucket| Message::Hover(Some(Destination::Bucket(bucket)));
    let turn = |rows| Message::Scroll { place: Place::Tree, rows };
    let typed = "data".chars().map(Message::Type);
    let cases: Vec<(&str, Vec<Message>, Vec<Message>)> = vec![
        ("opening, closing", acts(&[Action::Open, Action::Down]), acts(&[Action::Open, Action::Close])),
        ("sorting", inside.clone(), acts(&[Action::NextOrder, Action::NextOrder, Action::SortBySize])),
        ("filtering", with(acts(&[Action::Filter])), typed.chain(acts(&[Action::DeleteLine])).collect()),
        ("ends and pages", inside.clone(), acts(&[Action::Last, Action::PageUp, Action::First, Action::PageDown])),
        ("the wheel", inside.clone(), vec![turn(3), turn(400_000), turn(-3), turn(-400_000)]),
        ("to the parent, back", inside.clone(), acts(&[Action::Last, Action::Close, Action::Last, Action::Mark])),
        ("turning the views", inside.clone(), acts(&[Action::NextView; 4])),
        (
            "dragging",
            inside.clone(),
            vec![
                Message::Grab(PackageKey::file("data/")),
                hover(Bucket::Efs),
                hover(Bucket::LeftOut),
                hover(Bucket::Efs),
                Message::Drop,
                Message::Act(Action::Undo),
            ],
        ),
    ];
    println!("a million files in a folder, in ms: a key to its frame, and till its rows are there");
    println!("{:<22}{:>8}{:>8}{:>9}{:>8}{:>9}", "", "median", "p99", "slowest", "frames", "rows");
    for (name, before, round) in cases {
        let (mut wide, mut times) = (Wide::new(&before), Times::default());
        for message in std::iter::repeat_n(&round, ROUNDS).flatten() {
            wide.step(message.clone(), &mut times);
        }
        times.keys.sort();
        times.ready.sort();
        let at = |all: &[Duration], share: f64| {
            all.get((all.len().saturating_sub(1) as f64 * share) as usize).map_or(0.0, |it| it.as_secs_f64() * 1e3)
        };
        let keys = |share| at(&times.keys, share);
        let (count, rows) = (times.keys.len(), at(&times.ready, 0.5));
        println!("{name:<22}{:>8.2}{:>8.2}{:>9.2}{count:>8}{rows:>9.0}", keys(0.5), keys(0.99), keys(1.0));
    }
}
