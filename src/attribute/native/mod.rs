//! What native files say of themselves: machine, libraries and glibc versions needed, where they look for them.
//!
//! No more is read than that takes: of a library of 30 MB in a folder a few kilobytes. Files of strangers: counts and
//! offsets in them may lie. Every list is cut at a length that no honest file has, and so is what one file may cost.

use std::io::{Error, Read, Result as IoResult, Seek, SeekFrom};

use object::elf;
use object::macho::{FatArch32, FatArch64};
use object::read::elf::{DynamicTable, FileHeader, SectionHeader, SectionTable};
use object::read::macho::{FatArch, MachOFatFile};
use object::{Architecture, Endianness, FileKind, Object, ReadCache, ReadRef};

use crate::model::bytes::Bytes;
use crate::model::contents::{Contents, Pieces, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::facts::NativeFacts;
use crate::model::listing::Listing;

mod segments;

/// Longer files are not read: more than a bundle may weigh.
const LONGEST: Bytes = Bytes(262_144_000);
/// More than any honest file lists.
const MOST: usize = 10_000;
/// More than reading the headers of any honest file takes.
const MOST_READ: u64 = 1 << 26;

/// What libraries and modules are called at their ends, and where their versions stand behind that.
const ENDINGS: [&[u8]; 5] = [b".so", b".dylib", b".pyd", b".dll", b".node"];
const BEFORE_VERSION: &[u8] = b".so.";

/// The files that may be native, in order: by their names, or executables without a suffix.
pub fn candidates(listing: &Listing) -> Vec<EntryId> {
    let named = ENDINGS.iter().flat_map(|ending| listing.ending_with(ending)).chain(listing.holding(BEFORE_VERSION));
    let bare = listing.entries().filter(|&entry| is_program(listing, entry));
    let is_file = |entry: &EntryId| listing.kind(*entry) == EntryKind::File;
    let mut found: Vec<EntryId> = named.chain(bare).filter(is_file).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What may be started and has no suffix. A custom runtime starts its `bootstrap` whatever its mode says; a mode that
/// forbids it is another question.
fn is_program(listing: &Listing, entry: EntryId) -> bool {
    let is_bootstrap = || listing.parent(entry) == EntryId::ROOT && listing.name(entry) == b"bootstrap";
    (listing.mode(entry) & 0o111 != 0 || is_bootstrap()) && !listing.name(entry).contains(&b'.')
}

/// Reads one file. `Ok(None)`: not native after all. `Err`: native, or named so, and broken or not readable.
pub fn read(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> Result<Option<NativeFacts>, String> {
    let start = contents.read(listing, entry, Bytes(64)).map_err(|why| why.to_string())?;
    // Behind Windows' first two letters more has to be read to tell a program from something else.
    let may_be_windows = start.bytes.starts_with(b"MZ");
    if !may_be_windows && FileKind::parse(&start.bytes[..]).is_err() {
        let is_cut_off = start.bytes.starts_with(b"\x7fELF");
        return if is_cut_off { Err("begins as a native file and is cut off".to_owned()) } else { Ok(None) };
    }
    if listing.length(entry) > LONGEST {
        return Err("too long to be read".to_owned());
    }
    let pieces = contents.pieces(listing, entry, LONGEST).map_err(|why: Unreadable| why.to_string())?;
    let cache = ReadCache::new(Frugal { pieces, left: MOST_READ });
    if may_be_windows && FileKind::parse(&cache).is_err() {
        return Ok(None);
    }
    parse(&cache).map_err(|error| printable(error.to_string().as_bytes()))
}

/// A file of which no more than so many bytes are read, however often its tables send the reader round.
struct Frugal {
    pieces: Box<dyn Pieces>,
    left: u64,
}

impl Read for Frugal {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let left = self.left.checked_sub(buffer.len() as u64);
        self.left = left.ok_or_else(|| Error::other("its tables are larger than those of any honest file"))?;
        self.pieces.read(buffer)
    }
}

impl Seek for Frugal {
    fn seek(&mut self, place: SeekFrom) -> IoResult<u64> {
        self.pieces.seek(place)
    }
}

fn parse<'data, Data: ReadRef<'data>>(data: Data) -> object::Result<Option<NativeFacts>> {
    let facts = match FileKind::parse(data)? {
        FileKind::Elf32 => elf::<elf::FileHeader32<Endianness>, _>(data)?,
        FileKind::Elf64 => elf::<elf::FileHeader64<Endianness>, _>(data)?,
        FileKind::MachO32 | FileKind::MachO64 => {
            plain("mach-o", vec![machine(object::File::parse(data)?.architecture())])
        }
        FileKind::MachOFat32 => plain("mach-o", fat::<FatArch32, _>(data)?),
        FileKind::MachOFat64 => plain("mach-o", fat::<FatArch64, _>(data)?),
        FileKind::Pe32 | FileKind::Pe64 => plain("pe", vec![machine(object::File::parse(data)?.architecture())]),
        _ => return Ok(None),
    };
    Ok(Some(facts))
}

fn plain(format: &str, machines: Vec<String>) -> NativeFacts {
    NativeFacts { format: format.to_owned(), machines, ..NativeFacts::default() }
}

fn machine(architecture: Architecture) -> String {
    match architecture {
        Architecture::X86_64 => "x86_64".to_owned(),
        Architecture::Aarch64 => "arm64".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn fat<'data, Arch: FatArch, Data: ReadRef<'data>>(data: Data) -> object::Result<Vec<String>> {
    let file = MachOFatFile::<Arch>::parse(data)?;
    Ok(file.arches().iter().take(MOST).map(|arch| machine(arch.architecture())).collect())
}

fn elf<'data, Elf: FileHeader<Endian = Endianness>, Data: ReadRef<'data>>(data: Data) -> object::Result<NativeFacts> {
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let mut facts = plain("elf", vec![elf_machine(header.e_machine(endian))]);
    let dynamic = sections.dynamic_table(endian, data)?;
    if dynamic.is_empty() {
        segments::take(&mut facts, header, endian, data)?;
    } else {
        take_dynamic(&mut facts, &dynamic);
        facts.glibc = glibc(&sections, endian, data)?;
    }
    facts.debug = debug(&sections, endian);
    Ok(facts)
}

fn elf_machine(number: elf::Machine) -> String {
    match number {
        elf::EM_X86_64 => "x86_64".to_owned(),
        elf::EM_AARCH64 => "arm64".to_owned(),
        elf::EM_386 => "i386".to_owned(),
        elf::EM_ARM => "arm".to_owned(),
        other => format!("machine {}", other.0),
    }
}

fn take_dynamic<'data, Elf: FileHeader, Data: ReadRef<'data>>(
    facts: &mut NativeFacts,
    table: &DynamicTable<'data, Elf, Data>,
) {
    for item in table.into_iter().take(MOST) {
        if let Ok(text) = table.string(item) {
            take_text(facts, item.tag, text);
        }
    }
}

fn take_text(facts: &mut NativeFacts, tag: elf::DynamicTag, text: &[u8]) {
    match tag {
        elf::DT_NEEDED => facts.needed.push(printable(text)),
        elf::DT_SONAME => facts.soname = Some(printable(text)),
        elf::DT_RPATH | elf::DT_RUNPATH => {
            facts.run_path.extend(text.split(|&byte| byte == b':').take(MOST).map(printable));
        }
        _ => {}
    }
}

/// The versions of glibc's symbols that are needed, oldest first.
fn glibc<'data, Elf: FileHeader, Data: ReadRef<'data>>(
    sections: &SectionTable<'data, Elf, Data>,
    endian: Elf::Endian,
    data: Data,
) -> object::Result<Vec<String>> {
    let Some((mut libraries, strings)) = sections.gnu_verneed(endian, data)? else { return Ok(Vec::new()) };
    let strings = sections.strings(endian, data, strings)?;
    let mut versions: Vec<Vec<u32>> = Vec::new();
    let mut left = MOST;
    while let Some((_, mut needs)) = libraries.next()? {
        while let Some(need) = needs.next()? {
            versions.extend(need.name(endian, strings).ok().and_then(glibc_version));
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
        }
        if left == 0 {
            break;
        }
    }
    Ok(in_order(versions))
}

/// Each version once, the oldest first.
fn in_order(mut versions: Vec<Vec<u32>>) -> Vec<String> {
    versions.sort_unstable();
    versions.dedup();
    versions.iter().map(|parts| parts.iter().map(u32::to_string).collect::<Vec<_>>().join(".")).collect()
}

/// `GLIBC_2.17`; other libraries' versions and `GLIBC_PRIVATE` are none.
fn glibc_version(name: &[u8]) -> Option<Vec<u32>> {
    let text = std::str::from_utf8(name.strip_prefix(b"GLIBC_")?).ok()?;
    text.split('.').map(|part| part.parse().ok()).collect()
}

fn debug<'data, Elf: FileHeader, Data: ReadRef<'data>>(
    sections: &SectionTable<'data, Elf, Data>,
    endian: Elf::Endian,
) -> Bytes {
    let is_debug = |section: &&Elf::SectionHeader| {
        let name = sections.section_name(endian, section).unwrap_or_default();
        name.starts_with(b".debug") || name.starts_with(b".zdebug")
    };
    sections.iter().filter(is_debug).map(|section| Bytes(section.sh_size(endian).into())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_other_libraries_are_no_versions_of_glibc() {
        assert_eq!(glibc_version(b"GLIBC_2.17"), Some(vec![2, 17]));
        assert_eq!(glibc_version(b"GLIBC_PRIVATE"), None);
        assert_eq!(glibc_version(b"CXXABI_1.3"), None);
    }

    #[test]
    fn a_real_library_tells_what_it_needs() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let facts = parse(&own[..]).unwrap().unwrap();
        assert!(["elf", "mach-o", "pe"].contains(&facts.format.as_str()) && facts.machines.len() == 1, "{facts:?}");
    }

    /// Zeroes where the header says that the sections are.
    fn without_sections(mut file: Vec<u8>) -> Vec<u8> {
        file[0x28..0x30].fill(0);
        file[0x3C..0x40].fill(0);
        file
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_library_without_sections_needs_the_same() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let whole = parse(&own[..]).unwrap().unwrap();
        let bare = parse(&without_sections(own)[..]).unwrap().unwrap();
        assert!(!whole.glibc.is_empty() && !whole.needed.is_empty(), "this test program is linked dynamically");
        assert_eq!(NativeFacts { debug: Bytes::ZERO, ..whole }, bare);
    }

    #[test]
    fn a_file_that_is_cut_or_altered_anywhere_never_panics() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let head: Vec<u8> = own.iter().take(4096).copied().collect();
        for length in 0..512 {
            let _ = parse(&head[..length.min(head.len())]);
        }
        for at in 0..512.min(head.len()) {
            let mut altered = head.clone();
            altered[at] ^= 0xFF;
            let _ = parse(&altered[..]);
            let _ = (altered.len() > 64).then(|| parse(&without_sections(altered)[..]));
        }
    }
}
