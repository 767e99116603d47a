//! The Huffman codes of a deflate block (RFC 1951, 3.2.2): lengths of codes become codes, read and written.

use super::entry::Entry;

/// Literals and lengths of matches have so many symbols at most.
pub const SYMBOLS: usize = 288;
/// No code is longer.
const LONGEST: usize = 15;

/// Reads and writes the symbols of one alphabet. Codes of up to `LOOKED_UP` bits are looked up in a table, whose `SIZE`
/// follows from them; the few longer ones are counted out.
pub struct Code<const LOOKED_UP: u32, const SIZE: usize> {
    /// By the next bits: what stands there; [`Entry::NONE`] where the code is longer or means nothing.
    table: Box<[Entry; SIZE]>,
    /// How many codes have each length.
    counts: [u16; LONGEST + 1],
    /// What the symbols mean, in the order of their codes.
    sorted: [Entry; SYMBOLS],
    /// By symbol: the length of its code; 0: it has none.
    lengths: [u8; SYMBOLS],
}

impl<const LOOKED_UP: u32, const SIZE: usize> Default for Code<LOOKED_UP, SIZE> {
    fn default() -> Self {
        Code {
            table: Box::new([Entry::NONE; SIZE]),
            counts: [0; LONGEST + 1],
            sorted: [Entry::NONE; SYMBOLS],
            lengths: [0; SYMBOLS],
        }
    }
}

impl<const LOOKED_UP: u32, const SIZE: usize> Code<LOOKED_UP, SIZE> {
    /// Takes the code whose symbols have these lengths and meanings. `None`: no encoder makes such a code, as it means
    /// two things at once or leaves bits without meaning; but a single code may be one bit long, and there may be none.
    pub fn set(&mut self, lengths: &[u8], meanings: &[Entry]) -> Option<()> {
        self.counts = [0; LONGEST + 1];
        for &length in lengths {
            *self.counts.get_mut(usize::from(length))? += 1;
        }
        self.counts[0] = 0;
        let mut free = 1_i32;
        for &count in &self.counts[1..] {
            free = free * 2 - i32::from(count);
            if free < 0 {
                return None;
            }
        }
        let used: u16 = self.counts.iter().sum();
        let is_single = used == self.counts[1] && used <= 1;
        if free > 0 && !is_single {
            return None;
        }
        self.lengths[..lengths.len()].copy_from_slice(lengths);
        self.lengths[lengths.len()..].fill(0);
        self.sort(meanings);
        self.fill(usize::from(used));
        Some(())
    }

    /// Codes follow each other by their lengths, and those of one length by their symbols.
    fn sort(&mut self, meanings: &[Entry]) {
        let mut places = [0_u16; LONGEST + 1];
        let mut place = 0;
        for (first, count) in places.iter_mut().zip(self.counts) {
            *first = place;
            place += count;
        }
        for (&length, meaning) in self.lengths.iter().zip(meanings).filter(|(length, _)| **length > 0) {
            let place = &mut places[usize::from(length & 15)];
            self.sorted[usize::from(*place)] = meaning.behind(length.into());
            *place += 1;
        }
    }

    /// Fills the table one length after another: the table for a bit more is the one before, twice.
    fn fill(&mut self, used: usize) {
        let mut symbols = self.sorted[..used].iter();
        let mut code = 0_u16;
        self.table[0] = Entry::NONE;
        for length in 1..=LOOKED_UP {
            let half = 1 << (length - 1);
            self.table.copy_within(..half, half);
            // Behind the last code of the length before.
            code <<= 1;
            for _ in 0..self.counts[length as usize] {
                let turned = code.reverse_bits() >> (16 - length);
                if let Some(&entry) = symbols.next() {
                    self.table[usize::from(turned)] = entry;
                }
                code += 1;
            }
        }
    }

    /// What stands first in these bits, if its code is a short one; else [`Entry::NONE`].
    #[inline]
    pub fn look_up(&self, bits: u64) -> Entry {
        self.table[bits as usize & (SIZE - 1)]
    }

    /// What stands first in these bits; `None`: they mean nothing.
    pub fn read(&self, bits: u64) -> Option<Entry> {
        match self.look_up(bits) {
            Entry::NONE => self.count_out(bits),
            entry => Some(entry),
        }
    }

    /// Codes of one length follow each other as numbers, from twice the number behind the last of the length before.
    fn count_out(&self, mut bits: u64) -> Option<Entry> {
        let (mut code, mut first, mut place) = (0_usize, 0_usize, 0_usize);
        for length in 1..=LONGEST {
            code |= (bits & 1) as usize;
            bits >>= 1;
            let count = usize::from(self.counts[length]);
            if code < first + count {
                return Some(self.sorted[place + code - first]);
            }
            place += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }

    /// How a symbol stands in the stream; `None`: the block has no code for it. Few are asked for, so this is no table.
    pub fn of(&self, symbol: usize) -> Option<(u64, u32)> {
        let length = self.lengths[symbol];
        if length == 0 {
            return None;
        }
        let shorter = self.counts[..usize::from(length)].iter().fold(0, |code, count| (code + count) << 1);
        let before = self.lengths[..symbol].iter().filter(|&&other| other == length).count() as u16;
        Some((u64::from((shorter + before).reverse_bits() >> (16 - length)), length.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code whose symbols mean themselves.
    fn code(lengths: &[u8]) -> Option<Code<11, 2048>> {
        let meanings: Vec<Entry> = (0..SYMBOLS as u16).map(|symbol| Entry::number(symbol, 0)).collect();
        let mut code = Code::default();
        // What it was set to before must not show.
        code.set(&[2, 2, 2, 2], &meanings)?;
        code.set(lengths, &meanings)?;
        Some(code)
    }

    #[test]
    fn every_code_reads_back_as_its_symbol() {
        let mut fixed = [8; SYMBOLS];
        fixed[144..256].fill(9);
        fixed[256..280].fill(7);
        // 1, 2, … 14, 15, 15: codes longer than what is looked up.
        let long: Vec<u8> = (1..=15).chain([15]).collect();
        for lengths in [&fixed[..], &long, &[1], &[0, 0, 1], &[1, 0, 1]] {
            let code = code(lengths).unwrap();
            for (symbol, &given) in lengths.iter().enumerate() {
                match code.of(symbol) {
                    Some((bits, length)) => {
                        let entry = code.read(bits).unwrap();
                        assert_eq!((entry.base(), entry.bits()), (symbol, length));
                    }
                    None => assert_eq!(given, 0),
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for lengths in [&[1, 1, 1][..], &[2], &[1, 2], &[16], &[2, 2, 2]] {
            assert!(code(lengths).is_none(), "{lengths:?}");
        }
        assert_eq!(code(&[1]).unwrap().read(0b1), None, "the other bit means nothing");
        assert_eq!(code(&[0, 0]).unwrap().read(0), None);
    }
}
