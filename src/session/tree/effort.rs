//! How much may go into making rows: on the drawing thread what a frame has room for, beside it whatever it takes for
//! as long as the rows are wanted.

use std::cell::Cell;

use crate::model::watch::{Unwatched, Watch};

/// What looking at one entry costs, of what a row costs.
const ENTRIES_A_ROW: usize = 16;
/// So many rows are made while the next frame waits, which takes a quarter of its time or less.
const ROWS_A_FRAME: usize = 20_000;

/// Counts what rows cost. Whoever makes them asks before each piece of work and gives up on `None`.
pub struct Effort<'a> {
    left: Cell<usize>,
    watch: &'a dyn Watch,
}

impl Effort<'_> {
    /// What a frame has room for.
    pub fn of_a_frame() -> Effort<'static> {
        Effort { left: Cell::new(ROWS_A_FRAME * ENTRIES_A_ROW), watch: &Unwatched }
    }

    /// Whatever it takes, until nobody wants the rows any more.
    pub fn while_wanted(watch: &dyn Watch) -> Effort<'_> {
        Effort { left: Cell::new(usize::MAX), watch }
    }

    /// Before so many rows are made, or packages looked through.
    pub(super) fn rows(&self, count: usize) -> Option<()> {
        self.entries(count.saturating_mul(ENTRIES_A_ROW))
    }

    /// Before so many entries are gone over, of which no row comes.
    pub(super) fn entries(&self, count: usize) -> Option<()> {
        if self.watch.is_cancelled() {
            return None;
        }
        self.left.set(self.left.get().checked_sub(count)?);
        Some(())
    }

    /// What is to become rows, counted while it is gathered: a folder that is too large is given up at once.
    pub(super) fn gather<T>(&self, all: impl Iterator<Item = T>) -> Option<Vec<T>> {
        all.map(|one| self.rows(1).map(|()| one)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[derive(Default)]
    struct Changeable(AtomicBool);

    impl Watch for Changeable {
        fn is_cancelled(&self) -> bool {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_frame_has_room_for_so_many_rows_and_no_more() {
        assert!(Effort::of_a_frame().gather(0..ROWS_A_FRAME).is_some());
        assert!(Effort::of_a_frame().gather(0..=ROWS_A_FRAME).is_none());
        let effort = Effort::of_a_frame();
        assert!(effort.entries(ENTRIES_A_ROW * (ROWS_A_FRAME - 1)).is_some(), "entries are cheaper");
        assert!(effort.gather(0..2).is_none(), "and count beside rows");
    }

    #[test]
    fn beside_the_drawing_only_a_newer_wish_ends_it() {
        let watch = Changeable::default();
        let effort = Effort::while_wanted(&watch);
        assert!(effort.rows(usize::MAX / ENTRIES_A_ROW / 2).is_some());
        watch.0.store(true, Ordering::Relaxed);
        assert!(effort.rows(1).is_none());
    }
}
