//! The loop: events in, messages to the session, effects out, one frame for each drained batch.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{self, Event};
use crossterm::execute;
use crossterm::terminal::{Clear, ClearType};

use super::background::{self, Heard, Listener};
use super::export_work::ExportJob;
use super::frame;
use super::guard::{Guard, Screen};
use super::input::Input;
use super::keymap::Keymap;
use super::layout::Layout;
use super::log;
use super::pack_work::PackJob;
use super::seer::Seer;
use super::shell;
use super::theme::{Theme, Wish};
use super::work::{Desk, Job};
use crate::session::{Arranging, Effect, Message, Outlook, Session, Stage};
use crate::workflow::LoadOptions;

/// How often the loop looks up when nothing is typed: for progress, signals and scrolling at an edge.
const TICK: Duration = Duration::from_millis(50);
/// So long a key is held back that may begin the terminal's answer: less than anybody feels.
const HELD: Duration = Duration::from_millis(8);
/// An empty queue is seen only by waiting a moment: with no wait at all, some terminals never show theirs as empty.
const DRAINED: Duration = Duration::from_millis(1);
/// So many events are taken in before a frame is drawn, so that a flood of them cannot freeze the picture.
const BATCH: usize = 512;

/// How the screen is to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the mouse is captured at first.
    pub mouse: bool,
    /// Which key means what.
    pub keymap: Keymap,
    /// Looks and signs.
    pub looks: Wish,
    /// Where to write down what happens; `None`: nowhere.
    pub log: Option<PathBuf>,
}

/// How the session ended.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing is to be said.
    Quit,
    /// The plan and what it comes to are to be printed.
    Print(Box<Session>),
}

/// Why the screen could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The terminal refused something.
    #[error("the terminal cannot be used: {0}\nprint the report instead: bayplan report PATH")]
    Terminal(#[from] io::Error),
    /// The log cannot be written.
    #[error("{}: the log cannot be written: {}; name another file with --log", crate::model::escape::printable(.0.as_os_str().as_encoded_bytes()), .1)]
    Log(PathBuf, io::Error),
    /// The bundle could not be opened.
    #[error("{0}")]
    Load(String),
}

/// Opens the screen on a path and returns when the user leaves.
pub fn run(path: &Path, options: &LoadOptions, settings: &Settings) -> Result<Outcome, ScreenError> {
    let title = path.file_name().unwrap_or(path.as_os_str());
    let title = crate::model::escape::printable(title.as_encoded_bytes());
    if let Some(file) = &settings.log {
        log::begin(file).map_err(|error| ScreenError::Log(file.clone(), error))?;
    }
    let guard = Guard::take(settings.mouse)?;
    let mut loop_ = Loop {
        screen: guard.screen()?,
        guard,
        session: Session::scanning(title, settings.mouse, settings.keymap.names()),
        input: Input::new(settings.keymap.clone()),
        layout: Layout::default(),
        desk: Desk::new(path, options),
        loading: None,
        fitting: None,
        seer: Seer::new(),
        arranger: Seer::new(),
        wants_rows: false,
        packing: None,
        exporting: None,
        theme: Theme::new(settings.looks),
        looks: settings.looks,
        listener: Listener::default(),
        is_stale: true,
        is_torn: false,
    };
    loop_.loading = Some(loop_.desk.load(None));
    if settings.looks.depends_on_ground() {
        loop_.listener = background::ask(&mut io::stdout())?;
    }
    loop_.turn_until_left()
}

/// How the session is left.
enum Leaving {
    Quietly,
    WithWords,
}

struct Loop {
    screen: Screen,
    guard: Guard,
    session: Session,
    input: Input,
    layout: Layout,
    desk: Desk,
    loading: Option<Job>,
    /// Where the best plan will arrive that was asked for last.
    fitting: Option<Receiver<Message>>,
    seer: Seer<Outlook>,
    /// Makes the rows that are too many for a frame.
    arranger: Seer<Arranging>,
    /// Whether it is to be asked as soon as the frame is drawn, which its waking up would hold up.
    wants_rows: bool,
    packing: Option<PackJob>,
    /// What tools would be given, while that is looked at.
    exporting: Option<ExportJob>,
    theme: Theme,
    looks: Wish,
    /// Hears what the terminal says of its background.
    listener: Listener,
    /// Whether something happened since the last frame.
    is_stale: bool,
    /// Whether the window has had another size since, so that nothing is known of what it shows.
    is_torn: bool,
}

