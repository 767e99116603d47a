//! Packages in the hand: taken, held over a bucket, let go.

use std::collections::BTreeSet;

use super::super::drag::{Company, Destination, Drag, Hand, Reach};
use super::super::drag_line::{self, Phrase};
use super::super::foresight::Foresight;
use super::super::key_names::KeyNames;
use super::super::preview::Preview;
use super::Workspace;
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::edit::Refusal;
use crate::model::finding::{Judged, Verdict};
use crate::model::package::{PackageIndex, PackageKey};
use crate::model::plan::Plan;

impl Workspace {
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
    pub(in crate::session) fn wants_foresight(&mut self) -> bool {
        match self.drag.as_mut().and_then(|drag| drag.preview.as_mut()) {
            Some(Preview::Moves(landing)) if landing.foresight.is_none() => {
                !std::mem::replace(&mut landing.is_asked, true)
            }
            _ => false,
        }
    }

    /// Takes in what the verdict would say of a drop, if it is the one in the hand.
    pub(in crate::session) fn foreseen(&mut self, plan: &Plan, verdict: &Verdict) {
        let Some(drag) = &mut self.drag else { return };
        let (Some(to), Some(Preview::Moves(landing))) = (&drag.over, &mut drag.preview) else { return };
        if landing.plan == *plan {
            let foresight = Foresight::between(&self.assessment.verdict, verdict);
            drag.foreseen.push((to.clone(), drag.reach, foresight.clone()));
            landing.foresight = Some(foresight);
        }
    }

    /// What is judged if this is the plan: with the first edit, the bundle is no longer what would be uploaded.
    pub(in crate::session) fn judged(&self, plan: &Plan) -> Judged {
        let (opened, judged) = &self.opened;
        if plan == opened { *judged } else { Judged::Plan }
    }

    /// What letting go would do is weighed anew, because what it rests on has changed.
    pub(super) fn hover_again(&mut self) {
        let held = self.drag.as_ref().map(|drag| (self.weight(&drag.packages), self.weight(&drag.company.packages)));
        if let (Some(drag), Some((bytes, company))) = (&mut self.drag, held) {
            (drag.bytes, drag.company.bytes) = (bytes, company);
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

    /// The line about the drag, in parts.
    pub fn drag_words(&self, keys: &KeyNames) -> Option<Vec<Phrase>> {
        let drag = self.drag.as_ref()?;
        Some(drag_line::words(drag, &self.assessment.budgets, &self.titles(&drag.packages), keys))
    }
}
