//! The terminal's background: asked for, and its answer told from what is typed.
//!
//! Nothing waits for the answer. The question goes out, the first frame is drawn as the environment lets suppose, and
//! when the answer comes in among the keys, in a moment, late, or in pieces, it is taken out and the colours follow. A
//! terminal that says nothing costs nothing. The answer is `ESC ] 11 ; rgb:R/G/B` up to BEL or `ESC \`, which crossterm
//! does not know and reads as keys: Alt-] and letters.

use std::io::{self, Write};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::colour::Ground;

/// Asks for the background's colour.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
/// How an answer begins behind its `ESC ]`.
const START: &str = "11;";
/// No answer is longer.
const LONGEST: usize = 40;

/// Asks the terminal, and returns who hears the answer.
pub fn ask(terminal: &mut impl Write) -> io::Result<Listener> {
    terminal.write_all(QUESTION)?;
    terminal.flush()?;
    Ok(Listener { is_waiting: true, ..Listener::default() })
}

/// Tells an answer from keys. Keys that may begin one are held back until the next event, or until none comes.
#[derive(Debug, Default)]
pub struct Listener {
    is_waiting: bool,
    held: Vec<Event>,
    /// What followed `ESC ]`; `None`: that has not come yet.
    answer: Option<String>,
}

/// What an event was.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// No answer: events to be read as they are, none if more has to come first.
    Events(Vec<Event>),
    /// The answer.
    Ground(Ground),
}

impl Listener {
    /// Takes one event in.
    pub fn hear(&mut self, event: Event) -> Heard {
        if !self.is_waiting {
            return Heard::Events(vec![event]);
        }
        let key = match &event {
            Event::Key(key) => Some(*key),
            _ => None,
        };
        self.held.push(event);
        let Some(key) = key else { return Heard::Events(self.give_up()) };
        match self.answer.as_mut() {
            None => self.begin(key),
            Some(answer) => match part(key) {
                Part::Letter(letter) if answer.len() < LONGEST => {
                    answer.push(letter);
                    let is_one = START.starts_with(answer.as_str()) || answer.starts_with(START);
                    if is_one { Heard::Events(Vec::new()) } else { Heard::Events(self.give_up()) }
                }
                Part::Escape => Heard::Events(Vec::new()),
                Part::End => self.end(),
                // Longer than any answer: whatever it is, nobody typed it.
                Part::Letter(_) if answer.starts_with(START) => self.end(),
                Part::Letter(_) | Part::Other => Heard::Events(self.give_up()),
            },
        }
    }

    /// Whether a key waits to be told from an answer.
    pub fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// Nothing more comes for the moment: what was held back is keys, unless it is surely the first part of an answer.
    pub fn rest(&mut self) -> Vec<Event> {
        let is_answer = self.answer.as_ref().is_some_and(|answer| answer.starts_with(START));
        if is_answer { Vec::new() } else { self.give_up() }
    }

    fn give_up(&mut self) -> Vec<Event> {
        self.answer = None;
        std::mem::take(&mut self.held)
    }

    /// `ESC ]`, as one event or as two.
    fn begin(&mut self, key: KeyEvent) -> Heard {
        let was_escape = self.held.len() == 2;
        match key.code {
            KeyCode::Esc if !was_escape => Heard::Events(Vec::new()),
            KeyCode::Char(']') if key.modifiers == KeyModifiers::ALT || was_escape => {
                self.answer = Some(String::new());
                Heard::Events(Vec::new())
            }
            _ => Heard::Events(self.give_up()),
        }
    }

    /// The answer is whole. One that cannot be understood is no key either.
    fn end(&mut self) -> Heard {
        let answer = self.answer.take().unwrap_or_default();
        let ground = answer.strip_prefix(START).and_then(Ground::of_answer);
        match ground {
            Some(ground) => {
                self.is_waiting = false;
                self.held.clear();
                Heard::Ground(ground)
            }
            None if answer.starts_with(START) => {
                self.held.clear();
                Heard::Events(Vec::new())
            }
            None => Heard::Events(self.give_up()),
        }
    }
}