impl Loop {
    fn turn_until_left(mut self) -> Result<Outcome, ScreenError> {
        loop {
            if self.guard.has_resumed()? {
                self.begin_afresh()?;
            }
            if self.is_stale {
                self.draw()?;
            }
            self.ask_for_rows();
            for message in self.wait_for_messages()? {
                self.is_stale = true;
                match self.take_in(message)? {
                    Some(Leaving::Quietly) => return Ok(Outcome::Quit),
                    Some(Leaving::WithWords) => return Ok(Outcome::Print(Box::new(self.session))),
                    None => {}
                }
            }
            self.give_up_if_nothing_opened()?;
        }
    }

    /// Tells the session what happened, and it again what came of what it asked for.
    fn take_in(&mut self, message: Message) -> io::Result<Option<Leaving>> {
        let mut waiting = VecDeque::from([message]);
        while let Some(message) = waiting.pop_front() {
            log::message(&message);
            let effects = self.session.update(message);
            if let Some(rows) = self.session.take_leftover() {
                let _ = std::thread::Builder::new().spawn(move || drop(rows));
            }
            for effect in effects {
                log::debug("effect", &effect);
                match effect {
                    Effect::Quit => return Ok(Some(Leaving::Quietly)),
                    Effect::QuitAndPrint => return Ok(Some(Leaving::WithWords)),
                    effect => waiting.extend(self.carry_out(effect)?),
                }
            }
        }
        Ok(None)
    }

    /// The terminal was somebody else's meanwhile: all of it is drawn again.
    fn begin_afresh(&mut self) -> io::Result<()> {
        self.screen = self.guard.screen()?;
        self.is_stale = true;
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let _held = self.guard.hold();
        if !self.guard.is_taken() {
            return Ok(());
        }
        let began = Instant::now();
        if std::mem::take(&mut self.is_torn) {
            execute!(io::stdout(), Clear(ClearType::All))?;
            self.screen = self.guard.screen()?;
        }
        let hand = self.input.pointer(&self.session);
        self.layout = frame::draw(&mut self.screen, &mut self.session, hand, &self.input.keymap, &self.theme)?;
        self.is_stale = false;
        log::frame(began.elapsed());
        Ok(())
    }

    /// Waits for a tick at most, then takes all that has come in.
    fn wait_for_messages(&mut self) -> io::Result<Vec<Message>> {
        let mut messages = self.reports();
        messages.extend(self.packing_reports());
        messages.extend(self.exporting.as_mut().and_then(ExportJob::report));
        messages.extend(self.seer.answers());
        messages.extend(self.arranger.answers());
        let mut wait = match messages.is_empty() && !self.seer.is_busy() && !self.arranger.is_busy() {
            true if self.listener.is_holding() => HELD,
            true => TICK,
            false => DRAINED,
        };
        let mut taken = 0;
        while taken < BATCH && event::poll(wait)? {
            let event = event::read()?;
            log::debug("event", &event);
            self.is_torn |= matches!(event, Event::Resize(..));
            let more = self.take(event);
            taken += 1;
            wait = DRAINED;
            self.is_stale |= self.is_torn;
            // A message may change what the next event means, so all but plain motion ends the batch.
            let is_motion = |message: &Message| matches!(message, Message::Hover(_) | Message::Scroll { .. });
            let is_motion = more.iter().all(is_motion);
            messages.extend(more);
            if !is_motion {
                break;
            }
        }
        if taken == 0 {
            let held = self.listener.rest();
            messages.extend(self.read_all(held));
            messages.extend(self.input.rest(&self.layout, &self.session));
        }
        Ok(messages)
    }

    /// What an event means, unless it is a part of the terminal's answer about its background.
    fn take(&mut self, event: Event) -> Vec<Message> {
        match self.listener.hear(event) {
            Heard::Events(events) => self.read_all(events),
            Heard::Ground(ground) => {
                self.looks.ground = ground;
                self.theme = Theme::new(self.looks);
                self.is_stale = true;
                Vec::new()
            }
        }
    }

    fn read_all(&mut self, events: Vec<Event>) -> Vec<Message> {
        events.into_iter().flat_map(|event| self.input.read(event, &self.layout, &self.session)).collect()
    }

