//! The lines of `.pth` files: folders that Python adds to its search path, and statements that it runs at its start.

use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::listing::Listing;

/// Longer than any that a tool writes.
const LONGEST: Bytes = Bytes(1 << 16);

/// Reads what counts in one file: neither empty lines nor comments.
pub fn read(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> Result<Vec<String>, String> {
    let content = contents.read(listing, entry, LONGEST).map_err(|why| why.to_string())?;
    let lines = content.bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    Ok(lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).map(printable).collect())
}
