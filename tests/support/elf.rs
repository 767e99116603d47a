//! Shared libraries made by tests: as much of ELF as tells what a library needs.

#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

/// x86-64 and AArch64, as ELF numbers them.
pub const X86_64: u16 = 62;
pub const AARCH64: u16 = 183;

const DYNAMIC: u32 = 6;
const STRINGS: u32 = 3;
const NEEDED_VERSIONS: u32 = 0x6fff_fffe;

/// A 64-bit library for a machine.
pub struct Elf<'a> {
    pub machine: u16,
    pub needed: &'a [&'a str],
    /// Versions of symbols needed from libc: `GLIBC_2.17`.
    pub versions: &'a [&'a str],
    pub run_path: Option<&'a str>,
}

/// A library for x86-64 that needs nothing.
pub const PLAIN: Elf<'static> = Elf { machine: X86_64, needed: &[], versions: &[], run_path: None };

/// Texts one after the other, each found again by its offset.
#[derive(Default)]
struct Texts(Vec<u8>);

impl Texts {
    fn add(&mut self, text: &str) -> u64 {
        if self.0.is_empty() {
            self.0.push(0);
        }
        let at = self.0.len() as u64;
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
        at
    }
}

struct Section {
    kind: u32,
    link: u32,
    info: u32,
    data: Vec<u8>,
}

impl Elf<'_> {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut texts = Texts::default();
        let dynamic = self.dynamic(&mut texts);
        let versions = self.needed_versions(&mut texts);
        let section = |kind, link, info, data| Section { kind, link, info, data };
        let sections = [
            section(0, 0, 0, Vec::new()),
            section(DYNAMIC, 2, 0, dynamic),
            section(STRINGS, 0, 0, texts.0),
            section(NEEDED_VERSIONS, 2, 1, versions),
        ];
        let count = if self.versions.is_empty() { 3 } else { 4 };
        self.file(&sections[..count])
    }

    fn dynamic(&self, texts: &mut Texts) -> Vec<u8> {
        let mut entries: Vec<(u64, u64)> = self.needed.iter().map(|name| (1, texts.add(name))).collect();
        entries.extend(self.run_path.map(|path| (29, texts.add(path))));
        entries.push((0, 0));
        entries.iter().flat_map(|(tag, value)| [tag.to_le_bytes(), value.to_le_bytes()].concat()).collect()
    }

    fn needed_versions(&self, texts: &mut Texts) -> Vec<u8> {
        let file = texts.add("libc.so.6") as u32;
        let mut data = [1u16.to_le_bytes(), (self.versions.len() as u16).to_le_bytes()].concat();
        [file, 16, 0].iter().for_each(|word| data.extend(word.to_le_bytes()));
        for (index, version) in self.versions.iter().enumerate() {
            let next = if index + 1 == self.versions.len() { 0 } else { 16 };
            [0, 0, texts.add(version) as u32, next].iter().for_each(|word: &u32| data.extend(word.to_le_bytes()));
        }
        data
    }

    fn file(&self, sections: &[Section]) -> Vec<u8> {
        let mut body = Vec::new();
        let mut headers = Vec::new();
        for section in sections {
            let at = 64 + body.len() as u64;
            headers.extend([0, section.kind].iter().flat_map(|word| word.to_le_bytes()));
            headers.extend([0, 0, at, section.data.len() as u64].iter().flat_map(|word| word.to_le_bytes()));
            headers.extend([section.link, section.info].iter().flat_map(|word| word.to_le_bytes()));
            headers.extend([1u64, 16].iter().flat_map(|word| word.to_le_bytes()));
            body.extend_from_slice(&section.data);
        }
        let mut file = b"\x7fELF\x02\x01\x01".to_vec();
        file.resize(16, 0);
        file.extend([3, self.machine].iter().flat_map(|half| half.to_le_bytes()));
        file.extend(1u32.to_le_bytes());
        file.extend([0, 0, 64 + body.len() as u64].iter().flat_map(|word| word.to_le_bytes()));
        file.extend(0u32.to_le_bytes());
        let tail = [64, 56, 0, 64, sections.len() as u16, 2];
        file.extend(tail.iter().flat_map(|half: &u16| half.to_le_bytes()));
        file.extend(body);
        file.extend(headers);
        file
    }
}
