//! A proposal: before and after, the steps with what each gains, the order with the proof, reasons where they are asked
//! for. What does not fit is told with what would.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::{Context, Keymap};
use super::super::text::{ends, span, wrap};
use super::super::theme::{Role, Theme};
use super::choices::{Choices, Spots};
use super::popup;
use crate::model::bytes::Bytes;
use crate::model::limits::LIMITS;
use crate::model::proposal::{Proof, Proposal, Shortfall};
use crate::session::{Action, FitPane, Telling, Workspace};

const KEYS: [(Action, &str); 4] = [
    (Action::Accept, "takes the marked steps"),
    (Action::Mark, "marks"),
    (Action::Details, "reasons"),
    (Action::Escape, "drops"),
];

pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    workspace: &Workspace,
    pane: &FitPane,
    keymap: &Keymap,
    theme: &Theme,
) -> Spots {
    match pane.proposal() {
        Some(proposal) => render_proposal(frame, area, workspace, pane, proposal, keymap, theme),
        None => {
            if let crate::model::proposal::Advice::Nothing(shortfall) = &pane.advice {
                render_shortfall(frame, area, shortfall, keymap, theme);
            }
            Spots::new()
        }
    }
}

fn render_proposal(
    frame: &mut Frame<'_>,
    area: Rect,
    workspace: &Workspace,
    pane: &FitPane,
    proposal: &Proposal,
    keymap: &Keymap,
    theme: &Theme,
) -> Spots {
    let foot = popup::foot(keymap, Context::Choosing, &KEYS);
    let popup = popup::panel(frame, area, "Fit: the plan with the least harm", &foot, theme);
    let mut sheet = Sheet { list: Choices::default(), cells: usize::from(popup.width), theme };
    sheet.meter(workspace, pane);
    sheet.gap();
    let mut before = proposal.before.bytes;
    for number in 0..proposal.steps.len() {
        sheet.step(pane, proposal, number, before);
        before = proposal.steps[number].joint_after;
    }
    sheet.gap();
    if pane.taken.contains(&false) {
        sheet.text("Not all of it would be taken; what follows is about all of it", Role::Warning, 0);
    }
    sheet.proof(&proposal.proof);
    for criterion in &proposal.order {
        sheet.text(&format!("{}  {}: {}", criterion.letter, criterion.what, criterion.reached), Role::Dim, 2);
    }
    sheet.gap();
    for note in &proposal.notes {
        sheet.text(note, Role::Note, 0);
    }
    match pane.scroll {
        0 => sheet.list.revealed(frame, popup, pane.cursor),
        by_hand => sheet.list.scrolled(frame, popup, by_hand),
    }
}

fn render_shortfall(frame: &mut Frame<'_>, area: Rect, shortfall: &Shortfall, keymap: &Keymap, theme: &Theme) {
    let foot = popup::foot(keymap, Context::Choosing, &[(Action::Escape, "closes")]);
    let popup = popup::panel(frame, area, "Fit: nothing fits", &foot, theme);
    let mut sheet = Sheet { list: Choices::default(), cells: usize::from(popup.width), theme };
    sheet.text(&shortfall.message, Role::Error, 0);
    sheet.gap();
    sheet.text("What would do:", Role::Title, 0);
    for cure in &shortfall.cures {
        sheet.text(cure, Role::Text, 2);
    }
    sheet.list.scrolled(frame, popup, 0);
}

/// Lines in the making.
struct Sheet<'a> {
    list: Choices,
    cells: usize,
    theme: &'a Theme,
}

impl Sheet<'_> {
    fn gap(&mut self) {
        self.list.lines.push(Line::default());
    }

    fn text(&mut self, text: &str, role: Role, indent: usize) {
        let style = self.theme.style(role);
        for line in wrap(&self.theme.signs.text(text), self.cells.saturating_sub(indent)) {
            self.list.lines.push(Line::from(span(format!("{}{line}", " ".repeat(indent)), style)));
        }
    }

    /// `Function + layers  352.9 → 222.0 of 250.0 MB: fits, 28.0 MB free`.
    fn meter(&mut self, workspace: &Workspace, pane: &FitPane) {
        let (before, after) = (workspace.assessment.budgets.joint(), pane.after);
        let limit = &LIMITS.unzipped;
        let (words, role) = if limit.is_reached_by(after.bytes) {
            (format!("still {} over", limit.excess(after.bytes)), Role::Error)
        } else {
            (format!("fits, {} free", limit.bytes.less(after.bytes)), Role::Good)
        };
        let (was, is) = (before.bytes.in_megabytes(), after.bytes.in_megabytes());
        let line = format!("Function + layers  {was} → {}{is} of {}: {words}", after.sign(), limit.bytes);
        self.text(&line, role, 0);
        let exact = format!("{} → {} bytes", before.bytes.grouped(), after.bytes.grouped());
        self.text(&exact, Role::Dim, 19);
    }

    fn step(&mut self, pane: &FitPane, proposal: &Proposal, number: usize, before: Bytes) {
        let step = &proposal.steps[number];
        let (start, is_here) = (self.list.lines.len(), pane.cursor == number);
        let sign = if pane.taken.get(number) == Some(&true) { "[x]" } else { "[ ]" };
        let gain = match step.joint_after > before {
            true => format!("adds {}", step.joint_after.less(before)),
            false => format!("frees {}", before.less(step.joint_after)),
        };
        let role = if is_here { Role::Cursor } else { Role::Text };
        let left = vec![span(format!("{sign} {}", self.theme.signs.text(&step.title)), self.theme.style(role))];
        let right = format!("{gain:>16}  risk {:<6}", step.risk.name());
        let right = vec![span(right, self.theme.style(if is_here { Role::Cursor } else { Role::Dim }))];
        let line = ends(left, right, self.cells, self.theme.signs.more);
        self.list.lines.push(if is_here { line.style(self.theme.style(role)) } else { line });
        if pane.telling == Telling::Reasons || is_here {
            self.text(&step.why, Role::Dim, 4);
        }
        self.list.end_choice(start);
    }

    fn proof(&mut self, proof: &Proof) {
        match proof {
            Proof::Best => self.text("Proven: by this order there is no better plan", Role::Good, 0),
            Proof::Within(gap) => self.text(&format!("Not proven; {gap}"), Role::Warning, 0),
        }
    }
}
