//! The parts of the program, each made ready over a build so that it can be done again and again.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use bayplan::attribute::{Wanted, attribute, guess_target, read_facts};
use bayplan::fit::{self, Request, Wishes};
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::contents::Contents;
use bayplan::model::edit::Edit;
use bayplan::model::finding::{Judged, Severity};
use bayplan::model::graph::Graph;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::{Placement, Plan};
use bayplan::model::shape::Handler;
use bayplan::model::target::Target;
use bayplan::model::watch::Unwatched;
use bayplan::model::zipped::Generation;
use bayplan::pack::{self, Artifact, Effort, Room, Writing};
use bayplan::planfile::{parse_plan, render_plan};
use bayplan::report::{Format, Report, Telling, render};
use bayplan::scan::{self, Scanned};
use bayplan::session::{Assessment, Background, Destination, Message, Opened, Session};
use bayplan::tui::colour::{Depth, Ground};
use bayplan::tui::keymap::KEYMAP;
use bayplan::tui::theme::{Alphabet, Theme, Wish};
use bayplan::tui::{layout, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use super::build::Build;

/// Something to be done again and again.
pub type Work = Box<dyn FnMut()>;

/// A part of the program.
pub struct Part {
    /// What it does.
    pub name: &'static str,
    /// Makes it ready over a build.
    pub ready: fn(&Build) -> Work,
}

/// All parts, in the order in which they come when a build is opened.
pub const PARTS: &[Part] = &[
    Part { name: "scan of a folder", ready: scan_folder },
    Part { name: "listing of a zip", ready: list_zip },
    Part { name: "facts read from files", ready: read },
    Part { name: "attribution", ready: attribution },
    Part { name: "graph", ready: graph },
    Part { name: "budgets and verdict", ready: verdict },
    Part { name: "hover of a drag", ready: hover },
    Part { name: "frame", ready: frame },
    Part { name: "fit", ready: fit },
    Part { name: "plan file, read and written", ready: plan_file },
    Part { name: "report as text", ready: report },
    Part { name: "zipped sizes of a folder", ready: zipped },
    Part { name: "packing of a folder", ready: pack_folder },
    Part { name: "packing of a zip", ready: pack_zip },
];

/// A build that is open.
struct Open {
    bundle: Arc<Bundle>,
    contents: Box<dyn Contents>,
    target: Target,
    plan: Plan,
}

impl Open {
    fn new(path: &Path) -> Open {
        let Scanned { listing, contents } = scan::open(path, &Unwatched).expect("the build can be read");
        let facts = read_facts(&listing, &*contents, Wanted::VERDICT, &Unwatched);
        let bundle = Arc::new(attribute(listing, Arc::new(facts)));
        let target = Target { runtime: "python3.12".parse().ok(), architecture: "x86_64".parse().ok() };
        let target = target.or(guess_target(&bundle));
        let mut plan = Plan::new("f");
        plan.function.handler = Handler::try_from("app.handler".to_owned()).ok();
        Open { bundle, contents, target, plan }
    }

    fn assess(&self) -> Assessment {
        Assessment::new(&self.bundle, &self.plan, &self.target, &background())
    }

    fn session(&self) -> Session {
        let opened = Opened {
            bundle: self.bundle.clone(),
            plan: self.plan.clone(),
            target: self.target.clone(),
            graph: self.bundle.graph(&self.target),
            background: background(),
            words: None,
        };
        let mut session = Session::scanning("bench".to_owned(), true, KEYMAP.names());
        session.update(Message::Opened(Box::new(opened)));
        session
    }
}

fn background() -> Background {
    let zipped = Arc::default();
    Background { judged: Judged::Plan, lock: None, deployed: None, today: None, unbuilt: None, zipped, artifacts: None }
}

fn scan_folder(build: &Build) -> Work {
    let folder = build.folder.clone();
    Box::new(move || drop(scan::open(&folder, &Unwatched)))
}

fn list_zip(build: &Build) -> Work {
    let zip = build.zip.clone();
    Box::new(move || drop(scan::open(&zip, &Unwatched)))
}

fn read(build: &Build) -> Work {
    let Scanned { listing, contents } = scan::open(&build.folder, &Unwatched).expect("the build can be read");
    Box::new(move || drop(read_facts(&listing, &*contents, Wanted::VERDICT, &Unwatched)))
}

fn attribution(build: &Build) -> Work {
    let open = Open::new(&build.folder);
    Box::new(move || {
        let (listing, facts) = (open.bundle.listing.clone(), open.bundle.facts.clone());
        drop(attribute(listing, facts));
    })
}

fn graph(build: &Build) -> Work {
    let open = Open::new(&build.folder);
    Box::new(move || drop(Graph::new(&open.bundle, &open.target)))
}

fn verdict(build: &Build) -> Work {
    let open = Open::new(&build.folder);
    Box::new(move || drop(open.assess()))
}

/// The hand goes from bucket to bucket.
fn hover(build: &Build) -> Work {
    let mut session = Open::new(&build.folder).session();
    session.update(Message::Grab(PackageKey::new("package1")));
    let mut to_efs = false;
    Box::new(move || {
        to_efs = !to_efs;
        let bucket = if to_efs { Bucket::Efs } else { Bucket::LeftOut };
        session.update(Message::Hover(Some(Destination::Bucket(bucket))));
    })
}

fn frame(build: &Build) -> Work {
    let session = Open::new(&build.folder).session();
    let theme =
        Theme::new(Wish { palette: None, ground: Ground::Dark, depth: Depth::True, alphabet: Alphabet::Unicode });
    let layout = layout::arrange(Rect::new(0, 0, 120, 40), &session);
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a screen in memory can be made");
    Box::new(move || {
        terminal.draw(|frame| drop(view::draw(frame, &session, &layout, &KEYMAP, &theme))).expect("it can be drawn on");
    })
}

fn fit(build: &Build) -> Work {
    let open = Open::new(&build.folder);
    let graph = Graph::new(&open.bundle, &open.target);
    Box::new(move || {
        drop(fit::advise(&Request {
            bundle: &open.bundle,
            plan: &open.plan,
            target: &open.target,
            graph: &graph,
            zipped: &background().zipped,
            lock: None,
            today: None,
            unbuilt: None,
            deployed: None,
            wishes: &Wishes::default(),
        }));
    })
}

/// A plan that names every other package.
fn plan_file(build: &Build) -> Work {
    let mut plan = Plan::new("f");
    let moved = (0..build.packages).step_by(2).map(|number| PackageKey::new(&format!("package{number}")));
    plan.apply(Edit::Move(moved.map(|key| (key, Some(Placement::Efs))).collect())).expect("packages can go to EFS");
    let text = render_plan(&plan, None);
    Box::new(move || {
        let plan = parse_plan(&text).expect("what was written can be read");
        drop(render_plan(&plan, Some(&text)));
    })
}

fn report(build: &Build) -> Work {
    let open = Open::new(&build.folder);
    let graph = Graph::new(&open.bundle, &open.target);
    let Assessment { cargo, budgets, verdict } = open.assess();
    Box::new(move || {
        let report = Report {
            bundle: &open.bundle,
            plan: &open.plan,
            cargo: &cargo,
            graph: &graph,
            budgets: &budgets,
            verdict: &verdict,
            target: &open.target,
            places: None,
            changed: None,
        };
        drop(render(&report, Format::Text, Telling::Check(Severity::Error)));
    })
}

fn zipped(build: &Build) -> Work {
    let open = Open::new(&build.folder);
    Box::new(move || {
        let listing = &open.bundle.listing;
        let _ = pack::measure(listing, &*open.contents, listing.entries(), Generation(1), &Unwatched, drop);
    })
}

fn pack_folder(build: &Build) -> Work {
    packing(Open::new(&build.folder))
}

fn pack_zip(build: &Build) -> Work {
    packing(Open::new(&build.zip))
}

fn packing(open: Open) -> Work {
    Box::new(move || {
        let artifact = Artifact::of_bucket(&open.bundle, &open.plan, &Bucket::Function).expect("it can be packed");
        let out = Cursor::new(Vec::new());
        let listing = &open.bundle.listing;
        pack::write_zip(
            &artifact,
            listing,
            &*open.contents,
            out,
            Writing { effort: Effort::Usual, room: &Room::default(), watch: &Unwatched },
        )
        .expect("it is packed");
    })
}
