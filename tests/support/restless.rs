//! A terminal whose window changes while a frame is made: each time it is asked for its size, the answer is another.

use std::cell::RefCell;
use std::convert::Infallible;

use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Draws into memory that has room for every window.
#[derive(Debug)]
pub struct Restless {
    memory: TestBackend,
    sizes: RefCell<Vec<(u16, u16)>>,
}

impl Restless {
    /// Answers with `sizes` in turn, the last first, and begins anew after the first.
    pub fn new(sizes: &[(u16, u16)]) -> Self {
        let (columns, rows) =
            sizes.iter().fold((0, 0), |(columns, rows), size| (size.0.max(columns), size.1.max(rows)));
        Self { memory: TestBackend::new(columns, rows), sizes: RefCell::new(sizes.to_vec()) }
    }
}

impl Backend for Restless {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        self.memory.draw(content)
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.memory.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.memory.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.memory.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.memory.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.memory.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.memory.clear_region(region)
    }

    fn size(&self) -> Result<Size, Infallible> {
        let mut sizes = self.sizes.borrow_mut();
        sizes.rotate_right(1);
        Ok(Size::from(sizes[0]))
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.memory.window_size()
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Backend::flush(&mut self.memory)
    }
}
