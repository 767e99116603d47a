//! The hash of a source by which bytecode knows it (PEP 552): what CPython's `_imp.source_hash` makes of its bytes.

use std::hash::Hasher;

use siphasher::sip::{SipHasher13, SipHasher24};

use super::interpreter::{HashFunction, hash_function_of_magic};

/// Takes the bytes of a source, as they come.
pub enum SourceHasher {
    /// As up to CPython 3.10.
    Sip24(SipHasher24),
    /// As since CPython 3.11.
    Sip13(SipHasher13),
}

impl SourceHasher {
    /// For the Python that writes this magic number; `None`: how it hashes sources is not recorded.
    pub fn new(magic: u16) -> Option<SourceHasher> {
        Some(match hash_function_of_magic(magic)? {
            HashFunction::SipHash24 => SourceHasher::Sip24(SipHasher24::new_with_keys(key(magic), 0)),
            HashFunction::SipHash13 => SourceHasher::Sip13(SipHasher13::new_with_keys(key(magic), 0)),
        })
    }

    /// The next bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        match self {
            SourceHasher::Sip24(hasher) => hasher.write(bytes),
            SourceHasher::Sip13(hasher) => hasher.write(bytes),
        }
    }

    /// The hash of all of them.
    pub fn finish(self) -> u64 {
        match self {
            SourceHasher::Sip24(hasher) => hasher.finish(),
            SourceHasher::Sip13(hasher) => hasher.finish(),
        }
    }
}

/// The magic number as a `.pyc` begins with it.
fn key(magic: u16) -> u64 {
    u64::from(u32::from_le_bytes([magic as u8, (magic >> 8) as u8, b'\r', b'\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_hashed_as_each_python_hashes_them() {
        // What _imp.source_hash of CPython 3.8, 3.10, 3.11 and 3.13 says of this source.
        for (magic, hash) in [
            (3413, 0x1506_f08f_32bf_3ff3_u64),
            (3439, 0xd94a_ade2_8c8c_bebf),
            (3495, 0x4c03_72aa_93f7_5252),
            (3571, 0xe786_e289_3651_120e),
        ] {
            for parts in [&["x = 1\n"][..], &["x ", "= 1\n"]] {
                let mut hasher = SourceHasher::new(magic).unwrap();
                parts.iter().for_each(|part| hasher.write(part.as_bytes()));
                assert_eq!(hasher.finish().to_le_bytes(), hash.to_be_bytes(), "{magic}");
            }
        }
        assert!(SourceHasher::new(1).is_none());
    }
}
