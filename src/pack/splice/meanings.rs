//! What the symbols of a block's alphabets stand for (RFC 1951, 3.2.5).

use super::codes::SYMBOLS;
use super::entry::Entry;

/// The symbol that ends a block; those below are literals, those above lengths.
pub const END: usize = 256;
/// Distances have so many symbols.
pub const DISTANCES: usize = 30;
/// Where the lengths of each symbol begin, from 257 on, and how many bits are added.
pub const LENGTHS: [(u16, u8); 29] = [
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

/// Literals, the end, and lengths. The last two symbols mean nothing.
pub const OF_LITERALS: [Entry; SYMBOLS] = {
    let mut all = [Entry::odd(SYMBOLS as u16); SYMBOLS];
    let mut symbol = 0;
    while symbol < END {
        all[symbol] = Entry::literal(symbol as u8);
        symbol += 1;
    }
    all[END] = Entry::odd(END as u16);
    let mut place = 0;
    while place < LENGTHS.len() {
        let (base, added) = LENGTHS[place];
        all[END + 1 + place] = Entry::number(base, added);
        place += 1;
    }
    all
};

/// Distances. The last two symbols mean nothing.
pub const OF_DISTANCES: [Entry; 32] = {
    let mut all = [Entry::odd(32); 32];
    let mut symbol = 0;
    while symbol < DISTANCES {
        // Two symbols for each power of two from 4 on.
        let added = (symbol / 2).saturating_sub(1);
        let base = if symbol < 4 { symbol } else { (2 + symbol % 2) << added };
        all[symbol] = Entry::number(base as u16 + 1, added as u8);
        symbol += 1;
    }
    all
};

/// Lengths of codes, and runs of them.
pub const OF_CODE_LENGTHS: [Entry; 19] = {
    let mut all = [Entry::NONE; 19];
    let mut symbol = 0;
    while symbol < all.len() {
        all[symbol] = Entry::number(symbol as u16, 0);
        symbol += 1;
    }
    all
};
