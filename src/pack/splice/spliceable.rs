//! A file of an archive that can have another header where it lies.

use std::io::{Cursor, Read};
use std::sync::Arc;

use super::lanes::find_seams;
use super::seam::{HEADER, Seam};
use crate::model::bytes::Bytes;
use crate::model::contents::{Method, Packed, Unreadable};
use crate::pack::encode::unreadable;

/// A stored file or a stream with a seam.
pub struct Spliceable {
    data: Vec<u8>,
    crc32: u32,
    /// `None`: the file is stored.
    seam: Option<Arc<Seam>>,
}

/// A file of an archive, to be read; and its seam, if that is known already.
pub type Unread<'a> = (Result<Packed<'a>, Unreadable>, Option<Arc<Seam>>);

/// A file as it was read from an archive.
struct Lying {
    method: Method,
    crc32: u32,
    data: Vec<u8>,
    seam: Option<Arc<Seam>>,
}

impl Lying {
    /// `None`: the archive ends before it, or it has no header.
    fn read((packed, seam): Unread<'_>) -> Result<Option<Lying>, Unreadable> {
        let Packed { method, zipped, crc32, data: reader } = packed?;
        let mut data = Vec::with_capacity(zipped.0 as usize);
        reader.take(zipped.0).read_to_end(&mut data).map_err(unreadable)?;
        let seam = seam.filter(|seam| seam.is_of(data.len()));
        let is_whole = data.len() as u64 == zipped.0 && data.len() >= HEADER;
        Ok(is_whole.then_some(Lying { method, crc32, data, seam }))
    }

    fn is_deflated(&self) -> bool {
        self.method == Method::Deflated
    }

    fn awaits_seam(&self) -> bool {
        self.is_deflated() && self.seam.is_none()
    }
}

impl Spliceable {
    /// Reads what lies there, of several files at once; `None` where one has to be deflated anew.
    pub fn read(files: Vec<Unread<'_>>) -> Vec<Result<Option<Spliceable>, Unreadable>> {
        let files: Vec<_> = files.into_iter().map(Lying::read).collect();
        let waiting = files.iter().flatten().flatten().filter(|file| file.awaits_seam());
        let streams: Vec<&[u8]> = waiting.map(|file| &file.data[..]).collect();
        let mut seams = find_seams(&streams).into_iter();
        let mut spliceable = |file: Lying| {
            let found = if file.awaits_seam() { seams.next().flatten().map(Arc::new) } else { file.seam.clone() };
            let seam = if file.is_deflated() { Some(found?) } else { None };
            Some(Spliceable { data: file.data, crc32: file.crc32, seam })
        };
        files.into_iter().map(|file| Ok(file?.and_then(&mut spliceable))).collect()
    }

    /// The header that the file has.
    pub fn header(&self) -> [u8; HEADER] {
        match &self.seam {
            Some(seam) => seam.header,
            None => self.data.first_chunk().copied().unwrap_or_default(),
        }
    }

    /// Where it is cut; `None`: it is stored.
    pub fn seam(&self) -> Option<&Arc<Seam>> {
        self.seam.as_ref()
    }

    /// How many bytes it takes with another.
    pub fn length(&self) -> Bytes {
        Bytes(self.seam.as_ref().map_or(self.data.len(), |seam| seam.length()) as u64)
    }

    /// The file with that header; its own length is `plain`.
    ///
    /// Its checksum follows from the declared one, so that a file that did not match it does not match now.
    pub fn with(mut self, header: [u8; HEADER], plain: Bytes) -> Packed<'static> {
        let difference = crc32fast::hash(&self.header()) ^ crc32fast::hash(&header);
        let crc32 = self.crc32 ^ behind(difference, plain.less(Bytes(HEADER as u64)));
        let (method, data) = match &self.seam {
            Some(seam) => (Method::Deflated, seam.join(&self.data, header)),
            None => {
                self.data[..HEADER].copy_from_slice(&header);
                (Method::Stored, self.data)
            }
        };
        Packed { method, zipped: Bytes(data.len() as u64), crc32, data: Box::new(Cursor::new(data)) }
    }
}

/// What a difference of checksums becomes when so many bytes follow, the same in both: checksums are linear.
fn behind(difference: u32, bytes: Bytes) -> u32 {
    let mut checksum = crc32fast::Hasher::new_with_initial_len(difference, HEADER as u64);
    checksum.combine(&crc32fast::Hasher::new_with_initial_len(0, bytes.0));
    checksum.finalize()
}
