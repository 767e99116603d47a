//! What the code at the beginning of some bits stands for, in one word: a single look into a table tells all of it.

/// A literal, or a number to which bits are added that follow the code, or something that ends what came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry(u32);

/// Where the length of the code stands, four bits; below it that of code and added bits together, five.
const CODE: u32 = 5;
/// Where the number stands that bits are added to, or the literal: sixteen bits.
const BASE: u32 = 9;
const ODD: u32 = 1 << 30;
const LITERAL: u32 = 1 << 31;

impl Entry {
    /// A code that is longer than what is looked up, or bits that mean nothing. It is odd.
    pub const NONE: Entry = Entry(ODD);

    /// A byte as it is.
    pub const fn literal(byte: u8) -> Entry {
        Entry(LITERAL | (byte as u32) << BASE)
    }

    /// From `base` on, with so many bits added.
    pub const fn number(base: u16, added: u8) -> Entry {
        Entry((base as u32) << BASE | added as u32)
    }

    /// Neither literal nor number.
    pub const fn odd(symbol: u16) -> Entry {
        Entry(ODD | (symbol as u32) << BASE)
    }

    /// The same behind a code of that length.
    pub fn behind(self, code: u32) -> Entry {
        Entry(self.0 + (code << CODE) + code)
    }

    /// Whether it is a byte as it is.
    #[inline]
    pub fn is_literal(self) -> bool {
        self.0 & LITERAL != 0
    }

    /// Whether it is neither literal nor number.
    #[inline]
    pub fn is_odd(self) -> bool {
        self.0 & ODD != 0
    }

    /// All bits that it takes: the code, and what is added.
    #[inline]
    pub fn bits(self) -> u32 {
        self.0 & 31
    }

    /// The literal, the symbol that is odd, or the number without what is added.
    #[inline]
    pub fn base(self) -> usize {
        (self.0 >> BASE & 0xFFFF) as usize
    }

    /// The number, when these bits begin with its code.
    #[inline]
    pub fn number_in(self, bits: u64) -> usize {
        let code = self.0 >> CODE & 15;
        self.base() + (super::bits::low(bits, self.bits()) >> code) as usize
    }
}
