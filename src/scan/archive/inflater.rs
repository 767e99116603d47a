//! Inflates entries whole, one after another, in memory that a thread keeps: what is new each time has to be cleared and
//! given back, which for thousands of small files costs as much as half the inflating.

use std::cell::Cell;

use libdeflater::Decompressor;

/// What a thread needs to inflate an entry at once.
pub struct Inflater {
    decompressor: Decompressor,
    /// What was deflated, to be filled by whoever has it inflated.
    pub packed: Vec<u8>,
    /// As long as the longest so far, and no longer than the caller ever asked for.
    plain: Vec<u8>,
}

thread_local! {
    /// Taken while it is in use, so that who is shown a file may ask for another.
    static KEPT: Cell<Option<Box<Inflater>>> = const { Cell::new(None) };
}

impl Inflater {
    /// Lends the thread's own.
    pub fn lend<R>(work: impl FnOnce(&mut Inflater) -> R) -> R {
        let mut inflater = KEPT.take().unwrap_or_else(|| {
            Box::new(Inflater { decompressor: Decompressor::new(), packed: Vec::new(), plain: Vec::new() })
        });
        inflater.packed.clear();
        let result = work(&mut inflater);
        KEPT.set(Some(inflater));
        result
    }

    /// What `packed` inflates to; `None` where it cannot be, or comes to another length.
    pub fn inflate(&mut self, length: usize) -> Option<&[u8]> {
        if self.plain.len() < length {
            self.plain.resize(length, 0);
        }
        let plain = self.plain.get_mut(..length)?;
        let count = self.decompressor.deflate_decompress(&self.packed, plain).ok()?;
        (count == length).then_some(plain)
    }

    /// The same to memory of its own.
    pub fn inflate_into(&mut self, plain: &mut [u8]) -> Option<()> {
        let count = self.decompressor.deflate_decompress(&self.packed, plain).ok()?;
        (count == plain.len()).then_some(())
    }
}
