//! The slimming rules: what each frees, what it risks, and whether it is on.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::{Context, Keymap};
use super::super::text::{left, right, span, wrap};
use super::super::theme::{Role, Theme};
use super::choices::{Choices, Spots};
use super::popup;
use crate::model::offers::{Freed, Offer, Subject};
use crate::session::{Action, Workspace};

pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    workspace: &Workspace,
    offers: &[Offer],
    cursor: usize,
    keymap: &Keymap,
    theme: &Theme,
) -> Spots {
    let keys = [(Action::Mark, "on or off"), (Action::Undo, "undo"), (Action::Escape, "closes")];
    let foot = popup::foot(keymap, Context::Choosing, &keys);
    let popup = popup::panel(frame, area, "Slimming: what may be left out of packages", &foot, theme);
    let (cells, height) = (usize::from(popup.width), usize::from(popup.height));
    let about = offers.get(cursor).map(|offer| describe(offer, cells, theme)).unwrap_or_default();
    // In a low window it stands below its rule, where it is seen; in a high one below all rules, which stay in place.
    let is_low = 2 + offers.len() + about.len() > height;
    let mut list = Choices::default();
    list.lines.push(head(theme));
    for (number, offer) in offers.iter().enumerate() {
        let start = list.lines.len();
        list.lines.push(row(offer, number == cursor, cells, theme));
        if is_low && number == cursor {
            list.lines.extend(about.iter().cloned());
        }
        list.end_choice(start);
    }
    if let Some(offer) = offers.get(cursor).filter(|_| !is_low) {
        list.lines.push(Line::default());
        list.lines.extend(about);
        let own = "Your own files are never slimmed by a rule, their bytecode apart; *.dist-info always stays.";
        let own = wrap(own, cells);
        let room = height.saturating_sub(list.lines.len() + own.len() + 1);
        push_packages(&mut list.lines, workspace, offer, room, theme);
        list.lines.push(Line::default());
        list.lines.extend(own.into_iter().map(|line| Line::from(span(line, theme.style(Role::Dim)))));
    }
    list.revealed(frame, popup, cursor)
}

fn head(theme: &Theme) -> Line<'static> {
    let text = format!("{:<24}{:>11}{:>13}   risk", "", "unzipped", "zipped");
    Line::from(span(text, theme.style(Role::Dim)))
}

fn row(offer: &Offer, is_here: bool, cells: usize, theme: &Theme) -> Line<'static> {
    let sign = if offer.is_on { "[x]" } else { "[ ]" };
    let name = left(&format!("{sign} {}", offer.subject.name()), 24, theme.signs.more);
    let risk = format!("   {} {}", u8::from(offer.harm.risk), offer.harm.risk.name());
    let text =
        format!("{name}{}{}{risk}", right(&offer.freed.unzipped.to_string(), 11, ""), zipped(offer.freed, theme));
    let style = theme.style(if is_here { Role::Cursor } else { Role::Text });
    Line::from(span(left(&text, cells, theme.signs.more), style))
}

fn zipped(freed: Freed, theme: &Theme) -> String {
    let words = match freed.zipped {
        Some(zipped) => zipped.to_string(),
        None => "not known".to_owned(),
    };
    right(&theme.signs.text(&words), 13, "")
}

/// What it is and why it is a risk.
fn describe(offer: &Offer, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut say = |text: &str, role: Role| {
        let style = theme.style(role);
        lines.extend(wrap(&theme.signs.text(text), cells).into_iter().map(|line| Line::from(span(line, style))));
    };
    say(&offer.harm.leaves_out, Role::Title);
    say(&format!("risk {}: {}", offer.harm.risk, offer.harm.why), Role::Text);
    if offer.subject == Subject::Services {
        say("name those that stay: bayplan slim PATH --services s3,dynamodb", Role::Text);
    }
    lines
}

/// Whose bytes leave, the largest first, in so many lines.
fn push_packages(lines: &mut Vec<Line<'static>>, workspace: &Workspace, offer: &Offer, room: usize, theme: &Theme) {
    let style = theme.style(Role::Dim);
    let all = offer.packages.len();
    let shown = if all > room { room.saturating_sub(1) } else { all };
    for (index, freed) in offer.packages.iter().take(shown) {
        let title = left(&workspace.bundle.package(*index).title(), 24, theme.signs.more);
        let text = format!("{title}{}{}", right(&freed.unzipped.to_string(), 11, ""), zipped(*freed, theme));
        lines.push(Line::from(span(text, style)));
    }
    if all > shown && room > 0 {
        lines.push(Line::from(span(format!("and {} more packages", all - shown), style)));
    }
}
