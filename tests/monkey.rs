//! A monkey at the keys and the mouse: whatever is typed and dragged, nothing panics, no byte is lost, and the terminal
//! is left as it was.
//!
//! `BAYPLAN_MONKEY=1000000 cargo test --release --test monkey` lets it do a million things to the session and as many
//! bytes to the terminal; `BAYPLAN_MONKEY_SEED` another seed. Without them it is a small one, the same each time.

#[path = "support/chance.rs"]
mod chance;
#[cfg(unix)]
#[path = "support/pty.rs"]
mod pty;
#[path = "support/restless.rs"]
mod restless;
#[path = "support/story.rs"]
mod story;

use bayplan::deploy::{Mode, NamedFile, Shape, Tool};
use bayplan::model::bytes::Bytes;
use bayplan::model::plan::Plan;
use bayplan::model::slim::Slim;
use bayplan::session::{Action, Effect, Hindrance, Message, Outlook, PackProgress, Session, Sheet};
use bayplan::tui::colour::{Depth, Ground};
use bayplan::tui::frame;
use bayplan::tui::input::Input;
use bayplan::tui::keymap::KEYMAP;
use bayplan::tui::layout::Layout;
use bayplan::tui::theme::{Alphabet, Theme, Wish};
use chance::{Chance, events};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use restless::Restless;
use story::{session, workspace};

const EVERYTHING: Bytes = Bytes(370_064_218);

/// The program without its terminal, as the loop runs it.
struct Desk {
    session: Session,
    input: Input,
    layout: Layout,
    screen: Terminal<TestBackend>,
    theme: Theme,
    fresh: Plan,
}

impl Desk {
    fn new() -> Desk {
        let session = session();
        let fresh = workspace(&session).plan().clone();
        let screen = Terminal::new(TestBackend::new(80, 24)).expect("memory can be drawn on");
        let theme = Theme::new(Wish {
            palette: None,
            ground: Ground::Dark,
            depth: Depth::Sixteen,
            alphabet: Alphabet::Unicode,
        });
        let mut desk =
            Desk { session, input: Input::new(KEYMAP.clone()), layout: Layout::default(), screen, theme, fresh };
        desk.draw();
        desk
    }

    fn draw(&mut self) {
        let hand = self.input.pointer(&self.session);
        let keymap = &self.input.keymap;
        self.layout = frame::draw(&mut self.screen, &mut self.session, hand, keymap, &self.theme)
            .expect("memory can be drawn on");
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.screen = Terminal::new(TestBackend::new(columns, rows)).expect("memory can be drawn on");
        self.event(Event::Resize(columns, rows), &mut Chance::new(1));
    }

    fn event(&mut self, event: Event, chance: &mut Chance) {
        for message in self.input.read(event, &self.layout, &self.session) {
            self.say(message, chance);
        }
    }

    /// Tells the session, and does what it asks for, well or badly.
    fn say(&mut self, message: Message, chance: &mut Chance) {
        for effect in self.session.update(message) {
            let Some(workspace) = self.session.workspace() else { continue };
            let plan = Box::new(workspace.plan().clone());
            let failed = || Message::Failed("the disk is full".to_owned());
            let said = match effect {
                Effect::Save { .. } => match chance.below(3) {
                    0 => failed(),
                    1 => Message::SaveConflict("somebody else wrote it".to_owned()),
                    _ => Message::Saved { plan, words: "saved".to_owned() },
                },
                Effect::AskWhereToPack => Message::PackWhere("artifacts".to_owned()),
                Effect::Pack(_) => Message::Packing(PackProgress::default()),
                Effect::CancelPack => Message::Packed(Err("cancelled".to_owned())),
                Effect::DraftExport => match chance.below(4) {
                    0 => continue,
                    1 => Message::Drafted { plan, sheets: sheets(Err("the handler is not known".to_owned())) },
                    _ => Message::Drafted { plan, sheets: sheets(Ok(file())) },
                },
                Effect::Export(wish) => {
                    let hindrance = if chance.below(2) == 0 { Hindrance::Errors } else { Hindrance::Existing };
                    let words = "it is there already".to_owned();
                    match chance.below(4) {
                        0 => Message::Exported(Ok("wrote it".to_owned())),
                        1 => Message::Exported(Err("the disk is full".to_owned())),
                        _ if wish.despite.contains(&hindrance) => Message::Exported(Ok("wrote over it".to_owned())),
                        _ => Message::ExportHindered { wish, hindrance, words },
                    }
                }
                Effect::Rescan => match chance.below(20) {
                    0 => Message::Opened(Box::new(story::opened(story::bundle()))),
                    _ => failed(),
                },
                Effect::Foresee => match Outlook::of_drop(workspace).filter(|_| chance.below(8) == 0) {
                    Some(outlook) => outlook.judge(),
                    None => continue,
                },
                _ => continue,
            };
            self.say(said, chance);
        }
    }

