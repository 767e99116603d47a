//! Answers the session's questions on a thread of its own: what letting go would make of the plan, so that no hover waits
//! for a verdict; what a large plan comes to; and rows that are too many for a frame.
//!
//! Of several questions of a kind that wait only the last is answered: hand, plan and wishes have gone on.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::model::watch::Watch;
use crate::session::{Arranging, Message, Outlook, Subject};

/// What the session asks.
pub(super) trait Question: Send + 'static {
    /// Kinds of questions, of which each has an answer of its own.
    type Kind: Ord;

    /// What is asked.
    fn kind(&self) -> Self::Kind;

    /// What is found out; nothing if the watch says meanwhile that nobody wants to know.
    fn answer(self, watch: &dyn Watch) -> Option<Message>;
}

/// Verdicts go to their end: the next hover may ask the same.
impl Question for Outlook {
    type Kind = Subject;

    fn kind(&self) -> Subject {
        self.subject
    }

    fn answer(self, _: &dyn Watch) -> Option<Message> {
        Some(self.judge())
    }
}

/// Rows are given up as soon as others are wished for.
impl Question for Arranging {
    type Kind = ();

    fn kind(&self) {}

    fn answer(self, watch: &dyn Watch) -> Option<Message> {
        self.arrange(watch)
    }
}

/// The thread, and what it is asked and says.
pub(super) struct Seer<Q> {
    asked: Sender<Asked<Q>>,
    said: Receiver<Answer>,
    waiting: usize,
    /// The number of the question that is still of interest.
    newest: Arc<AtomicU64>,
}

impl<Q: Question> Seer<Q> {
    pub(super) fn new() -> Seer<Q> {
        let (asked, questions) = channel();
        let (answers, said) = channel();
        // Without the thread nothing is foreseen, and letting go shows it.
        let _ = std::thread::Builder::new().spawn(move || answer(&questions, &answers));
        Seer { asked, said, waiting: 0, newest: Arc::default() }
    }

    /// Asks, and no longer wants to know what was asked before.
    pub(super) fn ask(&mut self, question: Q) {
        self.forget();
        let interest = Interest { number: self.newest.load(Ordering::Relaxed), newest: self.newest.clone() };
        self.waiting += usize::from(self.asked.send(Asked { question, interest }).is_ok());
    }

    /// Nothing that was asked is of interest any more.
    pub(super) fn forget(&mut self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
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

/// A question on its way.
struct Asked<Q> {
    question: Q,
    interest: Interest,
}

/// Knows whether a question has been followed by another.
struct Interest {
    number: u64,
    newest: Arc<AtomicU64>,
}

impl Watch for Interest {
    fn is_cancelled(&self) -> bool {
        self.number != self.newest.load(Ordering::Relaxed)
    }
}

/// What was found out, and how many questions that settles.
struct Answer {
    message: Option<Message>,
    questions: usize,
}

fn answer<Q: Question>(questions: &Receiver<Asked<Q>>, answers: &Sender<Answer>) {
    while let Ok(first) = questions.recv() {
        let mut last: BTreeMap<Q::Kind, (Asked<Q>, usize)> = BTreeMap::new();
        for asked in std::iter::once(first).chain(questions.try_iter()) {
            let before = last.get(&asked.question.kind()).map_or(0, |(_, count)| *count);
            last.insert(asked.question.kind(), (asked, before + 1));
        }
        for (Asked { question, interest }, questions) in last.into_values() {
            // A panic here is a bug that letting go would show; until then nothing is said.
            let message = catch_unwind(AssertUnwindSafe(|| question.answer(&interest))).ok().flatten();
            if answers.send(Answer { message, questions }).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A question whose answer the test holds back.
    struct Held {
        words: &'static str,
        begun: Sender<()>,
        go_on: Receiver<()>,
    }

    impl Question for Held {
        type Kind = ();

        fn kind(&self) {}

        fn answer(self, watch: &dyn Watch) -> Option<Message> {
            let _ = self.begun.send(());
            let _ = self.go_on.recv();
            (!watch.is_cancelled()).then(|| Message::Done(self.words.to_owned()))
        }
    }

    fn held(words: &'static str) -> (Held, Receiver<()>, Sender<()>) {
        let ((begun, has_begun), (release, go_on)) = (channel(), channel());
        (Held { words, begun, go_on }, has_begun, release)
    }

    /// All that is said until nothing is waited for.
    fn answers(seer: &mut Seer<Held>) -> Vec<String> {
        let mut all = Vec::new();
        while seer.is_busy() {
            std::thread::yield_now();
            all.extend(seer.answers().into_iter().map(|message| format!("{message:?}")));
        }
        all
    }

    #[test]
    fn a_newer_question_calls_the_older_back_and_those_between_are_never_begun() {
        let mut seer = Seer::new();
        let (first, has_begun, release_first) = held("first");
        seer.ask(first);
        has_begun.recv().expect("the thread takes it up");
        let (second, second_has_begun, _) = held("second");
        let (third, _, release_third) = held("third");
        seer.ask(second);
        seer.ask(third);
        for release in [release_first, release_third] {
            let _ = release.send(());
        }
        assert_eq!(answers(&mut seer), [r#"Done("third")"#]);
        assert!(second_has_begun.try_recv().is_err());
    }

    #[test]
    fn what_is_forgotten_is_not_said() {
        let mut seer = Seer::new();
        let (question, has_begun, release) = held("rows");
        seer.ask(question);
        has_begun.recv().expect("the thread takes it up");
        seer.forget();
        let _ = release.send(());
        assert_eq!(answers(&mut seer), [""; 0]);
    }
}
