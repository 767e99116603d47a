//! Links of an artifact: none may lead to what only the machine has that built it.

use super::artifact::{Artifact, Member};
use super::error::PackError;
use crate::model::contents::Contents;
use crate::model::entry::EntryKind;
use crate::model::escape::printable;
use crate::model::listing::Listing;

/// Folders that a function has beside its artifacts, or finds them in.
const IN_LAMBDA: [&[u8]; 6] = [b"/tmp/", b"/opt/", b"/mnt/", b"/var/task/", b"/var/runtime/", b"/var/lang/"];

/// Refuses links that lead out of their artifact, but for those into the folders of a function.
pub fn check_links(artifact: &Artifact, listing: &Listing, contents: &dyn Contents) -> Result<(), PackError> {
    for member in artifact.members.iter().filter(|member| listing.kind(member.entry) == EntryKind::Link) {
        let path = || listing.shown_path(member.entry);
        let text =
            contents.link_text(listing, member.entry).map_err(|why| PackError::Unreadable { path: path(), why })?;
        if leads_out(member, &text) {
            return Err(PackError::Outward { path: path(), to: printable(&text) });
        }
    }
    Ok(())
}

/// By its text alone; links on the way are not followed.
fn leads_out(member: &Member, text: &[u8]) -> bool {
    if text.starts_with(b"/") {
        return !IN_LAMBDA.iter().any(|folder| text.starts_with(folder))
            || text.split(|&byte| byte == b'/').any(|part| part == b"..");
    }
    let mut depth = member.path.iter().filter(|&&byte| byte == b'/').count();
    for part in text.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if depth == 0 => return true,
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::EntryId;

    #[test]
    fn a_link_may_lead_anywhere_in_its_artifact_and_in_lambda() {
        let member = Member { entry: EntryId(1), path: b"a/b/link".to_vec() };
        for inside in ["c", "../c", "../../c", "./../x/../y", "/tmp/cache", "/opt/python/x"] {
            assert!(!leads_out(&member, inside.as_bytes()), "{inside}");
        }
        for outside in ["../../../c", "/usr/bin/python3", "x/../../../../c", "/tmp/../etc/passwd", "/home/me/x"] {
            assert!(leads_out(&member, outside.as_bytes()), "{outside}");
        }
    }
}
