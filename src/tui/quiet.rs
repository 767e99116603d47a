//! A terminal that is written to only where something changed, and that shows each change as one.
//!
//! ratatui hides the cursor and resets colours in each frame, whether anything is to be drawn or not. Here a frame
//! without a change writes nothing at all; any other stands between the two marks of a synchronised update (CSI ?2026),
//! so that no terminal that knows them shows half of it.

use std::io::{self, Write};

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// A backend around crossterm's.
#[derive(Debug)]
pub struct Quiet<W: Write> {
    inner: CrosstermBackend<W>,
    cursor: Cursor,
    /// Whether an update was begun.
    is_open: bool,
}

/// What is known of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    NotKnown,
    Hidden,
    Shown,
    At(Position),
}

impl<W: Write> Quiet<W> {
    /// Writes to `writer`.
    pub fn new(writer: W) -> Quiet<W> {
        Quiet { inner: CrosstermBackend::new(writer), cursor: Cursor::NotKnown, is_open: false }
    }

    /// Begins an update if none is under way.
    fn open(&mut self) -> io::Result<&mut CrosstermBackend<W>> {
        if !std::mem::replace(&mut self.is_open, true) {
            queue!(self.inner, BeginSynchronizedUpdate)?;
        }
        Ok(&mut self.inner)
    }
}

impl<W: Write> Drop for Quiet<W> {
    /// Whatever was begun is ended: ratatui shows the cursor when it leaves, and then nobody flushes.
    fn drop(&mut self) {
        let _ = Backend::flush(self);
    }
}

impl<W: Write> Backend for Quiet<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        // A cursor that is shown would be seen to run along with the letters.
        self.hide_cursor()?;
        self.open()?.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Cursor::Hidden {
            self.open()?.hide_cursor()?;
            self.cursor = Cursor::Hidden;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !matches!(self.cursor, Cursor::Shown | Cursor::At(_)) {
            self.open()?.show_cursor()?;
            self.cursor = Cursor::Shown;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor != Cursor::At(position) {
            self.open()?.set_cursor_position(position)?;
            if self.cursor != Cursor::Hidden {
                self.cursor = Cursor::At(position);
            }
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.open()?.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.open()?.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_open) {
            queue!(self.inner, EndSynchronizedUpdate)?;
            Backend::flush(&mut self.inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::{Terminal, TerminalOptions, Viewport};
    use std::cell::RefCell;
    use std::rc::Rc;

    /// What was written, for the test to read.
    #[derive(Clone, Default)]
    struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Screen(Terminal<Quiet<Paper>>, Paper);

    impl Screen {
        fn new() -> Screen {
            let paper = Paper::default();
            let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 20, 2)) };
            Screen(Terminal::with_options(Quiet::new(paper.clone()), options).unwrap(), paper)
        }

        /// What a frame that shows `text` wrote; the cursor stands behind it, or is hidden.
        fn written(&mut self, text: &str, shows_cursor: bool) -> String {
            self.1.0.borrow_mut().clear();
            let draw = |frame: &mut ratatui::Frame<'_>| {
                frame.render_widget(text, frame.area());
                if shows_cursor {
                    frame.set_cursor_position((text.len() as u16, 0));
                }
            };
            self.0.draw(draw).unwrap();
            String::from_utf8(self.1.0.borrow().clone()).unwrap()
        }
    }

    #[test]
    fn a_frame_without_a_change_writes_nothing() {
        let mut screen = Screen::new();
        assert!(screen.written("bay", false).contains("bay"));
        assert_eq!(screen.written("bay", false), "");
        assert!(screen.written("bat", false).contains('t'));
        assert!(screen.written("bat", true).contains("\x1b[?25h"), "the cursor is shown for text to be typed");
        assert_eq!(screen.written("bat", true), "");
        assert!(screen.written("bat", false).contains("\x1b[?25l"));
    }

    #[test]
    fn a_frame_is_one_synchronised_update() {
        let frame = Screen::new().written("bay", false);
        assert!(frame.starts_with("\x1b[?2026h") && frame.ends_with("\x1b[?2026l"), "{frame:?}");
        assert_eq!(frame.matches("2026").count(), 2);
    }
}