    fn check(&self) {
        let workspace = workspace(&self.session);
        let cargo = &workspace.assessment.cargo;
        let kept: Bytes = workspace.bundle.indexed().map(|(index, _)| cargo.load(index).unzipped).sum();
        let everything = workspace.shown_budgets().everything();
        assert_eq!(everything, kept, "the buckets hold what slimming keeps, each byte once");
        let is_whole = *workspace.plan().slim() == Slim::default();
        assert!(everything == EVERYTHING || !is_whole && everything < EVERYTHING, "no byte is made or lost");
        assert!(workspace.plan().layers().len() <= 5);
        assert!(workspace.tree.cursor < workspace.tree.rows.len().max(1), "the cursor is on a row");
    }

    /// Takes everything back, as far as the history goes.
    fn undo_all(&mut self) {
        self.session.update(Message::Cancel);
        self.session.overlays.clear();
        while self.session.why_not(Action::Undo).is_none() {
            self.session.update(Message::Act(Action::Undo));
        }
        assert_eq!(*workspace(&self.session).plan(), self.fresh, "undone to the end, the plan is as it was opened");
    }
}

/// A file with wide letters and long lines.
fn file() -> NamedFile {
    let text = (0..60).map(|number| format!("{} 猫 é \u{202e}\u{1b}[31m\n", "ab ".repeat(number))).collect();
    NamedFile { name: "猫/template.yaml".to_owned(), text, mode: Mode::Plain }
}

/// The same for each tool, and for no other shape than the whole.
fn sheets(outcome: Result<NamedFile, String>) -> Vec<Sheet> {
    let files = outcome.map(|file| vec![file]);
    Tool::ALL.map(|tool| Sheet::new(tool, Shape::Complete, tool.name().to_owned(), files.clone())).to_vec()
}

fn key(chance: &mut Chance) -> Event {
    const CODES: &[KeyCode] = &[
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(1),
    ];
    const LETTERS: &str = "jkhlgG123456789 v*mxpHLd+e[]zuZ/nNsoaU-=fSi!wPrRyM?qQtTbEabc猫é";
    let letters: Vec<char> = LETTERS.chars().collect();
    let code = if chance.below(3) == 0 { *chance.pick(CODES) } else { KeyCode::Char(*chance.pick(&letters)) };
    let modifiers = match chance.below(12) {
        0 => KeyModifiers::CONTROL,
        1 => KeyModifiers::SHIFT,
        2 => KeyModifiers::ALT,
        _ => KeyModifiers::NONE,
    };
    Event::Key(KeyEvent::new(code, modifiers))
}

