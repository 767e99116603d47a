//! What is drawn: a file per region, each with one `render` that reads the session and changes nothing.

mod ask;
mod bucket_look;
mod buckets;
mod choices;
mod details;
mod export;
mod findings;
mod fit;
mod hand;
mod header;
mod help;
mod hint;
mod label;
mod meter;
mod popup;
mod relations;
mod scanning;
mod slimming;
mod status;
mod tree;
mod treemap;

use ratatui::Frame;
use ratatui::layout::Rect;

pub use choices::Spots;

use super::keymap::{Context, Keymap};
use super::layout::{Layout, SMALLEST};
use super::text;
use super::theme::{Role, Theme};
use crate::session::{Action, Overlay, Session, Stage};

/// Draws one frame, and says what can be chosen of what lies on top.
pub fn draw(frame: &mut Frame<'_>, session: &Session, layout: &Layout, keymap: &Keymap, theme: &Theme) -> Spots {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(frame, area, keymap, theme);
        return Spots::new();
    }
    header::render(frame, layout.header, session, theme);
    match &session.stage {
        Stage::Scanning(progress) => scanning::render(frame, layout, progress, theme),
        Stage::Open(workspace) => {
            let budgets = session.shown_budgets().unwrap_or(&workspace.assessment.budgets);
            meter::render(frame, layout.meter, workspace, budgets, theme);
            tree::render(frame, layout, workspace, keymap, theme);
            buckets::render(frame, layout, workspace, budgets, theme);
            hint::render(frame, layout.hint, session, keymap, theme);
            findings::render(frame, layout.findings, workspace, keymap, theme);
        }
    }
    status::render(frame, layout, session, keymap, theme);
    if let (Some(pointer), Some(workspace)) = (layout.hand, session.workspace()) {
        hand::render(frame, pointer, layout, workspace, theme);
    }
    let draw = |overlay| render_overlay(frame, layout, overlay, session, keymap, theme);
    session.overlays.iter().map(draw).last().unwrap_or_default()
}

fn render_overlay(
    frame: &mut Frame<'_>,
    layout: &Layout,
    overlay: &Overlay,
    session: &Session,
    keymap: &Keymap,
    theme: &Theme,
) -> Spots {
    let area = frame.area();
    let panel = layout.panel();
    match (overlay, session.workspace()) {
        (Overlay::Help { filter, scroll }, _) => {
            help::render(frame, area, session, filter.value(), *scroll, keymap, theme);
        }
        (Overlay::Ask(question), _) => ask::render(frame, area, question, keymap, theme),
        (Overlay::Findings { cursor }, Some(workspace)) => {
            return findings::render_all(frame, panel, workspace, *cursor, keymap, theme);
        }
        (Overlay::Details { package, scroll }, Some(workspace)) => {
            details::render(frame, area, workspace, package, *scroll, keymap, theme);
        }
        (Overlay::Fit(pane), Some(workspace)) => return fit::render(frame, panel, workspace, pane, keymap, theme),
        (Overlay::Slimming { offers, cursor }, Some(workspace)) => {
            return slimming::render(frame, panel, workspace, offers, *cursor, keymap, theme);
        }
        (Overlay::Export(pane), _) => return export::render(frame, layout.body(), pane, keymap, theme),
        // The line being typed stands in the status line.
        (
            Overlay::Prompt(_)
            | Overlay::Findings { .. }
            | Overlay::Details { .. }
            | Overlay::Fit(_)
            | Overlay::Slimming { .. },
            _,
        ) => {}
    }
    Spots::new()
}

fn too_small(frame: &mut Frame<'_>, area: Rect, keymap: &Keymap, theme: &Theme) {
    let words = format!(
        "bayplan needs {} columns and {} rows; here are {} and {}. Make the window larger, or press {}.",
        SMALLEST.0,
        SMALLEST.1,
        area.width,
        area.height,
        keymap.called(Context::Panes, Action::Quit)
    );
    let lines = text::wrap(&words, usize::from(area.width));
    for (line, row) in lines.iter().zip(area.rows()) {
        frame.render_widget(text::span(line.as_str(), theme.style(Role::Text)), row);
    }
}
