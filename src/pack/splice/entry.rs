//! What the code at the beginning of some bits stands for, in one word: a single look into a table tells all of it.

/// A literal, or a number to which bits are added that follow the code, or something that ends what came before.
///
/// | bits | |
/// |---|---|
/// | 0–5 | how many bits it takes, code and added bits together |
/// | 8–11 | how many of them the code takes |
/// | 16–31 | the number that bits are added to, or the symbol that is odd; 1 for a literal, as it stands for one byte |
/// | 32–47 | which of the bits behind the code are added |
/// | 48–55 | the literal |
/// | 56–59 | how many bits it takes if it is a literal; else 0 |
/// | 62, 63 | whether it is a literal, whether it is odd |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry(u64);

const CODE: u32 = 8;
const BASE: u32 = 16;
const ADDED: u32 = 32;
const BYTE: u32 = 48;
const ALONE: u32 = 56;
const LITERAL: u32 = 62;
const ODD: u64 = 1 << 63;

impl Entry {
    /// A code that is longer than what is looked up, or bits that mean nothing. It is odd.
    pub const NONE: Entry = Entry(ODD);

    /// A byte as it is.
    pub const fn literal(byte: u8) -> Entry {
        Entry(1 << LITERAL | (byte as u64) << BYTE | 1 << BASE)
    }

    /// From `base` on, with so many bits added.
    pub const fn number(base: u16, added: u8) -> Entry {
        Entry((base as u64) << BASE | ((1 << added) - 1) << ADDED | added as u64)
    }

    /// Neither literal nor number.
    pub const fn odd(symbol: u16) -> Entry {
        Entry(ODD | (symbol as u64) << BASE)
    }

    /// The same behind a code of that length.
    pub fn behind(self, code: u32) -> Entry {
        let code = u64::from(code);
        Entry(self.0 + code + (code << CODE) + ((code * self.literals()) << ALONE))
    }

    /// Whether it is a byte as it is.
    #[inline]
    pub fn is_literal(self) -> bool {
        self.literals() != 0
    }

    /// How many literals it is: one or none.
    #[inline]
    pub fn literals(self) -> u64 {
        self.0 >> LITERAL & 1
    }

    /// Whether it is neither literal nor number.
    #[inline]
    pub fn is_odd(self) -> bool {
        self.0 & ODD != 0
    }

    /// All bits that it takes: the code, and what is added.
    #[inline]
    pub fn bits(self) -> u32 {
        self.0 as u32 & 63
    }

    /// The same where it is a literal; else 0.
    #[inline]
    pub fn bits_alone(self) -> u32 {
        (self.0 >> ALONE) as u32 & 15
    }

    /// The symbol that is odd, or the number without what is added.
    #[inline]
    pub fn base(self) -> usize {
        (self.0 >> BASE & 0xFFFF) as usize
    }

    /// The literal.
    #[inline]
    pub fn byte(self) -> u8 {
        (self.0 >> BYTE) as u8
    }

    /// The number, when these bits begin with its code.
    #[inline]
    pub fn number_in(self, bits: u64) -> usize {
        let added = bits >> (self.0 >> CODE & 63) & (self.0 >> ADDED & 0xFFFF);
        self.base() + added as usize
    }

    /// Negative where it is odd: several can be asked at once by what their words have in common.
    #[inline]
    pub fn word(self) -> i64 {
        self.0 as i64
    }
}
