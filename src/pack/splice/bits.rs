//! Reading and writing bits in deflate's order: the lowest of a byte first.

use std::ops::Range;

/// The most that one step of copying moves.
const STEP: u32 = 32;

/// A deflate stream that is read bit by bit. Behind its end it reads as zeros; [`Reader::is_within`] tells.
///
/// It can be copied: a loop that works on a copy of its own keeps it in registers.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    stream: &'a [u8],
    /// The next bits. Behind the first `count` there may be more, which are read again.
    bits: u64,
    count: u32,
    /// The first byte of which no bit counts yet.
    next: usize,
}

impl<'a> Reader<'a> {
    /// So many bits are there at least after each [`refill`](Reader::refill): whole bytes, seven of them.
    const FULL: u32 = 56;

    /// Begins at the first bit.
    pub fn new(stream: &'a [u8]) -> Reader<'a> {
        Reader { stream, bits: 0, count: 0, next: 0 }
    }

    /// Sees to it that there are 56 bits or more.
    #[inline(always)]
    pub fn refill(&mut self) {
        // Bytes that do not fit whole do not count, and come to the same place the next time.
        self.bits |= word(self.stream, self.next) << self.count;
        self.next += (63 - self.count as usize) / 8;
        self.count |= Reader::FULL;
    }

    /// The next bits, of which none is taken: as many as the last refill saw to and are left.
    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.bits
    }

    /// Goes past so many bits, which must be there.
    #[inline(always)]
    pub fn pass(&mut self, count: u32) {
        self.bits >>= count;
        self.count -= count;
    }

    /// Takes so many bits, at most 32.
    pub fn take(&mut self, count: u32) -> usize {
        self.refill();
        let bits = low(self.bits, count);
        self.pass(count);
        bits as usize
    }

    /// The next bit's place.
    pub fn at(&self) -> usize {
        self.next * 8 - self.count as usize
    }

    /// Whether nothing was taken from behind the end.
    pub fn is_within(&self) -> bool {
        self.at() <= self.stream.len() * 8
    }
}

/// The lowest bits of some.
pub fn low(bits: u64, count: u32) -> u64 {
    bits & ((1 << count) - 1)
}

fn peek(stream: &[u8], at: usize) -> u64 {
    word(stream, at / 8) >> (at % 8)
}

/// The eight bytes from there on, with zeros behind the end.
#[inline(always)]
fn word(stream: &[u8], start: usize) -> u64 {
    match stream.get(start..start + 8).and_then(<[u8]>::first_chunk) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => last_word(stream, start),
    }
}

#[cold]
fn last_word(stream: &[u8], start: usize) -> u64 {
    let mut last = [0; 8];
    let rest = stream.get(start..).unwrap_or_default();
    last[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(last)
}

/// A deflate stream in the making.
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
    /// Bits that do not fill a byte yet, and how many they are.
    waiting: u64,
    count: u32,
}

impl Writer {
    /// With room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Writer {
        Writer { out: Vec::with_capacity(bytes), ..Writer::default() }
    }

    /// Appends so many bits, at most 32.
    pub fn put(&mut self, bits: u64, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        if self.count >= STEP {
            self.out.extend_from_slice(&(self.waiting as u32).to_le_bytes());
            self.waiting >>= STEP;
            self.count -= STEP;
        }
    }

    /// Appends bytes from a full byte on.
    pub fn put_bytes(&mut self, bytes: &[u8]) {
        self.fill();
        self.out.extend_from_slice(bytes);
    }

    /// Appends a part of another stream.
    pub fn copy(&mut self, stream: &[u8], bits: Range<usize>) {
        let mut at = bits.start;
        // Where both stand at the same bit of a byte, whole bytes can be copied from the next byte on.
        let is_level = self.count as usize % 8 == at % 8;
        let head = if is_level { (8 - at % 8) % 8 } else { bits.len() };
        let end = bits.end.min(at + head);
        while at < end {
            let count = (end - at).min(STEP as usize) as u32;
            self.put(low(peek(stream, at), count), count);
            at += count as usize;
        }
        if at < bits.end {
            self.put_bytes(&stream[at / 8..bits.end / 8]);
            self.put(low(peek(stream, bits.end / 8 * 8), (bits.end % 8) as u32), (bits.end % 8) as u32);
        }
    }

    /// The stream; its last byte is filled up with zeros.
    pub fn finish(mut self) -> Vec<u8> {
        self.fill();
        self.out
    }

    fn fill(&mut self) {
        let bytes = self.count.div_ceil(8) as usize;
        self.out.extend_from_slice(&self.waiting.to_le_bytes()[..bytes]);
        (self.waiting, self.count) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_can_be_copied_to_any_place() {
        let stream: Vec<u8> = (0..40_u8).map(|number| number.wrapping_mul(151)).collect();
        for offset in 0..9_u32 {
            for range in [0..320, 3..320, 11..12, 8..16, 5..5, 7..200, 1..34, 16..319] {
                let mut writer = Writer::default();
                writer.put(0, offset);
                writer.copy(&stream, range.clone());
                let written = writer.finish();
                assert_eq!(written.len(), (offset as usize + range.len()).div_ceil(8), "{offset} {range:?}");
                for (place, from) in range.enumerate() {
                    let to = place + offset as usize;
                    assert_eq!(written[to / 8] >> (to % 8) & 1, stream[from / 8] >> (from % 8) & 1, "{offset} {from}");
                }
            }
        }
    }

    #[test]
    fn behind_the_end_there_are_zeros() {
        let mut reader = Reader::new(&[0xFF, 0xFF]);
        assert_eq!((reader.take(9), reader.at(), reader.is_within()), (0x1FF, 9, true));
        assert_eq!((reader.take(11), reader.is_within(), reader.take(9)), (0x7F, false, 0));
    }
}
