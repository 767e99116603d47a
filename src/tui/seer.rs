//! Judges plans on a thread of its own: what letting go would make of one, so that no hover waits for a verdict, and
//! large ones after each change.
//!
//! Of several questions of a kind that wait only the last is answered: hand and plan have gone on.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::session::{Message, Outlook, Subject};

/// The thread, and what it is asked and says.
pub(super) struct Seer {
    asked: Sender<Outlook>,
    said: Receiver<Answer>,
    waiting: usize,
}

impl Seer {
    pub(super) fn new() -> Seer {
        let (asked, questions) = channel();
        let (answers, said) = channel();
        // Without the thread nothing is foreseen, and letting go shows it.
        let _ = std::thread::Builder::new().spawn(move || answer(&questions, &answers));
        Seer { asked, said, waiting: 0 }
    }

    /// Asks what letting go would do.
    pub(super) fn ask(&mut self, outlook: Outlook) {
        self.waiting += usize::from(self.asked.send(outlook).is_ok());
    }

    /// What was found out since.
    pub(super) fn answers(&mut self) -> Vec<Message> {
        let answers: Vec<Answer> = self.said.try_iter().collect();
        self.waiting -= answers.iter().map(|answer| answer.questions).sum::<usize>().min(self.waiting);
        answers.into_iter().filter_map(|answer| answer.message).collect()
    }

    /// Whether something is still to be found out.
    pub(super) fn is_busy(&self) -> bool {
        self.waiting > 0
    }
}

/// What was found out, and how many questions that settles.
struct Answer {
    message: Option<Message>,
    questions: usize,
}

fn answer(questions: &Receiver<Outlook>, answers: &Sender<Answer>) {
    while let Ok(first) = questions.recv() {
        let mut last: BTreeMap<Subject, (Outlook, usize)> = BTreeMap::new();
        for outlook in std::iter::once(first).chain(questions.try_iter()) {
            let before = last.get(&outlook.subject).map_or(0, |(_, count)| *count);
            last.insert(outlook.subject, (outlook, before + 1));
        }
        for (outlook, questions) in last.into_values() {
            // A panic here is a bug that letting go would show; until then nothing is said.
            let message = catch_unwind(AssertUnwindSafe(|| outlook.judge())).ok();
            if answers.send(Answer { message, questions }).is_err() {
                return;
            }
        }
    }
}
