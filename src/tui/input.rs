//! From the terminal's events to messages.
//!
//! The mouse is a function of event, layout and what was pressed before; keys are looked up in the keymap. Whatever a
//! cell means is asked of the layout of the frame last drawn, so no coordinate gets past this file.

use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use ratatui::layout::{Position, Rect, Size};

use super::chord::Chord;
use super::keymap::{Context, Keymap, Lookup};
use super::layout::Layout;
use crate::session::{Hand, Message, Overlay, Place, Reach, Session};

/// Two clicks within this time open.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);
/// A list at whose edge something is held scrolls by a row each time that this has passed.
const STRIDE: Duration = Duration::from_millis(40);
/// Rows that one turn of the wheel scrolls.
const WHEEL: isize = 3;

/// What keys mean, and what has to be remembered between events.
#[derive(Debug)]
pub struct Input {
    /// Which key means what.
    pub keymap: Keymap,
    /// The first of two keys.
    pending: Option<Chord>,
    /// Where the left button went down, and on what.
    pressed: Option<(u16, Place)>,
    /// How large the screen was that it went down on.
    pressed_on: Size,
    /// The last click, and whether its pane had the keys already.
    clicked: Option<(Instant, Place)>,
    /// Where the pointer is while it carries something.
    pointer: Option<(u16, u16)>,
    /// Whether Ctrl was held when the pointer last moved with something.
    holds_control: bool,
    /// When a list last scrolled by itself.
    scrolled: Option<Instant>,
}

impl Input {
    /// Nothing is pressed and nothing pending.
    pub fn new(keymap: Keymap) -> Input {
        Input {
            keymap,
            pending: None,
            pressed: None,
            pressed_on: Size::ZERO,
            clicked: None,
            pointer: None,
            holds_control: false,
            scrolled: None,
        }
    }

    /// What an event means.
    pub fn read(&mut self, event: Event, layout: &Layout, session: &Session) -> Vec<Message> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.read_key(&key, session),
            Event::Mouse(mouse) => self.read_mouse(mouse, layout, session),
            Event::Paste(text) => vec![Message::Paste(text)],
            // A button that is let go elsewhere is never told: what is in the hand stays where it was.
            // Told late, of a size that was drawn before the button went down: nothing has moved under the hand.
            Event::Resize(columns, rows) if self.pressed_on == Size::new(columns, rows) => Vec::new(),
            Event::Resize(..) | Event::FocusLost => self.cancel(session),
            _ => Vec::new(),
        }
    }

    /// What it means that the pointer rests at the edge of a pane while it carries something: the pane scrolls.
    pub fn rest(&mut self, layout: &Layout, session: &Session) -> Vec<Message> {
        let Some((column, row)) = self.pointer.filter(|_| is_dragging(session)) else { return Vec::new() };
        if self.scrolled.is_some_and(|when| when.elapsed() < STRIDE) {
            return Vec::new();
        }
        let messages = edge_scroll(column, row, layout);
        if !messages.is_empty() {
            self.scrolled = Some(Instant::now());
        }
        messages
    }

    /// Where the pointer is, while it carries something.
    pub fn pointer(&self, session: &Session) -> Option<Position> {
        self.pointer.filter(|_| is_dragging(session)).map(Position::from)
    }

    fn read_key(&mut self, key: &KeyEvent, session: &Session) -> Vec<Message> {
        let context = context(session);
        let pending = self.pending.take();
        match self.keymap.look_up(context, pending, key) {
            Lookup::Action(action) => {
                self.pressed = None;
                vec![Message::Act(action)]
            }
            Lookup::Pending(chord) => {
                self.pending = Some(chord);
                Vec::new()
            }
            Lookup::Nothing => typed(context, key).into_iter().collect(),
        }
    }

    fn read_mouse(&mut self, mouse: MouseEvent, layout: &Layout, session: &Session) -> Vec<Message> {
        let (column, row) = (mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => self.press(column, row, layout, session),
            MouseEventKind::Drag(MouseButton::Left) => {
                let mut messages = self.drag(column, row, layout, session);
                messages.extend(self.hold(mouse.modifiers, &messages, session));
                messages
            }
            MouseEventKind::Up(MouseButton::Left) => self.release(column, row, layout, session),
            MouseEventKind::Down(_) => self.cancel(session),
            MouseEventKind::ScrollUp => wheel(column, row, -WHEEL, layout),
            MouseEventKind::ScrollDown => wheel(column, row, WHEEL, layout),
            _ => Vec::new(),
        }
    }

    /// A press selects; a second one on the same thing opens, if its pane had the keys already.
    fn press(&mut self, column: u16, row: u16, layout: &Layout, session: &Session) -> Vec<Message> {
        let Some(place) = layout.at(column, row).cloned() else { return Vec::new() };
        if is_dragging(session) {
            return self.cancel(session);
        }
        let again = matches!(&self.clicked, Some((when, what)) if when.elapsed() < DOUBLE_CLICK && *what == place);
        if again {
            self.clicked = None;
            return vec![Message::Open(place)];
        }
        self.clicked = has_focus(session, &place).then(|| (Instant::now(), place.clone()));
        self.pressed = Some((row, place.clone()));
        self.pressed_on = layout.screen.as_size();
        vec![Message::Select(place)]
    }

    /// A drag begins when the pointer leaves the row it was pressed on.
    fn drag(&mut self, column: u16, row: u16, layout: &Layout, session: &Session) -> Vec<Message> {
        let mut messages = Vec::new();
        let left_row = |pressed: u16, place: &Place| pressed != row || layout.at(column, row) != Some(place);
        match &self.pressed {
            Some((pressed, place)) if left_row(*pressed, place) => {
                if let Some(key) = package_of(place) {
                    messages.push(Message::Grab(key));
                }
                self.pressed = None;
                self.clicked = None;
            }
            _ if !is_dragging(session) => return messages,
            _ => {}
        }
        self.pointer = Some((column, row));
        messages.push(Message::Hover(layout.destination_at(column, row)));
        messages
    }

    /// Ctrl that is held takes along what only the packages in the hand need.
    fn hold(&mut self, modifiers: KeyModifiers, so_far: &[Message], session: &Session) -> Option<Message> {
        let begins = so_far.iter().any(|message| matches!(message, Message::Grab(_)));
        let held_before = self.holds_control && !begins;
        self.holds_control = modifiers.contains(KeyModifiers::CONTROL);
        let changed = self.holds_control != held_before && (begins || is_dragging(session));
        let reach = if self.holds_control { Reach::WithNeeds } else { Reach::Alone };
        changed.then_some(Message::Reach(reach))
    }

    /// The place of release decides.
    fn release(&mut self, column: u16, row: u16, layout: &Layout, session: &Session) -> Vec<Message> {
        self.pressed = None;
        self.pointer = None;
        if !is_dragging(session) {
            return Vec::new();
        }
        vec![Message::Hover(layout.destination_at(column, row)), Message::Drop]
    }

    fn cancel(&mut self, session: &Session) -> Vec<Message> {
        self.pressed = None;
        self.pressed_on = Size::ZERO;
        self.pointer = None;
        if is_dragging(session) { vec![Message::Cancel] } else { Vec::new() }
    }
}

