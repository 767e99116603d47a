//! The first 16 bytes of a `.pyc`, as PEP 552 lays them out.

use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::facts::{BytecodeHeader, BytecodeValidity};
use crate::model::listing::Listing;

/// Reads the header of one file; `Err` says why that cannot be.
pub fn read(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> Result<BytecodeHeader, String> {
    let content = contents.read(listing, entry, Bytes(16)).map_err(|why| why.to_string())?;
    parse(&content.bytes).ok_or_else(|| "is not compiled Python".to_owned())
}

fn parse(raw: &[u8]) -> Option<BytecodeHeader> {
    let word = |at: usize| raw.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let (magic, flags) = (word(0)?, word(4)?);
    // The magic number is followed by a line end, which shows whether the file went through a text conversion.
    if magic >> 16 != u32::from(u16::from_le_bytes(*b"\r\n")) {
        return None;
    }
    let validity = match flags {
        0 => BytecodeValidity::Timestamp { modified: word(8)?, length: word(12)? },
        0b01 => BytecodeValidity::UncheckedHash,
        0b11 => BytecodeValidity::CheckedHash,
        _ => return None,
    };
    Some(BytecodeHeader { magic: (magic & 0xFFFF) as u16, validity })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_how_the_source_is_known() {
        let dated = [0x6f, 0x0d, b'\r', b'\n', 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];
        let header = parse(&dated).unwrap();
        assert_eq!((header.magic, header.validity), (3439, BytecodeValidity::Timestamp { modified: 1, length: 2 }));
        let mut hashed = dated;
        hashed[4] = 1;
        assert_eq!(parse(&hashed).unwrap().validity, BytecodeValidity::UncheckedHash);
        hashed[4] = 3;
        assert_eq!(parse(&hashed).unwrap().validity, BytecodeValidity::CheckedHash);
    }

    #[test]
    fn what_is_no_header_is_none() {
        for raw in [&b""[..], b"abc", b"\x6f\x0d\r\n\x07\0\0\0\0\0\0\0\0\0\0\0", b"0123456789abcdef"] {
            assert_eq!(parse(raw), None);
        }
    }
}
