//! What is worked on once owners are known: bundle, plan and everything computed from both.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::assessment::{Assessment, Background, judge};
use super::bucket_pane::BucketPane;
use super::drag::{Company, Destination, Drag, Hand, Reach};
use super::foresight::Foresight;
use super::history::History;
use super::key_names::KeyNames;
use super::preview::{self, Phrase, Preview};
use super::tree::{Folders, Scope, Tree, View, Weighing};
use super::viewport::Viewport;
use crate::model::bucket::Bucket;
use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::cargo::{Cargo, slimming};
use crate::model::edit::{Edit, Refusal};
use crate::model::finding::{Judged, Verdict};
use crate::model::graph::{Graph, Sizes};
use crate::model::lock::Lock;
use crate::model::package::{Package, PackageIndex, PackageKey};
use crate::model::plan::Plan;
use crate::model::slim::Slim;
use crate::model::target::Target;
use crate::model::zipped::Batch;

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
    folders: Option<Folders>,
    /// The slimming that the cargo was weighed under.
    slimmed: Slim,
    /// Whether the verdict is that of an earlier plan, and whether the one on this plan has been asked for.
    verdict: Awaited,
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
        };
        workspace.rebuild();
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
        self.drag = None;
        let cursor = self.tree.recall(memory, &self.bundle);
        self.slimmed = fresh.slimmed;
        self.assessment = fresh.assessment;
        if self.plan == fresh.plan && self.judged(&self.plan) == self.background.judged {
            self.rebuild();
        } else {
            self.assess();
        }
        if let Some(row) = cursor.and_then(|id| self.tree.position(&id, &self.bundle)) {
            self.tree.cursor = row;
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
    pub(super) fn is_saved_anew(&self) -> bool {
        !self.is_dirty() && self.plan != self.opened.0
    }

    /// Whether the plan leaves a package out.
    pub(super) fn leaves_out_any(&self) -> bool {
        self.plan.placements().values().any(|placement| placement.bucket() == Bucket::LeftOut)
    }

    /// Whether the plan differs from what was last saved or opened.
    pub fn is_dirty(&self) -> bool {
        self.saved != self.plan
    }

    /// Takes in zipped sizes that have become known, if they belong to this scan.
    pub fn take_zipped(&mut self, batch: &Batch) {
        let is_ours = batch.generation == self.background.zipped.generation();
        if !is_ours || self.background.zipped.is_unknown() {
            return;
        }
        self.assessment.cargo.learn(&self.bundle, &self.plan, &self.background.zipped, batch);
        if let Some(folders) = &mut self.folders {
            folders.learn(&self.bundle, &self.background.zipped, batch);
        }
        Arc::make_mut(&mut self.background.zipped).merge(batch);
        self.assess();
        self.hover_again();
    }

    /// The plan is on disk as it was given.
    pub fn saved(&mut self, plan: Plan) {
        self.background.lock = Some(Lock::new(&self.bundle, &plan, &self.target));
        self.saved = plan;
        self.assess();
    }

    /// The sums over folders, where a view has asked for them.
    pub(super) fn folders(&self) -> Option<&Folders> {
        self.folders.as_ref()
    }

    pub(super) fn keep_folders(&mut self, folders: Option<Folders>) {
        self.folders = folders;
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

    /// The packages with all that must go with them, and what of that was not named.
    fn units(&self, keys: &[PackageKey]) -> (Vec<PackageKey>, Vec<PackageKey>) {
        let mut all: Vec<PackageKey> = keys.iter().flat_map(|key| self.bundle.unit_keys(key)).collect();
        all.sort();
        all.dedup();
        let taken_along = all.iter().filter(|key| !keys.contains(key)).cloned().collect();
        (all, taken_along)
    }

    /// Takes packages in the hand.
    pub fn grab(&mut self, keys: &[PackageKey], hand: Hand) {
        if keys.is_empty() {
            return;
        }
        let (chosen, taken_along) = self.units(keys);
        let company = self.company(&chosen);
        self.drag = Some(Drag {
            packages: chosen.clone(),
            bytes: self.weight(&chosen),
            chosen,
            taken_along,
            company,
            reach: Reach::default(),
            over: None,
            hand,
            preview: None,
            foreseen: Vec::new(),
        });
    }

    /// What is needed by nobody but these packages and lies where they lie, whole units.
    fn company(&self, chosen: &[PackageKey]) -> Company {
        let from: BTreeSet<Bucket> = chosen.iter().map(|key| self.plan.bucket_of(key)).collect();
        let indices: Vec<PackageIndex> = chosen.iter().filter_map(|key| self.bundle.find(key)).collect();
        let needed = self.graph.goes_with_all(&indices);
        let needed = needed.into_iter().map(|index| self.bundle.package(index).key.clone());
        let (mut packages, _) = self.units(&needed.collect::<Vec<_>>());
        packages.retain(|key| from.contains(&self.plan.bucket_of(key)) && !chosen.contains(key));
        Company { bytes: self.weight(&packages), packages }
    }

    fn weight(&self, packages: &[PackageKey]) -> Bytes {
        let found = packages.iter().filter_map(|key| self.bundle.find(key));
        found.map(|index| self.assessment.cargo.load(index).unzipped).sum()
    }

    /// Takes the company along, or leaves it. Where there is none, nothing changes.
    pub fn reach(&mut self, reach: Reach) {
        let Some(mut drag) = self.drag.take() else { return };
        if drag.reach != reach && !drag.company.packages.is_empty() {
            drag.reach = reach;
            drag.packages = drag.chosen.clone();
            if reach == Reach::WithNeeds {
                drag.packages.extend(drag.company.packages.iter().cloned());
                drag.packages.sort();
            }
            drag.bytes = self.weight(&drag.packages);
            drag.preview = None;
        }
        let over = drag.over.clone();
        self.drag = Some(drag);
        self.hover(over);
    }

    /// Moves the hand over a destination, or over none.
    pub fn hover(&mut self, over: Option<Destination>) {
        let Some(drag) = &self.drag else { return };
        if drag.over == over && drag.preview.is_some() == over.is_some() {
            return;
        }
        let preview = over.as_ref().map(|to| self.preview(drag, to));
        if let Some(drag) = &mut self.drag {
            drag.over = over;
            drag.preview = preview;
        }
    }

    /// What a drop would do, with what the verdict would say of it if that is known already.
    fn preview(&self, drag: &Drag, to: &Destination) -> Preview {
        let cargo = &self.assessment.cargo;
        let mut preview = Preview::new(&self.bundle, cargo, &self.plan, &self.target, &drag.packages, to);
        if let Preview::Moves(landing) = &mut preview {
            landing.foresight = drag.foresight(to);
        }
        preview
    }

    /// Whether the verdict on letting go is to be asked for; once for each place that the hand is over.
    pub(super) fn wants_foresight(&mut self) -> bool {
        match self.drag.as_mut().and_then(|drag| drag.preview.as_mut()) {
            Some(Preview::Moves(landing)) if landing.foresight.is_none() => {
                !std::mem::replace(&mut landing.is_asked, true)
            }
            _ => false,
        }
    }

    /// Takes in what the verdict would say of a drop, if it is the one in the hand.
    pub(super) fn foreseen(&mut self, plan: &Plan, verdict: &Verdict) {
        let Some(drag) = &mut self.drag else { return };
        let (Some(to), Some(Preview::Moves(landing))) = (&drag.over, &mut drag.preview) else { return };
        if landing.plan == *plan {
            let foresight = Foresight::between(&self.assessment.verdict, verdict);
            drag.foreseen.push((to.clone(), drag.reach, foresight.clone()));
            landing.foresight = Some(foresight);
        }
    }

    /// What is judged if this is the plan: with the first edit, the bundle is no longer what would be uploaded.
    pub(super) fn judged(&self, plan: &Plan) -> Judged {
        let (opened, judged) = &self.opened;
        if plan == opened { *judged } else { Judged::Plan }
    }

    /// What letting go would do is weighed anew, because what it rests on has changed.
    fn hover_again(&mut self) {
        if let Some(drag) = &mut self.drag {
            drag.preview = None;
            drag.foreseen.clear();
            let over = drag.over.take();
            self.hover(over);
        }
    }

    /// Lets go. What was done in words, nothing if nothing was to be done.
    pub fn put_down(&mut self) -> Result<Option<String>, Refusal> {
        let Some(drag) = self.drag.take() else { return Ok(None) };
        match drag.over {
            Some(to) => self.send(&drag.packages, &to),
            None => Ok(None),
        }
    }

    /// Puts packages, with all that must go with them, somewhere.
    pub fn send(&mut self, keys: &[PackageKey], to: &Destination) -> Result<Option<String>, Refusal> {
        let (packages, _) = self.units(keys);
        let Some(edit) = to.edit(&self.plan, &self.target, &packages) else { return Ok(None) };
        let before = self.assessment.budgets.joint();
        let words = format!("{} → {}", self.titles(&packages), to.words());
        self.edit(edit, words.clone())?;
        self.tree.marks.clear();
        let after = self.assessment.budgets.joint();
        let freed = before.bytes.less(after.bytes);
        let to_layer = !matches!(to, Destination::Bucket(bucket) if !bucket.is_joint());
        let gain = match (freed.0, after.bytes.less(before.bytes).0, to_layer) {
            (0, 0, true) => ": freed 0 B of the 250 MB, layers share it".to_owned(),
            (0, 0, false) => String::new(),
            (0, _, _) => format!(": function + layers grew by {}", after.bytes.less(before.bytes)),
            _ => format!(": freed {freed} of the 250 MB"),
        };
        Ok(Some(format!("{words}{gain}")))
    }

    /// Applies an edit so that it can be undone.
    pub fn edit(&mut self, edit: Edit, words: String) -> Result<(), Refusal> {
        self.history.apply(&mut self.plan, edit, words)?;
        self.assess();
        Ok(())
    }

    pub(super) fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    pub(super) fn can_redo(&self) -> bool {
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

    /// The line about the drag, in parts.
    pub fn drag_words(&self, keys: &KeyNames) -> Option<Vec<Phrase>> {
        let drag = self.drag.as_ref()?;
        Some(preview::words(drag, &self.assessment.budgets, &self.titles(&drag.packages), keys))
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

    /// The three sizes of each package, as the plan's slimming leaves them.
    pub fn sizes(&self) -> Vec<Sizes> {
        self.graph.sizes(&self.own_sizes())
    }

    fn own_sizes(&self) -> Vec<Bytes> {
        self.bundle.indexed().map(|(index, _)| self.assessment.cargo.load(index).unzipped).collect()
    }

    /// The sizes that the tree shows; those that take work only where they are asked for.
    fn weights(&self) -> Vec<Amount> {
        let scope = if self.tree.view == View::Why { Scope::Retained } else { self.tree.scope };
        match scope {
            Scope::Own => self.own_sizes().into_iter().map(Amount::exact).collect(),
            Scope::Retained => self.sizes().into_iter().map(|sizes| Amount::exact(sizes.retained)).collect(),
            Scope::WithNeeds => self.sizes().into_iter().map(|sizes| sizes.with_needs).collect(),
        }
    }

    /// Makes the rows of both panes anew.
    pub fn rebuild(&mut self) {
        self.sum_folders();
        let weights = self.weights();
        self.tree.rebuild(&Weighing {
            bundle: &self.bundle,
            cargo: &self.assessment.cargo,
            zipped: &self.background.zipped,
            plan: &self.plan,
            graph: &self.graph,
            slim: &self.slimmed,
            weights: &weights,
            folders: self.folders.as_ref(),
        });
        self.tree.deal_tiles(self.viewport.map);
        self.buckets.rebuild(&self.bundle, &self.assessment.cargo, &self.plan);
    }

    /// Scrolls both panes so that their cursors are seen.
    pub fn reveal(&mut self) {
        self.tree.deal_tiles(self.viewport.map);
        self.tree.reveal(self.viewport.tree);
        self.buckets.reveal(&self.viewport.buckets);
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
    }

    /// Whether going over all files takes longer than a frame.
    pub(super) fn is_large(&self) -> bool {
        self.bundle.listing.len() > JUDGED_AT_ONCE
    }

    /// Whether the verdict that is shown is that of an earlier plan; the one on this plan is on its way.
    pub fn awaits_verdict(&self) -> bool {
        self.verdict != Awaited::No
    }

    /// Whether the verdict on the plan is to be asked for.
    pub(super) fn wants_verdict(&mut self) -> bool {
        let is_due = self.verdict == Awaited::Unasked;
        if is_due {
            self.verdict = Awaited::Asked;
        }
        is_due
    }

    /// Takes in the verdict on a plan, if it is still this one.
    pub(super) fn judged_as(&mut self, plan: &Plan, verdict: Verdict) {
        if self.plan == *plan {
            self.assessment.verdict = verdict;
            if self.verdict == Awaited::Asked {
                self.verdict = Awaited::No;
            }
            self.hover_again();
        }
    }
}
