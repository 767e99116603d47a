//! `terminal`: what a terminal sends, from its bytes to the session and back to the screen.
//!
//! Bytes become events by `terminput`, whose reader is that of crossterm, which cannot be called with bytes. What crossterm
//! itself makes of them is tried in a terminal, by `tests/monkey.rs`.

use bayplan::tui::background::{self, Heard, Listener};
use bayplan::tui::colour::{Depth, Ground};
use bayplan::tui::frame;
use bayplan::tui::input::Input;
use bayplan::tui::keymap::KEYMAP;
use bayplan::tui::layout::Layout;
use bayplan::tui::theme::{Alphabet, Theme, Wish};
use crossterm::event::Event;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::draw::Draw;
use super::messages::{Talk, adds_up};

/// So many events are taken in at most.
const MOST: usize = 300;
/// So many come in before a frame is drawn.
const BATCH: usize = 8;

/// Types and clicks what the bytes say. The first two say how large the screen is.
pub fn terminal(bytes: &[u8]) {
    let mut sizes = Draw::new(bytes);
    let size = (u16::from(sizes.byte()).max(1), u16::from(sizes.byte() % 64).max(1));
    let sent = bytes.get(2..).unwrap_or_default();
    let mut desk = Desk::new(size, sent);
    for (number, event) in events(sent).into_iter().take(MOST).enumerate() {
        desk.take(event);
        adds_up(&desk.talk.session);
        if number % BATCH == 0 {
            desk.draw();
        }
    }
    desk.rest();
    desk.draw();
    desk.talk.ends_well();
}

/// What crossterm makes of bytes as they come in one by one.
fn events(bytes: &[u8]) -> Vec<Event> {
    let (mut events, mut held) = (Vec::new(), Vec::new());
    for (place, byte) in bytes.iter().enumerate() {
        held.push(*byte);
        // Whether it is the key or begins something is told by what comes next.
        if held == b"\x1b" && place + 1 < bytes.len() {
            continue;
        }
        match terminput::Event::parse_from(&held) {
            Ok(None) => {}
            Ok(Some(event)) => {
                events.extend(terminput_crossterm::to_crossterm(event).ok());
                held.clear();
            }
            Err(_) => held.clear(),
        }
    }
    events
}

/// The program without its terminal, as the loop runs it.
struct Desk<'b> {
    talk: Talk,
    input: Input,
    listener: Listener,
    layout: Layout,
    screen: Terminal<TestBackend>,
    looks: Wish,
    answers: Draw<'b>,
}

impl<'b> Desk<'b> {
    fn new((columns, rows): (u16, u16), answers: &'b [u8]) -> Desk<'b> {
        let looks = Wish { palette: None, ground: Ground::Dark, depth: Depth::Sixteen, alphabet: Alphabet::Unicode };
        let mut desk = Desk {
            talk: Talk::new(),
            input: Input::new(KEYMAP.clone()),
            listener: background::ask(&mut Vec::new()).expect("memory can be written to"),
            layout: Layout::default(),
            screen: Terminal::new(TestBackend::new(columns, rows)).expect("memory can be drawn on"),
            looks,
            answers: Draw::new(answers),
        };
        desk.draw();
        desk
    }

    fn draw(&mut self) {
        let hand = self.input.pointer(&self.talk.session);
        let (keymap, theme) = (&self.input.keymap, Theme::new(self.looks));
        self.layout = frame::draw(&mut self.screen, &mut self.talk.session, hand, keymap, &theme)
            .expect("memory can be drawn on");
        let cells = self.screen.backend().buffer().content();
        assert!(cells.iter().all(|cell| !cell.symbol().contains(char::is_control)), "no raw byte gets to the screen");
    }

    fn take(&mut self, event: Event) {
        match self.listener.hear(event) {
            Heard::Events(events) => events.into_iter().for_each(|event| self.read(event)),
            Heard::Ground(ground) => self.looks.ground = ground,
        }
    }

    /// Nothing more comes for the moment.
    fn rest(&mut self) {
        self.listener.rest().into_iter().for_each(|event| self.read(event));
        let messages = self.input.rest(&self.layout, &self.talk.session);
        messages.into_iter().for_each(|message| self.talk.say(message, &mut self.answers));
    }

    fn read(&mut self, event: Event) {
        for message in self.input.read(event, &self.layout, &self.talk.session) {
            self.talk.say(message, &mut self.answers);
        }
    }
}
