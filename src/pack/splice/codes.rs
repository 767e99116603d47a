//! The Huffman codes of a deflate block (RFC 1951, 3.2.2): lengths of codes become codes, read and written.

/// Literals and lengths of matches have so many symbols at most.
pub const SYMBOLS: usize = 288;
/// The first of them are the bytes themselves.
const LITERALS: u16 = 256;
/// No code is longer.
const LONGEST: usize = 15;
/// Codes up to this length are looked up; the few longer ones are counted out.
const LOOKED_UP: u32 = 10;

/// Reads and writes the symbols of one alphabet.
pub struct Code {
    /// By the next bits: the symbol times 16, and the length of its code; 0 where that is longer or means nothing.
    table: Box<[u16; 1 << LOOKED_UP]>,
    /// How many codes have each length.
    counts: [u16; LONGEST + 1],
    /// The symbols in the order of their codes.
    sorted: [u16; SYMBOLS],
    /// By symbol: its code as it stands in the stream, and its length; 0: it has none.
    codes: [(u16, u8); SYMBOLS],
}

impl Default for Code {
    fn default() -> Code {
        Code {
            table: Box::new([0; 1 << LOOKED_UP]),
            counts: [0; LONGEST + 1],
            sorted: [0; SYMBOLS],
            codes: [(0, 0); SYMBOLS],
        }
    }
}

impl Code {
    /// Takes the code whose symbols have these lengths. `None`: no encoder makes such a code, as it means two things at
    /// once or leaves bits without meaning; but a single code may be one bit long, and there may be none.
    pub fn set(&mut self, lengths: &[u8]) -> Option<()> {
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
        (free == 0 || is_single).then(|| self.assign(lengths))
    }

    fn assign(&mut self, lengths: &[u8]) {
        let (mut code, mut place) = (0_u16, 0_u16);
        let mut next = [(0, 0); LONGEST + 1];
        for (next, count) in next.iter_mut().zip(self.counts) {
            *next = (code, place);
            place += count;
            code = (code + count) << 1;
        }
        self.table.fill(0);
        self.codes = [(0, 0); SYMBOLS];
        for (symbol, &length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let (code, place) = &mut next[usize::from(length)];
            let turned = code.reverse_bits() >> (16 - length);
            self.sorted[usize::from(*place)] = symbol as u16;
            self.codes[symbol] = (turned, length);
            (*code, *place) = (*code + 1, *place + 1);
            if u32::from(length) <= LOOKED_UP {
                let entry = (symbol as u16) << 4 | u16::from(length);
                self.table[usize::from(turned)..].iter_mut().step_by(1 << length).for_each(|slot| *slot = entry);
            }
        }
    }

    /// The symbol that stands first in these bits, and the length of its code; `None`: they mean nothing.
    #[inline]
    pub fn read(&self, bits: u64) -> Option<(usize, u32)> {
        match self.table[bits as usize & ((1 << LOOKED_UP) - 1)] {
            0 => self.count_out(bits),
            entry => Some((usize::from(entry >> 4), u32::from(entry & 15))),
        }
    }

    /// The length of the code that stands first in these bits, if it is a short one of a literal.
    #[inline]
    pub fn literal(&self, bits: u64) -> Option<u32> {
        let entry = self.table[bits as usize & ((1 << LOOKED_UP) - 1)];
        (entry > 0 && entry < LITERALS << 4).then_some(u32::from(entry & 15))
    }

    /// Codes of one length follow each other as numbers, from twice the number behind the last of the length before.
    fn count_out(&self, mut bits: u64) -> Option<(usize, u32)> {
        let (mut code, mut first, mut place) = (0_usize, 0_usize, 0_usize);
        for length in 1..=LONGEST {
            code |= (bits & 1) as usize;
            bits >>= 1;
            let count = usize::from(self.counts[length]);
            if code < first + count {
                return Some((usize::from(self.sorted[place + code - first]), length as u32));
            }
            place += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }

    /// How a symbol stands in the stream; `None`: the block has no code for it.
    pub fn of(&self, symbol: usize) -> Option<(u64, u32)> {
        let (code, length) = self.codes[symbol];
        (length > 0).then_some((u64::from(code), u32::from(length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_as_its_symbol() {
        let mut fixed = [8; SYMBOLS];
        fixed[144..256].fill(9);
        fixed[256..280].fill(7);
        // 1, 2, … 14, 15, 15: codes longer than what is looked up.
        let long: Vec<u8> = (1..=15).chain([15]).collect();
        for lengths in [&fixed[..], &long, &[1], &[0, 0, 1], &[1, 0, 1]] {
            let mut code = Code::default();
            code.set(lengths).unwrap();
            for (symbol, &given) in lengths.iter().enumerate() {
                match code.of(symbol) {
                    Some((bits, length)) => assert_eq!(code.read(bits), Some((symbol, length)), "{symbol}"),
                    None => assert_eq!(given, 0),
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for lengths in [&[1, 1, 1][..], &[2], &[1, 2], &[16], &[2, 2, 2]] {
            assert_eq!(Code::default().set(lengths), None, "{lengths:?}");
        }
        let mut single = Code::default();
        single.set(&[1]).unwrap();
        assert_eq!(single.read(0b1), None, "the other bit means nothing");
        let mut none = Code::default();
        none.set(&[0, 0]).unwrap();
        assert_eq!(none.read(0), None);
    }
}