/// What a key is in an answer.
enum Part {
    Letter(char),
    /// The first half of `ESC \`, where that comes as two events.
    Escape,
    End,
    Other,
}

fn part(key: KeyEvent) -> Part {
    match (key.code, key.modifiers) {
        (KeyCode::Char('\\'), _) => Part::End,
        (KeyCode::Char('g'), KeyModifiers::CONTROL) => Part::End,
        (KeyCode::Char(letter), KeyModifiers::NONE | KeyModifiers::SHIFT) => Part::Letter(letter),
        (KeyCode::Esc, _) => Part::Escape,
        _ => Part::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    fn letters(text: &str) -> Vec<Event> {
        text.chars().map(|letter| key(KeyCode::Char(letter), KeyModifiers::NONE)).collect()
    }

    fn answer(text: &str, end: Event) -> Vec<Event> {
        let mut events = vec![key(KeyCode::Char(']'), KeyModifiers::ALT)];
        events.extend(letters(text));
        events.push(end);
        events
    }

    fn st() -> Event {
        key(KeyCode::Char('\\'), KeyModifiers::ALT)
    }

    /// What comes out: events, and the ground if it was told.
    fn hear(events: Vec<Event>) -> (Vec<Event>, Option<Ground>) {
        let mut listener = ask(&mut Vec::new()).unwrap();
        let (mut out, mut ground) = (Vec::new(), None);
        for event in events {
            match listener.hear(event) {
                Heard::Events(events) => out.extend(events),
                Heard::Ground(told) => ground = Some(told),
            }
        }
        out.extend(listener.rest());
        (out, ground)
    }

    #[test]
    fn an_answer_is_heard_and_none_of_it_is_typed() {
        let bell = key(KeyCode::Char('g'), KeyModifiers::CONTROL);
        assert_eq!(hear(answer("11;rgb:1616/1818/1d1d", st())), (vec![], Some(Ground::Dark)));
        assert_eq!(hear(answer("11;rgb:ffff/ffff/ffff", bell)), (vec![], Some(Ground::Light)));
        let mut between = letters("j");
        between.extend(answer("11;rgb:ff/ff/ff", st()));
        between.extend(letters("k"));
        assert_eq!(hear(between), (letters("jk"), Some(Ground::Light)), "what is typed around it stays");
    }

    #[test]
    fn an_answer_that_comes_in_pieces_is_one_too() {
        let mut events = vec![key(KeyCode::Esc, KeyModifiers::NONE)];
        events.extend(letters("]11;rgb:0/0/0"));
        events.push(key(KeyCode::Esc, KeyModifiers::NONE));
        events.extend(letters("\\"));
        assert_eq!(hear(events), (vec![], Some(Ground::Dark)));
    }

    #[test]
    fn garbage_is_swallowed_and_keys_are_not() {
        assert_eq!(hear(answer("11;what?", st())), (vec![], None));
        let typed = vec![key(KeyCode::Char(']'), KeyModifiers::ALT), key(KeyCode::Char('1'), KeyModifiers::NONE)];
        assert_eq!(hear(typed.clone()), (typed, None), "Alt-] and 1 are keys if nothing follows");
        let escape = vec![key(KeyCode::Esc, KeyModifiers::NONE), key(KeyCode::Char('q'), KeyModifiers::NONE)];
        assert_eq!(hear(escape.clone()), (escape, None));
        let twice = vec![key(KeyCode::Esc, KeyModifiers::NONE); 2];
        assert_eq!(hear(twice.clone()), (twice, None));
    }

    #[test]
    fn after_the_answer_nothing_is_held_back() {
        let mut listener = ask(&mut Vec::new()).unwrap();
        for event in answer("11;rgb:0/0/0", st()) {
            listener.hear(event);
        }
        let escape = key(KeyCode::Esc, KeyModifiers::NONE);
        assert_eq!(listener.hear(escape.clone()), Heard::Events(vec![escape]));
    }
}
