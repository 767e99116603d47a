//! The header in front of an entry, and the descriptor that may stand behind its bytes.

use super::body::LOCAL_HEADER;
use super::fields::{long, longest, short};
use super::member::Member;

/// The extra field that holds lengths of more than 4 GB.
const ZIP64: u16 = 1;
/// A length of 32 bits that says: look into the extra field.
const ELSEWHERE: u32 = u32::MAX;
/// In the flags: the entry is encrypted.
const ENCRYPTED: u16 = 1;
/// In the flags: sizes and checksum stand behind the bytes.
const DESCRIPTOR: u16 = 1 << 3;
/// In the flags: the name is UTF-8.
const UTF8: u16 = 1 << 11;

/// With its signature and lengths of 64 bits.
pub const LONGEST_DESCRIPTOR: u64 = 24;

/// The bytes of one local header, whole.
pub struct Local<'a>(&'a [u8]);

/// Lengths that a header tells.
pub struct Sizes {
    /// In the archive.
    pub zipped: u64,
    /// Unpacked.
    pub length: u64,
}

impl<'a> Local<'a> {
    /// How long the header is that begins with these bytes; `None` if none does.
    pub fn length_of(start: &[u8]) -> Option<usize> {
        (start.len() >= LOCAL_HEADER as usize && start.starts_with(b"PK\x03\x04"))
            .then(|| LOCAL_HEADER as usize + usize::from(short(start, 26)) + usize::from(short(start, 28)))
    }

    /// A header from all of its bytes.
    pub fn parse(bytes: &'a [u8]) -> Option<Local<'a>> {
        (Local::length_of(bytes)? == bytes.len()).then_some(Local(bytes))
    }

    /// How long it is.
    pub fn length(&self) -> u64 {
        self.0.len() as u64
    }

    /// The name, as it is written.
    pub fn name(&self) -> &'a [u8] {
        let start = LOCAL_HEADER as usize;
        &self.0[start..start + usize::from(short(self.0, 26))]
    }

    /// The number of the method.
    pub fn method(&self) -> u16 {
        short(self.0, 8)
    }

    /// The checksum, or zero where a descriptor has it.
    pub fn crc32(&self) -> u32 {
        long(self.0, 14)
    }

    /// Whether the entry is encrypted.
    pub fn is_encrypted(&self) -> bool {
        short(self.0, 6) & ENCRYPTED != 0
    }

    /// Whether the name is said to be UTF-8.
    pub fn is_utf8(&self) -> bool {
        short(self.0, 6) & UTF8 != 0
    }

    /// Whether sizes and checksum stand behind the bytes.
    pub fn has_descriptor(&self) -> bool {
        short(self.0, 6) & DESCRIPTOR != 0
    }

    /// The lengths, from the extra field where the fixed ones point there.
    pub fn sizes(&self) -> Sizes {
        let [zipped, length] = [long(self.0, 18), long(self.0, 22)];
        let extra = &self.0[LOCAL_HEADER as usize + usize::from(short(self.0, 26))..];
        let mut large = field(extra, ZIP64).unwrap_or_default().chunks_exact(8).map(|eight| longest(eight, 0));
        // The field holds the unpacked length first, and only what the fixed part leaves open.
        let mut whole = |fixed: u32| match fixed {
            ELSEWHERE => large.next().unwrap_or(u64::from(fixed)),
            fixed => u64::from(fixed),
        };
        let length = whole(length);
        Sizes { zipped: whole(zipped), length }
    }
}

/// The content of one extra field.
fn field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (id, length) = (short(extra, 0), usize::from(short(extra, 2)));
        let content = extra.get(4..4 + length)?;
        if id == wanted {
            return Some(content);
        }
        extra = &extra[4 + length..];
    }
    None
}

/// How long the descriptor is that begins with these bytes: with or without its signature, with lengths of 32 or 64
/// bits. `room` is how much there is up to the next entry. `None` if nothing there fits what the directory says.
pub fn descriptor_length(start: &[u8], room: u64, member: &Member) -> Option<u64> {
    let (crc32, zipped, length) =
        (member.body.crc32(), member.attributes.zipped.unwrap_or_default().0, member.attributes.length.0);
    let narrow = [crc32, zipped as u32, length as u32].map(u32::to_le_bytes).concat();
    let wide = [&crc32.to_le_bytes()[..], &zipped.to_le_bytes(), &length.to_le_bytes()].concat();
    let signed = |rest: &[u8]| [b"PK\x07\x08", rest].concat();
    let shapes = [signed(&wide), signed(&narrow), wide, narrow];
    let fits: Vec<u64> =
        shapes.iter().filter(|shape| start.starts_with(shape)).map(|shape| shape.len() as u64).collect();
    fits.iter().copied().find(|&length| length == room).or(fits.first().copied())
}
