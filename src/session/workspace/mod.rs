//! What is worked on once owners are known: bundle, plan and everything computed from both.

mod hand;
mod panes;
mod rows;

use std::sync::Arc;

use super::arranging::Wish;
use super::assessment::{Assessment, Background, judge};
use super::bucket_pane::BucketPane;
use super::drag::Drag;
use super::history::History;
use super::preview::Preview;
use super::tree::{Folders, Tree};
use super::viewport::Viewport;
use crate::model::bucket::Bucket;
use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::{Cargo, slimming};
use crate::model::edit::{Edit, Refusal};
use crate::model::finding::{Judged, Verdict};
use crate::model::graph::Graph;
use crate::model::lock::Lock;
use crate::model::package::{Package, PackageKey};
use crate::model::plan::Plan;
use crate::model::slim::Slim;
use crate::model::target::Target;
use crate::model::zipped::Batch;
use rows::Making;

/// Up to so many files a plan is judged while the next frame waits. Beyond, it is judged beside the drawing, and what
/// was said of the plan before is shown until then.
const JUDGED_AT_ONCE: usize = 100_000;

/// A bundle with its plan, ready to be worked on.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The bundle.
    pub bundle: Arc<Bundle>,
    /// The plan that was found for it, or a fresh one.
    pub plan: Plan,
    /// What it runs on.
    pub target: Target,
    /// Who needs whom.
    pub graph: Arc<Graph>,
    /// What the verdict rests on besides.
    pub background: Background,
    /// What is to be said first, such as where the plan came from.
    pub words: Option<String>,
}

/// Which pane has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The tree of packages.
    #[default]
    Tree,
    /// The buckets.
    Buckets,
}

/// The work.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The bundle.
    pub bundle: Arc<Bundle>,
    /// What it runs on.
    pub target: Target,
    /// Who needs whom.
    pub graph: Arc<Graph>,
    /// What the plan comes to.
    pub assessment: Assessment,
    /// The tree pane.
    pub tree: Tree,
    /// The bucket pane.
    pub buckets: BucketPane,
    /// Which pane has the keys.
    pub focus: Focus,
    /// What is in the hand.
    pub drag: Option<Drag>,
    /// The room that the panes have.
    pub viewport: Viewport,
    plan: Plan,
    saved: Plan,
    /// The plan as it was opened, and what was judged then.
    opened: (Plan, Judged),
    history: History,
    background: Background,
    /// The sums over folders, once a view has asked for them.
    folders: Option<Arc<Folders>>,
    /// The slimming that the cargo was weighed under.
    slimmed: Slim,
    /// Whether the verdict is that of an earlier plan, and whether the one on this plan has been asked for.
    verdict: Awaited,
    /// Where the rows are, and which of them were wished for last.
    making: Making,
    wish: Wish,
    /// Zipped sizes that came while rows are being made from those that were known before.
    held: Vec<Batch>,
}

/// Something that is found out beside the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Awaited {
    /// It is there.
    #[default]
    No,
    /// It is to be asked for.
    Unasked,
    /// It has been asked for.
    Asked,
}

impl Workspace {
    /// Begins to work on a bundle.
    pub fn new(opened: Opened) -> Workspace {
        let Opened { bundle, plan, target, graph, background, words: _ } = opened;
        let assessment = Assessment::new(&bundle, &plan, &target, &background);
        let slimmed = slimming(&plan);
        // A fresh plan is worth nothing yet, so quitting loses nothing.
        let saved = plan.clone();
        let opened = (plan.clone(), background.judged);
        let mut workspace = Workspace {
            bundle,
            target,
            graph,
            assessment,
            tree: Tree::default(),
            buckets: BucketPane::default(),
            focus: Focus::Tree,
            drag: None,
            viewport: Viewport::default(),
            plan,
            saved,
            opened,
            history: History::default(),
            background,
            folders: None,
            slimmed,
            verdict: Awaited::No,
            making: Making::Done,
            wish: Wish::default(),
            held: Vec::new(),
        };
        workspace.build();
        workspace
    }