    /// What the work outside has to say.
    fn reports(&mut self) -> Vec<Message> {
        let mut messages: Vec<Message> = self.fitting.iter().filter_map(|fitting| fitting.try_recv().ok()).collect();
        if !messages.is_empty() {
            self.fitting = None;
        }
        let Some(job) = &self.loading else { return messages };
        messages.extend(job.progress().map(Message::Progress));
        loop {
            match job.try_receive() {
                Ok(message) => messages.push(message),
                Err(TryRecvError::Empty) => return messages,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.loading = None;
        if messages.is_empty() && matches!(self.session.stage, Stage::Scanning(_)) && self.session.notice.is_none() {
            messages.push(Message::Failed("the scan broke off without saying why".to_owned()));
        }
        messages
    }

    /// What packing has to say.
    fn packing_reports(&mut self) -> Vec<Message> {
        let Some(job) = &self.packing else { return Vec::new() };
        match job.try_receive() {
            Ok(outcome) => {
                self.packing = None;
                vec![Message::Packed(outcome)]
            }
            Err(TryRecvError::Empty) => job.progress().map(Message::Packing).into_iter().collect(),
            Err(TryRecvError::Disconnected) => {
                self.packing = None;
                let words = "packing broke off, which is a bug of bayplan; nothing was packed";
                vec![Message::Packed(Err(words.to_owned()))]
            }
        }
    }

    fn pack(&mut self, folder: &str) -> Option<Message> {
        match self.session.workspace().map(|workspace| self.desk.pack(workspace, Path::new(folder)))? {
            Ok(job) => {
                self.packing = Some(job);
                None
            }
            Err(words) => Some(Message::Packed(Err(words))),
        }
    }

    /// A shell gets the terminal until it ends.
    fn shell(&mut self) -> io::Result<Option<Message>> {
        let folder = self.desk.folder();
        forget_what_is_typed()?;
        let ended = self.guard.lend(|| shell::run(&folder))?;
        self.begin_afresh()?;
        Ok(Some(match ended {
            Ok(words) => Message::Done(words),
            Err(words) => Message::Failed(words),
        }))
    }

    /// A first scan that failed leaves nothing to show.
    fn give_up_if_nothing_opened(&self) -> Result<(), ScreenError> {
        let failed = matches!(self.session.stage, Stage::Scanning(_));
        match (&self.session.notice, failed) {
            (Some(crate::session::Notice::Refused(words)), true) => Err(ScreenError::Load(words.clone())),
            _ => Ok(()),
        }
    }

    fn ask_for_rows(&mut self) {
        let workspace = self.session.workspace().filter(|_| self.wants_rows);
        if let Some(arranging) = workspace.map(Arranging::of) {
            self.arranger.ask(arranging);
        }
        self.wants_rows = false;
    }

    /// Does what the session asks for; what came of it at once.
    fn carry_out(&mut self, effect: Effect) -> io::Result<Option<Message>> {
        let mut said = None;
        match effect {
            Effect::Save { overwrite } => {
                said = self.session.workspace().map(|workspace| self.desk.save(workspace, overwrite));
            }
            Effect::Rescan => {
                // What fit is looking at is about to be another build.
                self.fitting = None;
                self.exporting = None;
                self.loading = Some(self.desk.load(self.session.workspace()));
            }
            Effect::Judge => {
                if let Some(workspace) = self.session.workspace() {
                    self.seer.ask(Outlook::of_plan(workspace));
                }
            }
            Effect::Foresee => {
                if let Some(outlook) = self.session.workspace().and_then(Outlook::of_drop) {
                    self.seer.ask(outlook);
                }
            }
            Effect::Arrange | Effect::EndArranging => {
                self.arranger.forget();
                self.wants_rows = effect == Effect::Arrange;
            }
            Effect::Fit => self.fitting = self.session.workspace().map(|workspace| self.desk.fit(workspace)),
            Effect::AskWhereToPack => said = Some(Message::PackWhere(self.desk.artifacts())),
            Effect::Pack(folder) => said = self.pack(&folder),
            Effect::CancelPack => said = self.packing.take().map(|job| Message::Packed(job.cancel())),
            Effect::DraftExport => {
                self.exporting = self.session.workspace().and_then(|workspace| self.desk.draft(workspace));
            }
            Effect::EndDraft => self.exporting = None,
            Effect::Export(wish) => {
                let nothing = || Message::Exported(Err("nothing is open that could be exported".to_owned()));
                said = Some(self.exporting.as_ref().map_or_else(nothing, |job| job.write(wish)));
            }
            Effect::Shell => said = self.shell()?,
            Effect::Suspend => self.guard.suspend()?,
            Effect::CaptureMouse(on) => self.guard.capture_mouse(on)?,
            Effect::Copy(text) => execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))?,
            Effect::Quit | Effect::QuitAndPrint => {}
        }
        Ok(said)
    }
}

/// Reads what was typed, as far as it has come: half a report of the mouse would take the keys after the shell as its other
/// half.
fn forget_what_is_typed() -> io::Result<()> {
    for _ in 0..BATCH {
        if !event::poll(DRAINED)? {
            break;
        }
        event::read()?;
    }
    Ok(())
}
