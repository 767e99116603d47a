//! Zips byte by byte, with every field of every record open to lies.

#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

/// Where an entry's sizes and checksum are told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// In front of it.
    InFront,
    /// Behind it, in a descriptor with or without its signature.
    Behind { signed: bool },
}

/// One of the two headers of an entry.
#[derive(Clone)]
pub struct Header {
    pub name: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    pub crc32: u32,
    pub zipped: u32,
    pub length: u32,
    pub extra: Vec<u8>,
}

/// An entry, stored.
#[derive(Clone)]
pub struct Entry {
    pub local: Header,
    pub central: Header,
    pub data: Vec<u8>,
    pub descriptor: Vec<u8>,
    /// What lies behind it and belongs to nobody.
    pub behind: Vec<u8>,
}

impl Entry {
    /// An honest one.
    pub fn new(name: &str, content: &[u8], told: Told) -> Entry {
        let (crc32, length) = (crc32fast::hash(content), content.len() as u32);
        let flags = if told == Told::InFront { 0 } else { 8 };
        let extra = Vec::new();
        let header = Header { name: name.into(), flags, method: 0, crc32, zipped: length, length, extra };
        let (local, descriptor) = match told {
            Told::InFront => (header.clone(), Vec::new()),
            Told::Behind { signed } => {
                let numbers = [crc32, length, length].map(u32::to_le_bytes).concat();
                let signature: &[u8] = if signed { b"PK\x07\x08" } else { b"" };
                let later = Header { crc32: 0, zipped: 0, length: 0, ..header.clone() };
                (later, [signature, &numbers].concat())
            }
        };
        Entry { local, central: header, data: content.to_vec(), descriptor, behind: Vec::new() }
    }
}

/// An archive.
#[derive(Clone, Default)]
pub struct Archive {
    pub before: Vec<u8>,
    pub entries: Vec<Entry>,
    /// Behind the directory, in front of the end record.
    pub behind_directory: Vec<u8>,
    /// Added to what the end record counts.
    pub miscounted: i32,
    /// Added to the length of the directory that the end record states.
    pub mismeasured: i32,
    /// The large form of the end record: how many entries it counts more than there are.
    pub large: Option<u64>,
    pub comment: Vec<u8>,
    pub behind: Vec<u8>,
}

impl Archive {
    /// An honest one: a handler and a module.
    pub fn honest(told: Told) -> Archive {
        let handler = b"import helper\ndef handler(event, context):\n    return helper.answer()\n";
        let helper = b"def answer():\n    return 42\n";
        let entries = vec![Entry::new("app.py", handler, told), Entry::new("helper.py", helper, told)];
        Archive { entries, ..Archive::default() }
    }

    /// All bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.before.clone();
        let mut places = Vec::new();
        for entry in &self.entries {
            places.push(bytes.len() as u32);
            bytes.extend(local(&entry.local));
            for part in [&entry.data, &entry.descriptor, &entry.behind] {
                bytes.extend(part);
            }
        }
        let start = bytes.len() as u32;
        for (entry, place) in self.entries.iter().zip(places) {
            bytes.extend(central(&entry.central, place));
        }
        let size = bytes.len() as u32 - start;
        bytes.extend(&self.behind_directory);
        let count = self.entries.len() as u64;
        if let Some(more) = self.large {
            let at = bytes.len() as u64;
            bytes.extend(b"PK\x06\x06");
            bytes.extend(44_u64.to_le_bytes());
            bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for number in [count + more, count + more, u64::from(size), u64::from(start)] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(b"PK\x06\x07\0\0\0\0");
            bytes.extend(at.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
        }
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        let counted = (count as i32 + self.miscounted) as u16;
        bytes.extend([counted, counted].map(u16::to_le_bytes).concat());
        bytes.extend(((size as i32 + self.mismeasured) as u32).to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend((self.comment.len() as u16).to_le_bytes());
        bytes.extend(&self.comment);
        bytes.extend(&self.behind);
        bytes
    }
}

fn local(header: &Header) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04\x14\0".to_vec();
    bytes.extend(common(header));
    bytes.extend(&header.name);
    bytes.extend(&header.extra);
    bytes
}

fn central(header: &Header, place: u32) -> Vec<u8> {
    // Made on Unix, a regular file that all may read.
    let mut bytes = b"PK\x01\x02\x14\x03\x14\0".to_vec();
    bytes.extend(common(header));
    bytes.extend([0; 6]);
    bytes.extend((0o100_644_u32 << 16).to_le_bytes());
    bytes.extend(place.to_le_bytes());
    bytes.extend(&header.name);
    bytes.extend(&header.extra);
    bytes
}

/// From the flags to the length of the extra fields; the date is 1980-01-01.
fn common(header: &Header) -> Vec<u8> {
    let mut bytes = [header.flags, header.method, 0, 0x21].map(u16::to_le_bytes).concat();
    bytes.extend([header.crc32, header.zipped, header.length].map(u32::to_le_bytes).concat());
    bytes.extend([header.name.len() as u16, header.extra.len() as u16].map(u16::to_le_bytes).concat());
    bytes
}
