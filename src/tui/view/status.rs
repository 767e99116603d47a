//! The last line: what is typed, what letting go would do, what happened last, or the most useful keys.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Clear;

use super::super::keymap::{Context, Keymap};
use super::super::layout::Layout;
use super::super::text::{cut, span, width, wrap};
use super::super::theme::{Role, Theme};
use crate::model::finding::Severity;
use crate::session::{Action, Notice, Overlay, PackProgress, Phrase, Prompt, PromptPurpose, Session, Stage};

pub(super) fn render(frame: &mut Frame<'_>, layout: &Layout, session: &Session, keymap: &Keymap, theme: &Theme) {
    let area = layout.status;
    let drag = session.drag_words();
    match (session.overlays.last(), drag) {
        (Some(Overlay::Prompt(prompt)), _) => render_prompt(frame, layout, prompt, theme),
        (_, Some(parts)) => render_drag(frame, layout, &parts, theme),
        _ => match notice(session, theme) {
            Some((words, role)) => render_whole(frame, layout.screen, area.bottom(), &words, role, theme),
            None => frame.render_widget(idle_line(session, usize::from(area.width), keymap, theme), area),
        },
    }
}

/// What happened last, while nothing else goes on.
fn notice(session: &Session, theme: &Theme) -> Option<(String, Role)> {
    match session.notice.as_ref().filter(|_| session.packing.is_none())? {
        Notice::Told(words) => Some((words.clone(), Role::Text)),
        Notice::Refused(words) => Some((format!("{} {words}", theme.signs.severity(Severity::Error)), Role::Error)),
    }
}

/// Words on as many lines as they take, the last above `bottom`: they cover what stands there for as long as they are
/// shown, because what went wrong and its cure are worth more. Not more than half the screen.
fn render_whole(frame: &mut Frame<'_>, screen: Rect, bottom: u16, words: &str, role: Role, theme: &Theme) {
    let cells = usize::from(screen.width).saturating_sub(2);
    let most = usize::from(screen.height / 2).max(1);
    let mut lines = wrap(&theme.signs.text(words), cells);
    if lines.len() > most {
        lines.truncate(most);
        lines[most - 1].push_str(theme.signs.more);
    }
    let height = lines.len() as u16;
    let area = Rect { y: bottom.saturating_sub(height), height, ..screen }.intersection(screen);
    frame.render_widget(Clear, area);
    for (line, row) in lines.iter().zip(area.rows()) {
        frame.render_widget(span(format!(" {line}"), theme.style(role)), row);
    }
}

/// The line about the drag; it may take the lines of the findings too, because nothing else matters now.
fn render_drag(frame: &mut Frame<'_>, layout: &Layout, parts: &[Phrase], theme: &Theme) {
    let area = layout.findings.union(layout.status);
    frame.render_widget(Clear, area);
    let cells = usize::from(area.width).saturating_sub(2);
    let lines = set(parts, cells, usize::from(area.height), theme);
    let first = area.height.saturating_sub(lines.len() as u16);
    for (line, row) in lines.iter().zip(area.rows().skip(usize::from(first))) {
        frame.render_widget(span(format!(" {}", cut(line, cells, theme.signs.more)), theme.style(Role::Title)), row);
    }
}

/// Phrases set on so many lines at most. They come in the order of their weight: where they do not fit, the last are
/// shortened first, then left away.
fn set(phrases: &[Phrase], cells: usize, height: usize, theme: &Theme) -> Vec<String> {
    let mut parts: Vec<String> = phrases.iter().map(|phrase| theme.signs.text(&phrase.long)).collect();
    let mut lines = fill(&parts, cells, theme.signs.between);
    for (place, phrase) in phrases.iter().enumerate().rev() {
        if lines.len() <= height {
            break;
        }
        parts[place] = theme.signs.text(&phrase.short);
        lines = fill(&parts, cells, theme.signs.between);
    }
    lines.truncate(height);
    lines
}

/// Parts set on as few lines as they need; one that is wider than a line is broken at its spaces.
fn fill(parts: &[String], cells: usize, between: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line) + width(between) + width(part) <= cells => {
                line.push_str(between);
                line.push_str(part);
            }
            _ => lines.extend(wrap(part, cells)),
        }
    }
    lines
}

/// The line being typed; above it what was wrong with the last try.
fn render_prompt(frame: &mut Frame<'_>, layout: &Layout, prompt: &Prompt, theme: &Theme) {
    let area = layout.status;
    let label = match &prompt.purpose {
        PromptPurpose::Filter => " / ".to_owned(),
        PromptPurpose::PackFolder => " pack into the folder: ".to_owned(),
        PromptPurpose::ExportFolder(tool, _) => format!(" write {} into the folder: ", tool.name()),
        PromptPurpose::RenameLayer(name) => format!(" new name of layer {name}: "),
    };
    let typed = prompt.input.value();
    if let Some(error) = &prompt.error {
        let error = format!("{} {error}", theme.signs.severity(Severity::Error));
        render_whole(frame, layout.screen, area.y, &error, Role::Error, theme);
    }
    let column = width(&label) + prompt.input.visual_cursor();
    let spans = vec![span(label, theme.style(Role::Brand)), span(typed, theme.style(Role::Text))];
    frame.render_widget(Line::from(spans), area);
    let x = area.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(area.right().saturating_sub(1));
    frame.set_cursor_position(Position { x, y: area.y });
}

/// The most useful keys, the most needed first.
const KEYS: [(Action, &str); 12] = [
    (Action::Help, "help"),
    (Action::Move, "move"),
    (Action::LeaveOut, "leave out"),
    (Action::Undo, "undo"),
    (Action::Fit, "fit"),
    (Action::Slimming, "slim"),
    (Action::NextView, "view"),
    (Action::Save, "save"),
    (Action::Quit, "quit"),
    (Action::Filter, "filter"),
    (Action::Details, "details"),
    (Action::Findings, "findings"),
];

/// As many keys as there is room for, each whole.
fn key_line(cells: usize, keymap: &Keymap, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    let mut room = cells;
    for (action, does) in KEYS {
        let Some(key) = keymap.key_of(Context::Panes, action) else { continue };
        let taken = width(key) + width(does) + 4;
        if taken > room {
            continue;
        }
        room -= taken;
        spans.push(span(format!(" {key}"), theme.style(Role::Brand)));
        spans.push(span(format!(" {does}  "), theme.style(Role::Dim)));
    }
    Line::from(spans)
}

fn packing_words(progress: &PackProgress, keymap: &Keymap) -> String {
    let key = keymap.called(Context::Panes, Action::Escape);
    let PackProgress { done, all, seconds } = progress;
    format!(" packing {} of {} MB, {seconds} s   {key} cancels", done.in_megabytes(), all.in_megabytes())
}

fn scanning_words(keymap: &Keymap) -> String {
    let key = |action| keymap.called(Context::Panes, action);
    format!(" {} quit   {} help", key(Action::Quit), key(Action::Help))
}

fn idle_line(session: &Session, cells: usize, keymap: &Keymap, theme: &Theme) -> Line<'static> {
    if let Some(progress) = &session.packing {
        let line = span(cut(&packing_words(progress, keymap), cells, theme.signs.more), theme.style(Role::Title));
        return Line::from(line);
    }
    match session.stage {
        Stage::Scanning(_) => {
            Line::from(span(cut(&scanning_words(keymap), cells, theme.signs.more), theme.style(Role::Dim)))
        }
        // What lies on top has its own keys on its own border.
        Stage::Open(_) if !session.overlays.is_empty() => Line::default(),
        Stage::Open(_) => key_line(cells, keymap, theme),
    }
}
