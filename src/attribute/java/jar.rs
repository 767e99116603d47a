//! Looks into one jar: who it is, and which other jars or artifacts it brought along. One level and no more: what a jar
//! within a jar holds is its own affair.
//!
//! Jars are written by strangers. What one may cost is bounded: entries, bytes read, bytes inflated.

use std::io::Read;

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder};

use super::coordinates::{Coordinates, by_name};
use crate::model::bytes::Bytes;
use crate::model::contents::Pieces;
use crate::model::escape::printable;
use crate::model::inside::Named;

/// More entries than any honest jar has.
const MOST_ENTRIES: usize = 500_000;
/// More artifacts than any honest jar brings along.
const MOST_FOUND: usize = 5_000;
/// No `pom.properties` is longer.
const LONGEST_POM: u64 = 64 << 10;
/// All that is read and inflated of the jars within one jar.
const MOST_INFLATED: u64 = 256 << 20;

/// What a jar says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar {
    /// Who it is; `None`: only its file's name tells.
    pub own: Option<Coordinates>,
    /// The jars that it holds, each as it lies in it.
    pub held: Vec<Held>,
    /// Artifacts whose classes lie among its own.
    pub mingled: Vec<Coordinates>,
    /// What could not be looked into, as phrases.
    pub unclear: Vec<String>,
}

/// A jar within a jar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its path in the jar, fit to print.
    pub path: String,
    /// Who it is.
    pub package: Named,
    /// The bytes that it takes in the jar.
    pub bytes: Bytes,
}

/// Reads the jar of that file name; `Err`: why it is none, as a phrase.
pub fn read(pieces: Box<dyn Pieces>, file: &str) -> Result<Jar, String> {
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let archive = ZipArchive::from_seekable(pieces, &mut buffer).map_err(|error| no_jar(&error))?;
    let mut reader = Reader { left: MOST_INFLATED, unclear: Vec::new() };
    let members = reader.members(&archive, &mut buffer)?;
    let poms = members.iter().filter(|member| member.is_pom());
    let mut found: Vec<Coordinates> = poms.filter_map(|member| reader.pom(&archive, member)).collect();
    found.sort();
    found.dedup();
    let held = members.iter().filter(|member| !member.is_pom()).map(|member| reader.held(&archive, member)).collect();
    let own = own(&found, file);
    found.retain(|it| Some(it) != own.as_ref());
    Ok(Jar { own, held, mingled: found, unclear: reader.unclear })
}

/// The one that is there, or of several the one that the file is called after.
fn own(found: &[Coordinates], file: &str) -> Option<Coordinates> {
    match found {
        [only] => Some(only.clone()),
        several => several.iter().find(|it| it.fits(file)).cloned(),
    }
}

fn no_jar(error: &rawzip::Error) -> String {
    format!("is no jar that can be read: {}", printable(error.to_string().as_bytes()))
}

/// An entry of interest.
struct Member {
    path: Vec<u8>,
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    is_encrypted: bool,
}

impl Member {
    fn is_pom(&self) -> bool {
        is_pom(&self.path)
    }
}

/// `META-INF/maven/GROUP/ARTIFACT/pom.properties`
fn is_pom(path: &[u8]) -> bool {
    path.starts_with(b"META-INF/maven/") && path.ends_with(b"/pom.properties")
}

/// Reads within what is left to be spent.
struct Reader {
    left: u64,
    unclear: Vec<String>,
}

impl Reader {
    fn members<R: ReaderAt>(&mut self, archive: &ZipArchive<R>, buffer: &mut [u8]) -> Result<Vec<Member>, String> {
        let mut members = Vec::new();
        let mut entries = archive.entries(buffer);
        let mut count = 0;
        while let Some(record) = entries.next_entry().map_err(|error| no_jar(&error))? {
            let path = record.file_path().as_bytes().to_vec();
            if is_pom(&path) || path.ends_with(b".jar") {
                let (place, method) = (record.wayfinder(), record.compression_method());
                members.push(Member { path, place, method, is_encrypted: record.flags().is_encrypted() });
            }
            count += 1;
            if count > MOST_ENTRIES || members.len() > MOST_FOUND {
                self.unclear.push("has more entries than are looked at; what else it holds is not told".to_owned());
                break;
            }
        }
        Ok(members)
    }

    fn pom<R: ReaderAt>(&mut self, archive: &ZipArchive<R>, member: &Member) -> Option<Coordinates> {
        self.content(archive, member, LONGEST_POM).and_then(|content| Coordinates::parse(&content))
    }

    /// A jar in the jar is named by what it says of itself, else by its file's name.
    fn held<R: ReaderAt>(&mut self, archive: &ZipArchive<R>, member: &Member) -> Held {
        let path = printable(&member.path);
        let file = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let content = self.content(archive, member, self.left);
        let own = content.and_then(|content| self.own_of(content, &file));
        let package = own.map_or_else(|| by_name(&file), |own| own.named());
        Held { path, package, bytes: Bytes(member.place.compressed_size_hint()) }
    }

    fn own_of(&mut self, content: Vec<u8>, file: &str) -> Option<Coordinates> {
        let archive = ZipArchive::from_slice(content).ok()?.into_reader_archive();
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let members = self.members(&archive, &mut buffer).ok()?;
        let poms = members.iter().filter(|member| member.is_pom());
        let mut found: Vec<Coordinates> = poms.filter_map(|member| self.pom(&archive, member)).collect();
        found.sort();
        found.dedup();
        own(&found, file)
    }

    /// The content of an entry, at most `cap` bytes; `None`, and said so, if it is longer or cannot be read.
    fn content<R: ReaderAt>(&mut self, archive: &ZipArchive<R>, member: &Member, cap: u64) -> Option<Vec<u8>> {
        let cap = cap.min(self.left);
        let read = inflated(archive, member, cap);
        self.left -= read.as_ref().map_or(0, Vec::len).min(self.left as usize) as u64;
        let whole = read.and_then(|content| {
            let is_whole = (content.len() as u64) < cap || cap == 0;
            is_whole.then_some(content).ok_or_else(|| "longer than what is read of a jar".to_owned())
        });
        whole.map_err(|why| self.unclear.push(format!("holds {}, which is {why}", printable(&member.path)))).ok()
    }
}

fn inflated<R: ReaderAt>(archive: &ZipArchive<R>, member: &Member, cap: u64) -> Result<Vec<u8>, String> {
    if member.is_encrypted {
        return Err("encrypted".to_owned());
    }
    let broken = |words: String| format!("broken: {}", printable(words.as_bytes()));
    let entry = archive.get_entry(member.place).map_err(|error| broken(error.to_string()))?;
    let mut content = Vec::new();
    let read = match member.method {
        CompressionMethod::STORE => entry.reader().take(cap).read_to_end(&mut content),
        CompressionMethod::DEFLATE => DeflateDecoder::new(entry.reader()).take(cap).read_to_end(&mut content),
        _ => return Err("compressed in a way that is not read here".to_owned()),
    };
    read.map_err(|error| broken(error.to_string()))?;
    Ok(content)
}
