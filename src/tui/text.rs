//! Text in columns: widths as a terminal counts them, cut and padded to a cell.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most `cells` cells; what is cut off shows as `more`.
pub fn cut(text: &str, cells: usize, more: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(width(more));
    let mut kept = String::new();
    let mut used = 0;
    for letter in text.graphemes(true) {
        used += width(letter);
        if used > room {
            break;
        }
        kept.push_str(letter);
    }
    if cells > 0 {
        kept.push_str(more);
    }
    kept
}

/// The text without what stands in its first `cells` cells. A letter that only half stands there leaves a space.
pub fn beyond(text: &str, cells: usize) -> String {
    let mut skipped = 0;
    let mut rest = String::new();
    for letter in text.graphemes(true) {
        if skipped >= cells {
            rest.push_str(letter);
            continue;
        }
        skipped += width(letter);
        rest.extend(std::iter::repeat_n(' ', skipped.saturating_sub(cells)));
    }
    rest
}

/// The text in at most `cells` cells; what is cut out of its middle shows as `more`, and its end is kept.
pub fn cut_middle(text: &str, cells: usize, more: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(width(more));
    let end_room = room - room / 3;
    let mut end = Vec::new();
    let mut used = 0;
    for letter in text.graphemes(true).rev() {
        used += width(letter);
        if used > end_room {
            break;
        }
        end.push(letter);
    }
    end.reverse();
    let end = end.concat();
    let start = cut(text, cells.saturating_sub(width(&end)), more);
    format!("{start}{end}")
}

/// The text in exactly `cells` cells, at their left.
pub fn left(text: &str, cells: usize, more: &str) -> String {
    let mut text = cut(text, cells, more);
    let missing = cells.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// The text in exactly `cells` cells, at their right.
pub fn right(text: &str, cells: usize, more: &str) -> String {
    let text = cut(text, cells, more);
    let missing = cells.saturating_sub(width(&text));
    format!("{}{text}", " ".repeat(missing))
}

/// Spans at the left and at the right of a line, with at least a space between; the right ones win.
pub fn ends<'a>(left: Vec<Span<'a>>, right: Vec<Span<'a>>, cells: usize, more: &str) -> Line<'a> {
    let right_width: usize = right.iter().map(Span::width).sum();
    let room = cells.saturating_sub(right_width + usize::from(right_width > 0));
    let mut spans = cut_spans(left, room, more);
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(cells.saturating_sub(used + right_width))));
    spans.extend(right);
    Line::from(spans)
}

/// Spans in at most `cells` cells.
fn cut_spans<'a>(spans: Vec<Span<'a>>, cells: usize, more: &str) -> Vec<Span<'a>> {
    let mut room = cells;
    let mut kept = Vec::new();
    for span in spans {
        let taken = span.width();
        if taken <= room {
            room -= taken;
            kept.push(span);
        } else {
            kept.push(Span::styled(cut(&span.content, room, more), span.style));
            break;
        }
    }
    kept
}

/// Words set on lines of at most `cells` cells, broken at spaces; a word that is longer is broken anywhere.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').flat_map(|word| pieces(word, cells)) {
        let needed = width(&line) + usize::from(!line.is_empty()) + width(&word);
        if needed > cells && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}

fn pieces(word: &str, cells: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.graphemes(true) {
        if pieces.last().is_some_and(|piece| width(piece) + width(letter) > cells) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(letter);
        }
    }
    pieces
}

/// A span of one style.
pub fn span(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_counted_as_a_terminal_does() {
        assert_eq!(left("猫", 4, "…"), "猫  ");
        assert_eq!(cut("scikit-learn", 7, "…"), "scikit…");
        assert_eq!(cut("猫猫猫", 4, "…"), "猫…");
        assert_eq!(right("17 B", 6, "…"), "  17 B");
        assert_eq!(cut("abc", 0, "…"), "");
        assert_eq!(cut_middle("scipy/linalg/_decomp.py", 12, "…"), "sci…ecomp.py");
        assert_eq!(cut_middle("猫猫猫猫猫", 6, "…"), "…猫猫");
        assert_eq!([beyond("猫猫a", 0), beyond("猫猫a", 3), beyond("猫", 9)], ["猫猫a", " a", ""]);
        assert_eq!(left("e\u{301}te\u{301}", 4, "…"), "e\u{301}te\u{301} ", "an accent takes no cell of its own");
    }

    #[test]
    fn long_words_are_broken_and_short_ones_kept_whole() {
        assert_eq!(wrap("moving frees nothing", 8), ["moving", "frees", "nothing"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
