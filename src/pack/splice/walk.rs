//! Goes through a stream's symbols one by one: where its header ends, and what refers to it.

use std::ops::Range;

use super::bits::{Reader, low};
use super::block::{Codes, Match, SHORTEST};
use super::meanings::END;
use super::seam::{HEADER, Part, Seam};

/// How far back deflate can refer.
const WINDOW: usize = 32 << 10;
/// From here on nothing can refer to the header.
pub const BEHIND: usize = HEADER + WINDOW;
/// A match that begins in the header reaches no further than this.
pub const REACH: usize = HEADER + 258;

/// Whoever needs more blocks than that for a window means harm: those may be empty, and then there is no end of them.
const BLOCKS: usize = 4096;

/// The way through one stream.
pub struct Walk<'a> {
    stream: &'a [u8],
    pub(super) reader: Reader<'a>,
    pub(super) codes: Box<Codes>,
    /// How many bytes the symbols so far stand for …
    pub(super) place: usize,
    /// … and the first of them, so many at most.
    start: Vec<u8>,
    remembered: usize,
    /// Where the block began that is gone through, and where its codes end.
    block: Option<Range<usize>>,
    is_last: bool,
    blocks: usize,
    parts: Vec<Part>,
    /// The first bit that no part has yet, once the cut is behind.
    open: Option<usize>,
}

/// How far a walk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// What comes next need not be looked at closely.
    CanHurry,
    /// Nothing further on can matter.
    Over,
}

impl<'a> Walk<'a> {
    /// Begins. That many of the first bytes are remembered, to be written anew: at least the header, at most what is
    /// in [`REACH`].
    pub fn new(stream: &'a [u8], codes: Box<Codes>, remembered: usize) -> Walk<'a> {
        Walk {
            stream,
            reader: Reader::new(stream),
            codes,
            place: 0,
            start: Vec::with_capacity(remembered),
            remembered,
            block: None,
            is_last: false,
            blocks: 0,
            parts: Vec::new(),
            open: None,
        }
    }

    /// Takes what stands at the beginning of a block, or one symbol after another, as long as they have to be looked at
    /// closely. `None`: there is no seam.
    pub fn approach(&mut self) -> Option<Progress> {
        while self.place < BEHIND {
            match self.block.clone() {
                Some(head) => self.symbol(head)?,
                None if self.is_last => break,
                None => self.begin()?,
            }
            if self.block.is_some() && self.start.len() == self.remembered && self.place < BEHIND {
                return Some(Progress::CanHurry);
            }
        }
        Some(Progress::Over)
    }

    /// The seam, at the end of the walk; and the codes, to be used again.
    pub fn finish(mut self) -> (Option<Seam>, Box<Codes>) {
        let seam = match (self.open, self.start.first_chunk().copied()) {
            (Some(_), Some(header)) if self.reader.is_within() => {
                self.skip_to(self.stream.len() * 8);
                Some(Seam::new(header, self.parts))
            }
            _ => None,
        };
        (seam, self.codes)
    }

    /// Reads what stands at the beginning of a block.
    fn begin(&mut self) -> Option<()> {
        self.blocks += 1;
        if self.blocks > BLOCKS {
            return None;
        }
        let head = self.reader.at();
        self.is_last = self.codes.read(&mut self.reader)?;
        self.block = Some(head..self.reader.at());
        Some(())
    }

    /// Takes the next symbol of the block whose codes stand at `head`.
    fn symbol(&mut self, head: Range<usize>) -> Option<()> {
        self.reader.refill();
        let (bits, at) = (self.reader.bits(), self.reader.at());
        let symbol = self.codes.literals.read(bits)?;
        if symbol.is_literal() {
            self.reader.pass(symbol.bits());
            self.remember(symbol.byte());
            self.place += 1;
        } else if symbol.is_odd() {
            self.reader.pass(symbol.bits());
            self.block = None;
            return (symbol.base() == END).then_some(());
        } else {
            let found = self.codes.read_match(bits, symbol)?;
            self.reader.pass(found.bits);
            self.take(found, bits, at)?;
        }
        if self.open.is_none() && self.place >= HEADER {
            self.cut(head)?;
        }
        Some(())
    }

    fn remember(&mut self, byte: u8) {
        if self.start.len() < self.remembered {
            self.start.push(byte);
        }
    }

    fn take(&mut self, found: Match, bits: u64, at: usize) -> Option<()> {
        let from = self.place.checked_sub(found.distance)?;
        let known = found.length.min(self.remembered - self.start.len());
        (from..from + known).for_each(|place| self.start.push(self.start[place]));
        self.place += found.length;
        if from < HEADER && self.open.is_some() { self.replace(found, from, bits, at) } else { Some(()) }
    }

    /// The first symbol that ends behind the header is behind us: from here on the old stream goes on, under its codes.
    fn cut(&mut self, head: Range<usize>) -> Option<()> {
        self.parts.push(Part::Old(head));
        self.open = Some(self.reader.at());
        self.literals(HEADER..self.place)
    }

    /// Writes anew what begins in the header: that part of it as literals, and the rest as a shorter match.
    fn replace(&mut self, found: Match, from: usize, bits: u64, at: usize) -> Option<()> {
        self.skip_to(at);
        self.open = Some(self.reader.at());
        let end = from + found.length;
        let in_header = from..end.min(HEADER);
        let rest = found.length - in_header.len();
        self.literals(in_header)?;
        match self.codes.write_length(rest).filter(|_| rest >= SHORTEST) {
            Some((bits, count)) => self.parts.push(Part::New(bits, count)),
            None => return self.literals(end - rest..end),
        }
        let (start, count) = found.distance_bits;
        self.parts.push(Part::New(low(bits >> start, count), count));
        Some(())
    }

    fn literals(&mut self, places: Range<usize>) -> Option<()> {
        for &byte in self.start.get(places)? {
            let (code, count) = self.codes.literals.of(byte.into())?;
            self.parts.push(Part::New(code, count));
        }
        Some(())
    }

    /// All bits from the open one up to that belong to the stream as they are.
    fn skip_to(&mut self, at: usize) {
        if let Some(open) = self.open {
            self.parts.push(Part::Old(open..at));
        }
    }
}
