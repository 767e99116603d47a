//! The hash of a source by which bytecode knows it (PEP 552).

use std::hash::Hasher;
use std::io::Read;

use siphasher::sip::{SipHasher13, SipHasher24};

use super::encode::unreadable;
use crate::model::contents::Unreadable;
use crate::model::interpreter::{SourceHash, source_hash_of_magic};

/// What CPython's `_imp.source_hash` makes of a source.
pub fn source_hash(mut source: impl Read, magic: u16) -> Result<u64, Unreadable> {
    let key = u64::from(u32::from_le_bytes([magic as u8, (magic >> 8) as u8, b'\r', b'\n']));
    let mut hasher: Box<dyn Hasher> = match source_hash_of_magic(magic) {
        Some(SourceHash::SipHash24) => Box::new(SipHasher24::new_with_keys(key, 0)),
        Some(SourceHash::SipHash13) => Box::new(SipHasher13::new_with_keys(key, 0)),
        None => return Err(Unreadable::Failed("how its Python hashes sources is not recorded".to_owned())),
    };
    let mut buffer = [0; 16 << 10];
    loop {
        match source.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hasher.finish()),
            count => hasher.write(&buffer[..count]),
        }
    }
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
            assert_eq!(source_hash(&b"x = 1\n"[..], magic).unwrap().to_le_bytes(), hash.to_be_bytes(), "{magic}");
        }
        source_hash(&b"x = 1\n"[..], 1).unwrap_err();
    }
}
