//! Bytes as a row of choices: whatever bytes there are, they mean something.

/// Choices that are left.
pub struct Draw<'b>(&'b [u8]);

impl<'b> Draw<'b> {
    /// Of these bytes.
    pub fn new(bytes: &'b [u8]) -> Draw<'b> {
        Draw(bytes)
    }

    /// Whether there are none left.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte; 0 once there are none left.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit.max(1)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Whether or not.
    pub fn flip(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// The next bytes, at most so many.
    pub fn take(&mut self, most: usize) -> &'b [u8] {
        let (taken, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        taken
    }
}
