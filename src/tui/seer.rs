//! Judges what letting go would do, on a thread of its own: a hover never waits for a verdict.
//!
//! Of several questions that wait only the last is answered; the hand has left the places of the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::session::{Message, Outlook};

/// The thread, and what it is asked and says.
pub(super) struct Seer {
    asked: Sender<Outlook>,
    said: Receiver<Message>,
    is_busy: bool,
}

impl Seer {
    pub(super) fn new() -> Seer {
        let (asked, questions) = channel();
        let (answers, said) = channel();
        std::thread::spawn(move || answer(&questions, &answers));
        Seer { asked, said, is_busy: false }
    }

    /// Asks what letting go would do.
    pub(super) fn ask(&mut self, outlook: Outlook) {
        self.is_busy = self.asked.send(outlook).is_ok();
    }

    /// What was found out since.
    pub(super) fn answers(&mut self) -> Vec<Message> {
        let messages: Vec<Message> = self.said.try_iter().collect();
        if !messages.is_empty() {
            self.is_busy = false;
        }
        messages
    }

    /// Whether something is still to be found out.
    pub(super) fn is_busy(&self) -> bool {
        self.is_busy
    }
}

fn answer(questions: &Receiver<Outlook>, answers: &Sender<Message>) {
    while let Ok(first) = questions.recv() {
        let last = questions.try_iter().last().unwrap_or(first);
        // A panic here is a bug that the drop itself would show; the line stays without findings then.
        let said = catch_unwind(AssertUnwindSafe(|| last.judge()));
        if said.is_ok_and(|message| answers.send(message).is_err()) {
            return;
        }
    }
}
