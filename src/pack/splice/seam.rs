//! A stream that is cut behind its header, and what is written anew behind the cut.

use std::ops::Range;

use super::bits::Writer;
use super::block::{Filling, put_stored};

/// So many bytes are replaced.
pub const HEADER: usize = 16;
/// The bits of a stored block that holds the header, from a full byte on.
const STORED: usize = (1 + 4 + HEADER) * 8;

/// A stream that can have another header.
#[derive(Debug)]
pub struct Seam {
    /// The header that it has.
    pub header: [u8; HEADER],
    parts: Vec<Part>,
    filling: Filling,
    bits: usize,
}

/// What the stream goes on with.
#[derive(Debug)]
pub enum Part {
    /// Bits of the old stream.
    Old(Range<usize>),
    /// These bits, so many.
    New(u64, u32),
}

impl Part {
    fn bits(&self) -> usize {
        match self {
            Part::Old(bits) => bits.len(),
            Part::New(_, count) => *count as usize,
        }
    }
}

impl Seam {
    /// Of a stream with that header, and what it goes on with.
    pub fn new(header: [u8; HEADER], mut parts: Vec<Part>) -> Seam {
        parts.shrink_to_fit();
        let behind: usize = parts.iter().map(Part::bits).sum();
        let filling = Filling::new(behind.wrapping_neg() % 8);
        Seam { header, parts, filling, bits: STORED + filling.bits() + behind }
    }

    /// Whether it is of a stream of that length: the last part goes on to the end.
    pub fn is_of(&self, length: usize) -> bool {
        matches!(self.parts.last(), Some(Part::Old(bits)) if bits.end == length * 8)
    }

    /// Of how many parts it is.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The length of the new stream.
    pub fn length(&self) -> usize {
        self.bits / 8
    }

    /// The stream that was looked through, with that header.
    pub fn join(&self, stream: &[u8], header: [u8; HEADER]) -> Vec<u8> {
        let mut writer = Writer::with_capacity(self.length());
        put_stored(&mut writer, &header);
        self.filling.put(&mut writer);
        for part in &self.parts {
            match part {
                Part::Old(bits) => writer.copy(stream, bits.clone()),
                Part::New(bits, count) => writer.put(*bits, *count),
            }
        }
        writer.finish()
    }
}
