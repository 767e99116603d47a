//! A number of bytes in a file. TOML promises 63 bits, and what cannot be written again is not read.

use serde::Deserialize;

use crate::model::bytes::Bytes;

/// As many bytes as TOML's integers can tell.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct Size(u64);

impl TryFrom<u64> for Size {
    type Error = String;

    fn try_from(bytes: u64) -> Result<Size, String> {
        match i64::try_from(bytes) {
            Ok(_) => Ok(Size(bytes)),
            Err(_) => Err(format!("{bytes} bytes are more than anything has; write at most {}", i64::MAX)),
        }
    }
}

impl From<Size> for Bytes {
    fn from(size: Size) -> Bytes {
        Bytes(size.0)
    }
}
