//! Lines on top of the panes among which there is something to choose: what is drawn says which cells stand for which.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::popup;
use crate::session::Place;

/// Lines in the making; each choice has some of them.
#[derive(Default)]
pub(super) struct Choices {
    /// All of them.
    pub(super) lines: Vec<Line<'static>>,
    spans: Vec<Range<usize>>,
}

/// Cells, and what is chosen there.
pub type Spots = Vec<(Rect, Place)>;

impl Choices {
    /// The lines from `start` to the last stand for the next choice.
    pub(super) fn end_choice(&mut self, start: usize) {
        self.spans.push(start..self.lines.len());
    }

    /// Draws them from `scroll` on, never past the last screenful.
    pub(super) fn scrolled(self, frame: &mut Frame<'_>, area: Rect, scroll: usize) -> Spots {
        let scroll = scroll.min(self.lines.len().saturating_sub(usize::from(area.height)));
        let spots = spots(&self.spans, area, scroll);
        popup::scrolled(frame, area, self.lines, scroll);
        spots
    }

    /// Draws them, scrolled as far as it takes to show the one under the cursor.
    pub(super) fn revealed(self, frame: &mut Frame<'_>, area: Rect, cursor: usize) -> Spots {
        let chosen = self.spans.get(cursor).cloned().unwrap_or_default();
        let scroll = chosen.end.saturating_sub(usize::from(area.height)).min(chosen.start);
        self.scrolled(frame, area, scroll)
    }
}

fn spots(spans: &[Range<usize>], area: Rect, scroll: usize) -> Spots {
    let bottom = scroll + usize::from(area.height);
    let spot = |(number, lines): (usize, &Range<usize>)| {
        let (start, end) = (lines.start.max(scroll), lines.end.min(bottom));
        let room = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX);
        let place =
            Rect { y: area.y + room(start - scroll.min(start)), height: room(end.saturating_sub(start)), ..area };
        (start < end).then_some((place, Place::Choice(number)))
    };
    spans.iter().enumerate().filter_map(spot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_can_be_chosen() {
        let area = Rect::new(3, 5, 20, 4);
        let seen = spots(&[0..1, 1..4, 5..9, 9..10], area, 2);
        let first = (Rect::new(3, 5, 20, 2), Place::Choice(1));
        assert_eq!(seen, [first, (Rect::new(3, 8, 20, 1), Place::Choice(2))]);
    }
}