    /// Takes a newly read bundle and keeps plan, history and view.
    pub fn rescanned(&mut self, fresh: Workspace) {
        let memory = self.tree.remember(&self.bundle);
        self.bundle = fresh.bundle;
        self.target = fresh.target;
        self.graph = fresh.graph;
        self.background = fresh.background;
        self.folders = None;
        self.held.clear();
        self.drag = None;
        let cursor = self.tree.recall(memory, &self.bundle);
        self.slimmed = fresh.slimmed;
        self.assessment = fresh.assessment;
        if self.plan == fresh.plan && self.judged(&self.plan) == self.background.judged {
            self.rebuild();
        } else {
            self.assess();
        }
        if let Some(id) = cursor {
            self.put_cursor_on(id);
        }
        self.reveal();
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the verdict rests on besides bundle and plan.
    pub fn background(&self) -> &Background {
        &self.background
    }

    /// Whether the plan is saved and another than the one that was opened.
    pub(in crate::session) fn is_saved_anew(&self) -> bool {
        !self.is_dirty() && self.plan != self.opened.0
    }

    /// Whether the plan puts a package there.
    pub(in crate::session) fn puts_any_in(&self, bucket: &Bucket) -> bool {
        self.plan.placements().values().any(|placement| placement.bucket() == *bucket)
    }

    /// Whether the plan differs from what was last saved or opened.
    pub fn is_dirty(&self) -> bool {
        self.saved != self.plan
    }

    /// Takes in zipped sizes that have become known, if they belong to this scan. While rows are being made they wait:
    /// else rows would be begun anew with each batch and never be there.
    pub fn take_zipped(&mut self, batch: Batch) {
        let is_ours = batch.generation == self.background.zipped.generation();
        if !is_ours || self.background.zipped.is_unknown() {
            return;
        }
        self.held.push(batch);
    }

    /// Takes in what was held back, once nothing is being made from what was known before.
    pub(in crate::session) fn take_held(&mut self) {
        if self.awaits_rows() || self.held.is_empty() {
            return;
        }
        for batch in std::mem::take(&mut self.held) {
            self.assessment.cargo.learn(&self.bundle, &self.plan, &self.background.zipped, &batch);
            if let Some(folders) = &mut self.folders {
                Arc::make_mut(folders).learn(&self.bundle, &self.background.zipped, &batch);
            }
            Arc::make_mut(&mut self.background.zipped).merge(&batch);
        }
        self.assess();
    }

    /// The plan is on disk as it was given.
    pub fn saved(&mut self, plan: Plan) {
        self.background.lock = Some(Lock::new(&self.bundle, &plan, &self.target));
        self.saved = plan;
        self.assess();
    }

    /// The sums over folders, where a view has asked for them.
    pub(in crate::session) fn folders(&self) -> Option<&Arc<Folders>> {
        self.folders.as_ref()
    }

    pub(in crate::session) fn keep_folders(&mut self, folders: Folders) {
        self.folders = Some(Arc::new(folders));
    }

    /// The slimming that everything was weighed under.
    pub(in crate::session) fn slimmed(&self) -> &Slim {
        &self.slimmed
    }

    /// The budgets to show: those that letting go would make, while something is over a bucket.
    pub fn shown_budgets(&self) -> &Budgets {
        match self.drag.as_ref().and_then(|drag| drag.preview.as_ref()) {
            Some(Preview::Moves(landing)) => &landing.budgets,
            _ => &self.assessment.budgets,
        }
    }

    /// The package under the cursor of the pane that has the keys.
    pub fn current(&self) -> Option<PackageKey> {
        match self.focus {
            Focus::Tree => self.tree.package().map(|index| self.bundle.package(index).key.clone()),
            Focus::Buckets => self.buckets.cursor.package.clone(),
        }
    }

    /// What a command is about: the marked packages if there are any, else the one under the cursor.
    pub fn chosen(&self) -> Vec<PackageKey> {
        if self.tree.marks.is_empty() {
            self.current().into_iter().collect()
        } else {
            self.tree.marks.iter().cloned().collect()
        }
    }

    /// Applies an edit so that it can be undone.
    pub fn edit(&mut self, edit: Edit, words: String) -> Result<(), Refusal> {
        self.history.apply(&mut self.plan, edit, words)?;
        self.assess();
        Ok(())
    }

    pub(in crate::session) fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    pub(in crate::session) fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// Takes back the last edit.
    pub fn undo(&mut self) -> Result<Option<String>, Refusal> {
        let words = self.history.undo(&mut self.plan)?;
        if words.is_some() {
            self.assess();
        }
        Ok(words)
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self) -> Result<Option<String>, Refusal> {
        let words = self.history.redo(&mut self.plan)?;
        if words.is_some() {
            self.assess();
        }
        Ok(words)
    }

    /// Packages in a few words: `scipy 1.10.1`, `numpy, pandas`, `numpy, pandas and 3 more`.
    pub fn titles(&self, keys: &[PackageKey]) -> String {
        match keys {
            [only] => self.bundle.get(only).map_or_else(|| only.shown().to_owned(), Package::title),
            [first, second] => format!("{}, {}", first.shown(), second.shown()),
            [first, second, rest @ ..] => format!("{}, {} and {} more", first.shown(), second.shown(), rest.len()),
            [] => String::new(),
        }
    }

    fn assess(&mut self) {
        self.background.judged = self.judged(&self.plan);
        // Only slimming changes what packages weigh; moving them does not.
        let slimmed = slimming(&self.plan);
        if slimmed != self.slimmed {
            self.assessment.cargo = Cargo::new(&self.bundle, &self.plan, &self.background.zipped);
            self.slimmed = slimmed;
        }
        let is_large = self.is_large();
        let assessment = &mut self.assessment;
        assessment.budgets = self.background.budgets(&self.bundle, &assessment.cargo, &self.plan);
        if is_large {
            self.verdict = Awaited::Unasked;
        } else {
            let Assessment { cargo, budgets, .. } = &*assessment;
            assessment.verdict = judge(&self.bundle, cargo, budgets, &self.plan, &self.target, &self.background);
        }
        self.rebuild();
        self.hover_again();
    }

    /// Whether going over all files takes longer than a frame.
    pub(in crate::session) fn is_large(&self) -> bool {
        self.bundle.listing.len() > JUDGED_AT_ONCE
    }

    /// Whether the verdict that is shown is that of an earlier plan; the one on this plan is on its way.
    pub fn awaits_verdict(&self) -> bool {
        self.verdict != Awaited::No
    }

    /// Whether the verdict on the plan is to be asked for.
    pub(in crate::session) fn wants_verdict(&mut self) -> bool {
        let is_due = self.verdict == Awaited::Unasked;
        if is_due {
            self.verdict = Awaited::Asked;
        }
        is_due
    }

    /// Takes in the verdict on a plan, if it is still this one.
    pub(in crate::session) fn judged_as(&mut self, plan: &Plan, verdict: Verdict) {
        if self.plan == *plan {
            self.assessment.verdict = verdict;
            if self.verdict == Awaited::Asked {
                self.verdict = Awaited::No;
            }
            self.hover_again();
        }
    }
}
