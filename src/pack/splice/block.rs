//! The blocks of a deflate stream: what stands at their beginning, and the matches in them (RFC 1951, 3.2.3 to 3.2.7).

use super::bits::{Reader, Writer};
use super::codes::{Code, SYMBOLS};
use super::entry::Entry;
use super::meanings::{DISTANCES, END, LENGTHS, OF_CODE_LENGTHS, OF_DISTANCES, OF_LITERALS};

/// The shortest match.
pub const SHORTEST: usize = 3;
/// In which order the lengths of the codes of code lengths stand.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Literals, the end, and lengths. With a bit less looked up, every fortieth symbol would be one too long for it.
pub type OfLiterals = Code<11, 2048>;
/// How far back.
pub type OfDistances = Code<8, 256>;

/// The two codes of a block.
#[derive(Default)]
pub struct Codes {
    /// Of literals, and of what comes in their place.
    pub literals: OfLiterals,
    /// Of distances.
    pub distances: OfDistances,
    /// In which the lengths of both codes' codes stand.
    lengths: CodeLengths,
}

/// No code of code lengths is longer than 7 bits.
type CodeLengths = Code<7, 128>;

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
        self.literals.set(&lengths, &OF_LITERALS)?;
        self.distances.set(&[5; 32], &OF_DISTANCES)
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
        self.lengths.set(&of_lengths, &OF_CODE_LENGTHS)?;
        let mut lengths = [0; SYMBOLS + DISTANCES];
        let lengths = &mut lengths[..literals + distances];
        read_lengths(reader, &self.lengths, lengths)?;
        self.literals.set(&lengths[..literals], &OF_LITERALS)?;
        self.distances.set(&lengths[literals..], &OF_DISTANCES)
    }

    /// The match whose length has that entry, at the beginning of these bits.
    pub fn read_match(&self, bits: u64, length: Entry) -> Option<Match> {
        let start = length.bits();
        let distance = self.distances.read(bits >> start).filter(|entry| !entry.is_odd())?;
        Some(Match {
            length: length.number_in(bits),
            distance: distance.number_in(bits >> start),
            distance_bits: (start, distance.bits()),
            bits: start + distance.bits(),
        })
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

/// The lengths of both codes' codes, in runs.
fn read_lengths(reader: &mut Reader<'_>, code: &CodeLengths, lengths: &mut [u8]) -> Option<()> {
    let mut place = 0;
    while place < lengths.len() {
        reader.refill();
        let symbol = code.read(reader.bits())?;
        reader.pass(symbol.bits());
        let (length, count) = match symbol.base() {
            symbol @ 0..16 => (symbol as u8, 1),
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
