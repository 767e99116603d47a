//! `lock`: what a plan was made from, read, written again, and held against a build.

use std::sync::Arc;

use bayplan::model::cargo::Cargo;
use bayplan::model::transition::State;
use bayplan::model::zipped::ZippedSizes;
use bayplan::planfile::{parse_lock, render_lock};
use bayplan::session::Assessment;

use super::holds::{are_fit_to_print, background};
use super::small;

/// A lock that is read is written and read again as the same; a build is judged against it, and the way from it.
pub fn lock(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lock = match parse_lock(text) {
        Ok(lock) => lock,
        Err(error) => return are_fit_to_print(&error.to_string()),
    };
    let written = render_lock(&lock);
    assert_eq!(parse_lock(&written).as_ref(), Ok(&lock), "what is written is read again:\n{written}");
    assert_eq!(render_lock(&parse_lock(&written).expect("it was read")), written, "and written the same");
    let (bundle, plan, target) = (small::bundle(), small::plan(), small::python());
    let mut background = background(&bundle);
    let cargo = Cargo::new(&bundle, &plan, &ZippedSizes::default());
    background.deployed = Some(Arc::new(State::of_lock(&lock, &bundle, &plan, &cargo)));
    background.lock = Some(lock);
    let assessment = Assessment::new(&bundle, &plan, &target, &background);
    assert_eq!(assessment.budgets.everything(), bundle.total().bytes, "a lock changes no budget");
    for finding in &assessment.verdict.findings {
        are_fit_to_print(&finding.message);
        are_fit_to_print(&finding.cure);
    }
}