fn mouse(chance: &mut Chance, columns: u16, rows: u16) -> Event {
    const KINDS: &[MouseEventKind] = &[
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::Down(MouseButton::Right),
        MouseEventKind::Moved,
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
    ];
    let modifiers = if chance.below(6) == 0 { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
    // Now and then beyond the screen, as after a resize.
    let (column, row) = (chance.below(u32::from(columns) + 3) as u16, chance.below(u32::from(rows) + 3) as u16);
    Event::Mouse(MouseEvent { kind: *chance.pick(KINDS), column, row, modifiers })
}

const SIZES: &[(u16, u16)] =
    &[(80, 24), (100, 30), (60, 16), (1, 1), (300, 100), (80, 24), (1, 200), (200, 1), (59, 15), (120, 40), (7, 3)];

#[test]
fn whatever_is_typed_and_dragged_no_byte_is_lost() {
    let mut chance = Chance::seeded();
    let mut desk = Desk::new();
    let count = events(2_000);
    for number in 0..count {
        let size = desk.screen.size().expect("memory has a size");
        let event = match chance.below(40) {
            0 => Event::FocusLost,
            1 => Event::Paste("numpy\r\n\u{1b}[31m猫".to_owned()),
            2..=18 => key(&mut chance),
            _ => mouse(&mut chance, size.width, size.height),
        };
        desk.event(event, &mut chance);
        let resting = desk.input.rest(&desk.layout, &desk.session);
        resting.into_iter().for_each(|message| desk.say(message, &mut chance));
        desk.check();
        if number % 97 == 0 {
            let (columns, rows) = *chance.pick(SIZES);
            desk.resize(columns, rows);
        }
        if number % 3 == 0 {
            desk.draw();
        }
        if number % 1_000 == 999 {
            desk.undo_all();
        }
    }
    desk.resize(1000, 1000);
    desk.draw();
    desk.undo_all();
}

#[test]
fn a_window_that_changes_while_a_frame_is_made_is_drawn_in() {
    let mut desk = Desk::new();
    let mut screen = Terminal::new(Restless::new(SIZES)).expect("memory can be drawn on");
    // Each view, with and without something over it.
    for letter in "?t?t?t?".chars() {
        desk.event(Event::Key(KeyCode::Char(letter).into()), &mut Chance::new(1));
        // As many frames as there are sizes: however often a frame asks, each size comes at each question.
        for _ in SIZES {
            let layout = frame::draw(&mut screen, &mut desk.session, None, &KEYMAP, &desk.theme);
            desk.layout = layout.expect("memory can be drawn on");
        }
        desk.event(Event::Key(KeyCode::Esc.into()), &mut Chance::new(1));
    }
}

#[cfg(unix)]
mod in_a_terminal {
    use super::pty::{Key, Terminal};
    use super::{Chance, events};

    /// What the monkey sends: letters, keys, wheels, drags, torn sequences. Never Ctrl-z, which would stop the program,
    /// Ctrl-c, after which it throws away what is typed, or Ctrl-s, which stops the terminal itself while a shell has it;
    /// and nothing that begins a paste, which would swallow all that comes after it.
    fn bytes(chance: &mut Chance) -> Vec<u8> {
        const KEYS: &[Key] = &[Key::Enter, Key::Esc, Key::Tab, Key::Up, Key::Down, Key::Home, Key::End, Key::F1];
        match chance.below(12) {
            0..=4 => {
                let button = *chance.pick(&[0, 32, 32, 32, 48, 64, 65, 2, 35, 99]);
                let (column, row) = (chance.below(120), chance.below(40));
                let end = *chance.pick(&['M', 'M', 'M', 'm']);
                format!("\x1b[<{button};{column};{row}{end}").into_bytes()
            }
            5 => chance.pick(KEYS).bytes(),
            6 => chance
                .pick(&["\x1b[", "\x1bO", "\x1b[<0;", "\x1b[M   ", "\x1b[1;2", "\x1b[O", "\x1b[I"])
                .as_bytes()
                .to_vec(),
            7 => vec![(0x80 + chance.below(0x80)) as u8],
            8 => vec![chance.below(0x20) as u8].into_iter().filter(|byte| !b"\x03\x13\x1a".contains(byte)).collect(),
            // Leaving is left to the end, and what is exported goes wherever something types.
            _ => vec![(0x20 + chance.below(0x5f)) as u8].into_iter().filter(|byte| !b"qQE".contains(byte)).collect(),
        }
    }

    #[test]
    fn whatever_a_terminal_sends_the_program_ends_as_it_should() {
        let mut chance = Chance::seeded();
        let mut left = events(1_500);
        while left > 0 {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            // A shell would do what the monkey types.
            let opening = Terminal::open(24, 80).env("SHELL", "/bin/true").in_folder(folder.path());
            let terminal = opening.run(&["demo"]);
            terminal.wait_for("over by 102.9 MB");
            for number in 0..left.min(20_000) {
                if terminal.has_ended() {
                    break;
                }
                terminal.send(&bytes(&mut chance));
                left -= 1;
                if number % 211 == 210 {
                    let (columns, rows) = *chance.pick(super::SIZES);
                    terminal.resize(rows, columns);
                }
            }
            terminal.resize(1000, 1000);
            terminal.resize(24, 80);
            // The end of whatever was torn, a report of the mouse, a key or an answer to a question, which crossterm hears
            // to its end; then out by Ctrl-c.
            terminal.send_until_ended(b"M~c\x1b[201~\x03");
            terminal.wait_exit().assert_clean(0);
        }
    }
}
