//! What strangers may send to bayplan, as functions of bytes: libFuzzer calls them without end (`tests/fuzz.sh`), and
//! `cargo test --test fuzzed` calls them with the committed corpora and with alterations of those.
//!
//! Each says more than that nothing panics: what is read twice is the same, every byte has one owner, what is written is
//! read back, what is undone to the end was never done, and what another reader makes of the same bytes is no other.

mod archive;
mod build;
mod distribution;
mod draw;
mod holds;
mod keys;
mod lock;
mod messages;
mod node;
mod plan;
mod requirement;
mod small;
mod terminal;

/// A target: its name, which is that of its corpus, and what it does with bytes.
pub struct Target {
    /// As `tests/fuzz.sh` and the folders of `corpus` call it.
    pub name: &'static str,
    /// Panics where something does not hold.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "zip", run: archive::zip },
    Target { name: "metadata", run: distribution::metadata },
    Target { name: "record", run: distribution::record },
    Target { name: "package-json", run: node::package_json },
    Target { name: "requirement", run: requirement::requirement },
    Target { name: "plan", run: plan::plan },
    Target { name: "lock", run: lock::lock },
    Target { name: "messages", run: messages::messages },
    Target { name: "terminal", run: terminal::terminal },
    Target { name: "keys", run: keys::keys },
];

/// Runs the target of that name; for the small programs that libFuzzer calls.
#[allow(dead_code, reason = "the tests go through the list")]
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("there is no target {name}")).run)(bytes);
}