/// Where keys count now.
pub fn context(session: &Session) -> Context {
    context_of(session.overlays.last())
}

/// Where keys count below the help.
pub fn open_context(session: &Session) -> Context {
    context_of(session.overlays.iter().rfind(|overlay| !overlay.is_help()))
}

fn context_of(overlay: Option<&Overlay>) -> Context {
    match overlay {
        None => Context::Panes,
        Some(Overlay::Ask(_)) => Context::Question,
        Some(Overlay::Prompt(_) | Overlay::Help { .. }) => Context::Typing,
        Some(Overlay::Details { .. }) => Context::Reading,
        Some(Overlay::Export(_)) => Context::Exporting,
        Some(Overlay::Fit(_) | Overlay::Slimming { .. } | Overlay::Findings { .. }) => Context::Choosing,
    }
}

/// A letter, where letters are text.
fn typed(context: Context, key: &KeyEvent) -> Option<Message> {
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match key.code {
        KeyCode::Char(letter) if context == Context::Typing && plain => Some(Message::Type(letter)),
        _ => None,
    }
}

/// Whether the mouse carries something. What the keys carry is theirs.
fn is_dragging(session: &Session) -> bool {
    let drag = session.workspace().and_then(|workspace| workspace.drag.as_ref());
    drag.is_some_and(|drag| drag.hand == Hand::Mouse)
}

fn has_focus(session: &Session, place: &Place) -> bool {
    use crate::session::Focus;
    let Some(workspace) = session.workspace() else { return false };
    match place {
        Place::Row(_) | Place::Tree | Place::Rest | Place::View(_) => workspace.focus == Focus::Tree,
        Place::Bucket(_) => workspace.focus == Focus::Buckets,
        Place::Findings | Place::Choice(_) => true,
        Place::Overlay => false,
    }
}

fn package_of(place: &Place) -> Option<crate::model::package::PackageKey> {
    match place {
        Place::Row(id) => id.package.clone(),
        Place::Bucket(cursor) => cursor.package.clone(),
        Place::Tree | Place::Rest | Place::View(_) | Place::Findings | Place::Choice(_) | Place::Overlay => None,
    }
}

fn wheel(column: u16, row: u16, rows: isize, layout: &Layout) -> Vec<Message> {
    layout.at(column, row).cloned().map(|place| Message::Scroll { place, rows }).into_iter().collect()
}

/// At the first or last row of a list the list scrolls by itself; the tree also on its border.
fn edge_scroll(column: u16, row: u16, layout: &Layout) -> Vec<Message> {
    let lists =
        std::iter::once(layout.tree_rows()).chain((0..layout.shelves.len()).map(|shelf| layout.shelf_rows(shelf)));
    let is_in = |area: &Rect| area.contains(Position { x: column, y: row });
    let list = lists.into_iter().find(|area| area.height > 2 && is_in(area));
    let here = match list {
        Some(area) => layout.at(column, row).map(|place| (area, place.clone())),
        None => (layout.tree_rows().height > 2 && is_in(&layout.tree)).then(|| (layout.tree_rows(), Place::Tree)),
    };
    let Some((area, place)) = here else { return Vec::new() };
    match row {
        _ if row <= area.top() => vec![Message::Scroll { place, rows: -1 }],
        _ if row + 1 >= area.bottom() => vec![Message::Scroll { place, rows: 1 }],
        _ => Vec::new(),
    }
}
