//! The story's bundle, opened as the program opens it, without a terminal.

#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use bayplan::attribute::{Wanted, attribute, guess_target, read_facts};
use bayplan::model::bundle::Bundle;
use bayplan::model::finding::Judged;
use bayplan::model::listing::{Attributes, ListingBuilder, Source};
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Plan;
use bayplan::model::shape::Handler;
use bayplan::model::watch::Unwatched;
use bayplan::model::zipped::ZippedSizes;
use bayplan::scan;
use bayplan::session::{Background, Message, Opened, Session, Viewport, Workspace};
use bayplan::tui::keymap::KEYMAP;

/// The story's bundle as it is recorded; read once for all tests of a target.
pub fn bundle() -> Arc<Bundle> {
    static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(read_bundle);
    BUNDLE.clone()
}

fn read_bundle() -> Arc<Bundle> {
    let scanned = scan::open(Path::new("demo:"), &Unwatched).expect("the demo is built in");
    let facts = read_facts(&scanned.listing, &*scanned.contents, Wanted::OWNERS, &Unwatched);
    Arc::new(attribute(scanned.listing, Arc::new(facts)))
}

/// A fresh plan over it.
pub fn plan() -> Plan {
    let mut plan = Plan::new("recommender");
    plan.function.handler = Handler::try_from("app.handler".to_owned()).ok();
    plan
}

/// A bundle of single files, each ten bytes long.
pub fn without_all_but(files: &[&str]) -> Arc<Bundle> {
    let mut builder = ListingBuilder::new(Source::Demo);
    for file in files {
        builder.add(file.as_bytes(), Attributes::file(10)).expect("a few files fit");
    }
    Arc::new(attribute(Arc::new(builder.finish()), Arc::default()))
}

/// A bundle as the workflow would hand it over.
pub fn opened(bundle: Arc<Bundle>) -> Opened {
    let target = guess_target(&bundle);
    let zipped = Arc::new(ZippedSizes::of_listing(&bundle.listing));
    let background = Background {
        judged: Judged::Bundle,
        lock: None,
        deployed: None,
        today: None,
        unbuilt: None,
        zipped,
        artifacts: None,
    };
    let graph = bundle.graph(&target);
    Opened { bundle, plan: plan(), target, graph, background, words: None }
}

/// A session that has just opened the story's bundle.
pub fn session() -> Session {
    let mut session = Session::scanning("recommender".to_owned(), true, KEYMAP.names());
    session.update(Message::Opened(Box::new(opened(bundle()))));
    session.update(Message::Viewport(Viewport { tree: 18, map: (60, 18), buckets: vec![8; 12], overlay: 18 }));
    session
}

/// The workspace of an open session.
pub fn workspace(session: &Session) -> &Workspace {
    session.workspace().expect("the session is open")
}

/// A package's key.
pub fn key(text: &str) -> PackageKey {
    PackageKey::new(text)
}
