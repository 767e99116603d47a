//! The list of findings: chosen one by one, and from one to the package that it is about.

use super::super::Session;
use super::super::drag::Destination;
use super::super::message::{Action, Effect};
use super::super::overlay::Overlay;
use super::super::tree::RowId;
use super::super::workspace::{Focus, Workspace};
use crate::model::finding::Finding;

impl Session {
    /// Opens the list on the worst.
    pub(super) fn show_findings(&mut self) -> Vec<Effect> {
        self.show(Overlay::Findings { cursor: 0 })
    }

    /// What keys mean to the list. Behind the findings stand the rules, which can be looked at too.
    pub(super) fn act_on_findings(&mut self, action: Action) -> Vec<Effect> {
        let Some(verdict) = self.workspace().map(|workspace| &workspace.assessment.verdict) else { return Vec::new() };
        let last = (verdict.findings.len() + verdict.rules.len()).saturating_sub(1);
        let page = self.workspace().map_or(5, |workspace| workspace.viewport.overlay.max(2) / 2);
        let Some(Overlay::Findings { cursor }) = self.overlays.last_mut() else { return Vec::new() };
        match action {
            Action::Up => *cursor = cursor.saturating_sub(1),
            Action::Down => *cursor = (*cursor + 1).min(last),
            Action::First => *cursor = 0,
            Action::Last => *cursor = last,
            Action::PageUp | Action::HalfPageUp => *cursor = cursor.saturating_sub(page),
            Action::PageDown | Action::HalfPageDown => *cursor = (*cursor + page).min(last),
            Action::Accept => {
                let chosen = *cursor;
                return self.go_to_finding(chosen);
            }
            Action::Escape | Action::Quit | Action::No | Action::Findings => {
                self.overlays.pop();
            }
            _ => {}
        }
        Vec::new()
    }

    /// Closes the list and puts the cursor on what the finding is about.
    fn go_to_finding(&mut self, number: usize) -> Vec<Effect> {
        let Some(workspace) = self.workspace_mut() else { return Vec::new() };
        let Some(finding) = workspace.assessment.verdict.findings.get(number).cloned() else { return Vec::new() };
        match workspace.go_to(&finding) {
            Some(words) => {
                self.overlays.pop();
                self.tell(words)
            }
            None => self.tell("this is about the whole bundle, not about one package".to_owned()),
        }
    }
}

impl Workspace {
    /// Puts the cursor on the first package of a finding, else on its bucket; says in words on what.
    fn go_to(&mut self, finding: &Finding) -> Option<String> {
        if let Some(key) = finding.packages.iter().find(|key| self.bundle.find(key).is_some()).cloned() {
            if !self.tree.filter.is_empty() {
                self.tree.filter.clear();
                self.rebuild();
            }
            self.focus = Focus::Tree;
            self.select(&RowId::of_package(&key));
            self.reveal();
            let others = finding.packages.len() - 1;
            let among = if others == 0 { String::new() } else { format!(", and {others} more") };
            return Some(format!("{}{among}: {}", key.shown(), finding.cure));
        }
        let bucket = finding.buckets.first()?.clone();
        self.focus = Focus::Buckets;
        self.buckets.cursor.destination = Destination::Bucket(bucket.clone());
        self.buckets.cursor.package = None;
        self.reveal();
        Some(format!("{bucket}: {}", finding.cure))
    }
}
