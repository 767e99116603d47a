//! What the loader itself reads: the dynamic segment of a library whose table of sections was taken off.
//!
//! Sections are for tools; only segments have to be there at run time. A library without sections is loaded all the
//! same, so what it needs must not be taken for nothing.

use object::elf;
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::{Endianness, ReadRef, StringTable};

use super::{MOST, glibc_version, in_order, take_text};
use crate::model::facts::NativeFacts;

/// Adds what the segments tell; nothing, if the file is not linked dynamically.
pub(super) fn take<'data, Elf: FileHeader<Endian = Endianness>, Data: ReadRef<'data>>(
    facts: &mut NativeFacts,
    header: &Elf,
    endian: Endianness,
    data: Data,
) -> object::Result<()> {
    let segments = header.program_headers(endian, data)?;
    let Some(entries) = segments.iter().find_map(|segment| segment.dynamic(endian, data).transpose()) else {
        return Ok(());
    };
    let entries: Vec<&Elf::Dyn> =
        entries?.iter().take(MOST).take_while(|entry| entry.d_tag(endian) != elf::DT_NULL).collect();
    let value = |tag| entries.iter().find(|entry| entry.d_tag(endian) == tag).map(|entry| entry.val(endian));
    let place = |address| segments.iter().find_map(|segment| in_file::<Elf>(segment, endian, address));
    let Some(start) = value(elf::DT_STRTAB).and_then(place) else { return Ok(()) };
    let end = start.saturating_add(value(elf::DT_STRSZ).unwrap_or(0));
    let strings = StringTable::new(data, start, end);
    for entry in &entries {
        if let Some(text) = entry.val32(endian).and_then(|offset| strings.get(offset).ok()) {
            take_text(facts, entry.d_tag(endian), text);
        }
    }
    let versions = value(elf::DT_VERNEED).and_then(place);
    facts.glibc = in_order(versions.map_or_else(Vec::new, |start| needed_versions(start, endian, data, strings)));
    Ok(())
}

/// Where in the file an address lies.
fn in_file<Elf: FileHeader>(segment: &Elf::ProgramHeader, endian: Elf::Endian, address: u64) -> Option<u64> {
    let (start, length): (u64, u64) = (segment.p_vaddr(endian).into(), segment.p_filesz(endian).into());
    let within = address.checked_sub(start).filter(|within| *within < length)?;
    let is_loaded = segment.p_type(endian) == elf::PT_LOAD;
    is_loaded.then(|| within.checked_add(segment.p_offset(endian).into())).flatten()
}

/// The versions of glibc in the list of needed versions that begins there. Its links may lie; steps are counted.
fn needed_versions<'data, Data: ReadRef<'data>>(
    start: u64,
    endian: Endianness,
    data: Data,
    strings: StringTable<'data, Data>,
) -> Vec<Vec<u32>> {
    let (mut versions, mut left, mut library_at) = (Vec::new(), MOST, Some(start));
    while let Some(library) = library_at.and_then(|at| data.read_at::<elf::Verneed<Endianness>>(at).ok()) {
        let mut need_at = step(library_at, library.vn_aux.get(endian));
        while let Some(need) = need_at.and_then(|at| data.read_at::<elf::Vernaux<Endianness>>(at).ok()) {
            versions.extend(strings.get(need.vna_name.get(endian)).ok().and_then(glibc_version));
            left = left.saturating_sub(1);
            need_at = step(need_at, need.vna_next.get(endian)).filter(|_| left > 0);
        }
        left = left.saturating_sub(1);
        library_at = step(library_at, library.vn_next.get(endian)).filter(|_| left > 0);
    }
    versions
}

/// The next record of a list; a distance of nothing ends it.
fn step(at: Option<u64>, distance: u32) -> Option<u64> {
    at.filter(|_| distance > 0).and_then(|at| at.checked_add(distance.into()))
}
