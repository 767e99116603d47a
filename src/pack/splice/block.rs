//! The blocks of a deflate stream: what stands at their beginning, and the matches in them (RFC 1951, 3.2.3 to 3.2.7).

use super::bits::{Reader, Writer, low};
use super::codes::{Code, SYMBOLS};

/// The symbol that ends a block; those below are literals, those above lengths.
pub const END: usize = 256;
/// The shortest match.
pub const SHORTEST: usize = 3;
/// Distances have so many symbols.
const DISTANCES: usize = 30;
/// In which order the lengths of the codes of code lengths stand.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/// Where the lengths of each symbol begin, from 257 on, and how many bits are added.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// The two codes of a block.
#[derive(Default)]
pub struct Codes {
    /// Literals, the end, and lengths.
    pub literals: Code,
    distances: Code,
}

/// Bytes that are repeated from further back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// How many.
    pub length: usize,
    /// How far back.
    pub distance: usize,
    /// Where the distance stands behind the symbol, and how many bits it takes.
    pub distance_bits: (u32, u32),
    /// All bits, the symbol's included.
    pub bits: u32,
}

impl Codes {
    /// Reads what stands before a block's symbols; `Some(true)` for the last block. `None`: the block is stored, or none.
    pub fn read(&mut self, reader: &mut Reader<'_>) -> Option<bool> {
        let is_last = reader.take(1) == 1;
        match reader.take(2) {
            1 => self.set_fixed()?,
            2 => self.read_dynamic(reader)?,
            _ => return None,
        }
        Some(is_last)
    }

    fn set_fixed(&mut self) -> Option<()> {
        let mut lengths = [8; SYMBOLS];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        self.literals.set(&lengths)?;
        self.distances.set(&[5; 32])
    }

    fn read_dynamic(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let literals = reader.take(5) + 257;
        let distances = reader.take(5) + 1;
        let mut of_lengths = [0; 19];
        let count = reader.take(4) + 4;
        for &place in &ORDER[..count] {
            of_lengths[place] = reader.take(3) as u8;
        }
        if literals > SYMBOLS - 2 || distances > DISTANCES {
            return None;
        }
        // The code of distances is not in use yet.
        self.distances.set(&of_lengths)?;
        let mut lengths = [0; SYMBOLS + DISTANCES];
        let lengths = &mut lengths[..literals + distances];
        read_lengths(reader, &self.distances, lengths)?;
        self.literals.set(&lengths[..literals])?;
        self.distances.set(&lengths[literals..])
    }

    /// The match whose length has that symbol, which takes the first `used` of these bits.
    #[inline]
    pub fn read_match(&self, bits: u64, symbol: usize, used: u32) -> Option<Match> {
        let &(base, extra) = LENGTHS.get(symbol.checked_sub(END + 1)?)?;
        let length = usize::from(base) + low(bits >> used, extra.into()) as usize;
        let start = used + u32::from(extra);
        let (symbol, used) = self.distances.read(bits >> start)?;
        let (base, extra) = distance(symbol)?;
        let distance = base + low(bits >> (start + used), extra) as usize;
        let taken = used + extra;
        Some(Match { length, distance, distance_bits: (start, taken), bits: start + taken })
    }

    /// How a length stands in the stream; `None`: the block has no code for it.
    pub fn write_length(&self, length: usize) -> Option<(u64, u32)> {
        let place = LENGTHS.iter().rposition(|&(base, _)| usize::from(base) <= length)?;
        let (base, extra) = LENGTHS[place];
        let (code, used) = self.literals.of(END + 1 + place)?;
        let added = length - usize::from(base);
        Some((code | (added as u64) << used, used + u32::from(extra)))
    }
}

/// Where the distances of a symbol begin, and how many bits are added.
#[inline]
fn distance(symbol: usize) -> Option<(usize, u32)> {
    match symbol {
        0..4 => Some((symbol + 1, 0)),
        4..DISTANCES => {
            let extra = symbol / 2 - 1;
            Some((((2 + symbol % 2) << extra) + 1, extra as u32))
        }
        _ => None,
    }
}

/// The lengths of both codes' codes, in runs.
fn read_lengths(reader: &mut Reader<'_>, code: &Code, lengths: &mut [u8]) -> Option<()> {
    let mut place = 0;
    while place < lengths.len() {
        let (symbol, used) = code.read(reader.peek())?;
        reader.at += used as usize;
        let (length, count) = match symbol {
            0..16 => (symbol as u8, 1),
            16 => (*lengths.get(place.checked_sub(1)?)?, 3 + reader.take(2)),
            17 => (0, 3 + reader.take(3)),
            _ => (0, 11 + reader.take(7)),
        };
        lengths.get_mut(place..place + count)?.fill(length);
        place += count;
    }
    Some(())
}

/// Writes a block that is not the last, and holds these bytes as they are.
pub fn put_stored(writer: &mut Writer, bytes: &[u8]) {
    let length = bytes.len() as u16;
    writer.put(0b000, 3);
    writer.put_bytes(&length.to_le_bytes());
    writer.put_bytes(&(!length).to_le_bytes());
    writer.put_bytes(bytes);
}

/// The bits of an empty block with fixed codes.
const EMPTY_FIXED: usize = 10;
/// The bits of an empty block with codes of its own.
const EMPTY_DYNAMIC: usize = 95;

/// Empty blocks whose bits are so many more than whole bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling {
    dynamic: usize,
    fixed: usize,
}

impl Filling {
    /// For up to seven bits beyond whole bytes. Blocks with fixed codes have an even number of bits, 2 beyond whole
    /// bytes; one with its own codes can have an odd one, here 7 beyond.
    pub fn new(beyond: usize) -> Filling {
        let dynamic = beyond % 2;
        Filling { dynamic, fixed: (beyond + dynamic) / 2 % 4 }
    }

    /// All its bits.
    pub fn bits(self) -> usize {
        self.dynamic * EMPTY_DYNAMIC + self.fixed * EMPTY_FIXED
    }

    /// Writes the blocks.
    pub fn put(self, writer: &mut Writer) {
        (0..self.dynamic).for_each(|_| put_empty_dynamic(writer));
        (0..self.fixed).for_each(|_| writer.put(0b010, EMPTY_FIXED as u32));
    }
}

/// A block that has codes for 255, for its end and for two distances, each of one bit, and holds nothing but its end.
fn put_empty_dynamic(writer: &mut Writer) {
    writer.put(0b100, 3);
    writer.put(0, 5);
    writer.put(1, 5);
    writer.put(15, 4);
    // Runs of zeros (18) and the length 1 have codes of one bit; all others have none.
    ORDER.iter().for_each(|&symbol| writer.put(u64::from(matches!(symbol, 1 | 18)), 3));
    [138, 117].iter().for_each(|run| writer.put(1 | (run - 11) << 1, 8));
    writer.put(0b0000, 4);
    writer.put(1, 1);
}
