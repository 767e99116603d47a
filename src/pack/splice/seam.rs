//! Where a stream is cut, and what has to be written anew behind the cut.

use std::ops::Range;

use super::bits::{Reader, Writer};
use super::block::{Codes, Filling, Match, SHORTEST, put_stored};
use super::meanings::END;

/// So many bytes are replaced.
pub const HEADER: usize = 16;
/// How far back deflate can refer.
const WINDOW: usize = 32 << 10;
/// A match that begins in the header reaches no further than this.
const REACH: usize = HEADER + 258;
/// Codes that are looked up take at most 10 bits: so many literals, and what comes next, are there at once.
const LITERALS: usize = 3;
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
enum Part {
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
    /// Looks for the seam of a stream.
    pub fn find(stream: &[u8]) -> Option<Seam> {
        let mut walk = Walk::new(stream);
        walk.go()?;
        walk.skip_to(stream.len() * 8);
        let header = *walk.start.first_chunk()?;
        let parts = walk.parts;
        let behind: usize = parts.iter().map(Part::bits).sum();
        let filling = Filling::new(behind.wrapping_neg() % 8);
        Some(Seam { header, parts, filling, bits: STORED + filling.bits() + behind })
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

/// Goes through a stream's symbols as far as they can refer to the header.
struct Walk<'a> {
    reader: Reader<'a>,
    codes: Codes,
    /// How many bytes the symbols so far stand for …
    place: usize,
    /// … and the first of them, up to [`REACH`].
    start: Vec<u8>,
    parts: Vec<Part>,
    /// The first bit that no part has yet, once the cut is behind.
    open: Option<usize>,
}

impl<'a> Walk<'a> {
    fn new(stream: &'a [u8]) -> Walk<'a> {
        let (reader, codes) = (Reader::new(stream), Codes::default());
        Walk { reader, codes, place: 0, start: Vec::with_capacity(REACH), parts: Vec::new(), open: None }
    }

    fn go(&mut self) -> Option<()> {
        let mut is_last = false;
        while !is_last && self.place < HEADER + WINDOW {
            let head = self.reader.at();
            is_last = self.codes.read(&mut self.reader)?;
            self.block(head..self.reader.at())?;
        }
        (self.open.is_some() && self.reader.is_within()).then_some(())
    }

    /// Goes through one block, whose codes stand at `head`.
    fn block(&mut self, head: Range<usize>) -> Option<()> {
        while self.place < HEADER + WINDOW {
            if self.start.len() == REACH {
                self.hurry();
            }
            self.reader.refill();
            let (bits, at) = (self.reader.bits(), self.reader.at());
            let symbol = self.codes.literals.read(bits)?;
            if symbol.is_literal() {
                self.reader.pass(symbol.bits());
                self.remember(symbol.base() as u8);
                self.place += 1;
            } else if symbol.is_odd() {
                self.reader.pass(symbol.bits());
                return (symbol.base() == END).then_some(());
            } else {
                let found = self.codes.read_match(bits, symbol)?;
                self.reader.pass(found.bits);
                self.take(found, bits, at)?;
            }
            if self.open.is_none() && self.place >= HEADER {
                self.cut(head.clone())?;
            }
        }
        Some(())
    }

    /// Goes past what cannot matter: literals, and matches that begin behind the header. Whatever else comes next, here
    /// it is left for a closer look.
    fn hurry(&mut self) {
        let Codes { literals, distances, .. } = &self.codes;
        let (mut reader, mut place) = (self.reader, self.place);
        while place < HEADER + WINDOW {
            reader.refill();
            let mut symbol = literals.look_up(reader.bits());
            for _ in 0..LITERALS {
                if !symbol.is_literal() {
                    break;
                }
                reader.pass(symbol.bits());
                place += 1;
                symbol = literals.look_up(reader.bits());
            }
            if symbol.is_literal() {
                continue;
            }
            reader.refill();
            let behind = reader.bits() >> symbol.bits();
            let distance = distances.look_up(behind);
            if symbol.is_odd() | distance.is_odd() || distance.number_in(behind) + HEADER > place {
                break;
            }
            place += symbol.number_in(reader.bits());
            reader.pass(symbol.bits() + distance.bits());
        }
        (self.reader, self.place) = (reader, place);
    }

    fn remember(&mut self, byte: u8) {
        if self.start.len() < REACH {
            self.start.push(byte);
        }
    }

    fn take(&mut self, found: Match, bits: u64, at: usize) -> Option<()> {
        let from = self.place.checked_sub(found.distance)?;
        let known = found.length.min(REACH - self.start.len());
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
        self.parts.push(Part::New(super::bits::low(bits >> start, count), count));
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
