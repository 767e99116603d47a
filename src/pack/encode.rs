//! One file's bytes to what a zip holds of them.
//!
//! Which encoder deflates a file follows from the file's length alone, so that a size measured once holds for every
//! artifact: up to [`LARGE`] libdeflate takes it whole; above, zlib-rs takes it in chunks of [`CHUNK`], each with
//! the 32 kB before it as dictionary. Chunks depend on nothing else, so several threads can share a large file while
//! memory stays bounded and the bytes stay the same.
//!
//! A file that libdeflate cannot make shorter is stored. A large file is always deflated, because its first bytes are
//! written before its last are read; where that does not help it costs about five bytes in 16 kB.

use std::io::Read;

use flate2::{Compress, Compression, FlushCompress};
use libdeflater::{CompressionLvl, Compressor};

use crate::model::bytes::Bytes;
use crate::model::contents::{Method, Unreadable};

/// Names everything that decides about deflated lengths. Sizes measured by another encoder are not believed.
pub const ENCODER: &str = "libdeflate-1.26-6/zlib-rs-0.6-6/32M/1M";

/// Longer files are deflated in chunks. Whole files come out some two percent shorter, and two of this length at once
/// still leave memory well below 256 MB.
pub const LARGE: Bytes = Bytes(32 << 20);
/// The length of a chunk.
pub const CHUNK: usize = 1 << 20;
/// How far back deflate can refer.
const WINDOW: usize = 32 << 10;
/// Both encoders' level: smaller together than what Info-ZIP makes at its default, in a third of the time.
const LEVEL: u8 = 6;
/// What each of them reaches with the highest effort.
const SMALLEST_WHOLE: i32 = 12;
const SMALLEST_CHUNK: u32 = 9;
/// A buffer that grew beyond this is given back after use.
const KEPT: usize = 1 << 20;

/// How hard to try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// What sizes are measured with.
    #[default]
    Usual,
    /// Several times the time for a few percent. Nothing comes out longer than with the usual effort.
    Smallest,
}

/// What a zip holds of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Stored or deflated.
    pub method: Method,
    /// Of the content.
    pub crc32: u32,
    /// The bytes in the zip.
    pub data: Vec<u8>,
}

/// A part of a large file.
#[derive(Debug)]
pub struct Chunk {
    /// What came before it, as far as deflate can refer to it.
    pub dictionary: Vec<u8>,
    /// The bytes.
    pub plain: Vec<u8>,
    /// Whether the file ends with it.
    pub is_last: bool,
}

/// What becomes of a chunk.
#[derive(Debug)]
pub struct Piece {
    /// Of its plain bytes, to be combined with those around it.
    pub crc32: crc32fast::Hasher,
    /// Deflated, ending at a full byte.
    pub data: Vec<u8>,
    /// Whether the file ends with it.
    pub is_last: bool,
}

/// Encodes one file after another in buffers that it keeps.
pub struct Encoder {
    whole: Compressor,
    /// Made when it is first asked for.
    smallest: Option<Compressor>,
    plain: Vec<u8>,
    deflated: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Encoder {
        let level = CompressionLvl::new(i32::from(LEVEL)).unwrap_or_default();
        Encoder { whole: Compressor::new(level), smallest: None, plain: Vec::new(), deflated: Vec::new() }
    }
}

impl Encoder {
    /// What a zip holds of a file that is not large.
    pub fn encode(&mut self, mut file: impl Read, length: Bytes, effort: Effort) -> Result<Encoded, Unreadable> {
        self.read(&mut file, length)?;
        let crc32 = crc32fast::hash(&self.plain);
        let usual = self.deflate();
        let smallest = if effort == Effort::Smallest { self.deflate_smaller(usual) } else { None };
        let encoded = match smallest.or(usual) {
            Some(length) => Encoded { method: Method::Deflated, crc32, data: self.deflated[..length].to_vec() },
            None => Encoded { method: Method::Stored, crc32, data: self.plain.clone() },
        };
        self.give_back();
        Ok(encoded)
    }

    /// How many bytes a zip holds of a file that is not large.
    pub fn measure(&mut self, mut file: impl Read, length: Bytes) -> Result<Bytes, Unreadable> {
        self.read(&mut file, length)?;
        let zipped = self.deflate().unwrap_or(self.plain.len());
        self.give_back();
        Ok(Bytes(zipped as u64))
    }

    fn read(&mut self, file: &mut impl Read, length: Bytes) -> Result<(), Unreadable> {
        self.plain.clear();
        self.plain.reserve(length.0 as usize + 1);
        file.read_to_end(&mut self.plain).map_err(unreadable)?;
        if self.plain.len() as u64 == length.0 { Ok(()) } else { Err(changed()) }
    }

    /// The deflated length, if deflating makes the file shorter.
    fn deflate(&mut self) -> Option<usize> {
        if self.deflated.len() < self.plain.len() {
            // Made anew instead of grown: zeroed memory that is never written to is never used.
            self.deflated = vec![0; self.plain.len()];
        }
        let room = self.plain.len().saturating_sub(1);
        self.whole.deflate_compress(&self.plain, &mut self.deflated[..room]).ok()
    }

    /// The length that the highest effort comes to, if that is shorter; else the buffer is as it was.
    fn deflate_smaller(&mut self, usual: Option<usize>) -> Option<usize> {
        let level = CompressionLvl::new(SMALLEST_WHOLE).unwrap_or_default();
        let compressor = self.smallest.get_or_insert_with(|| Compressor::new(level));
        let mut shorter = vec![0; usual.unwrap_or(self.plain.len()).saturating_sub(1)];
        let length = compressor.deflate_compress(&self.plain, &mut shorter).ok()?;
        self.deflated[..length].copy_from_slice(&shorter[..length]);
        Some(length)
    }

    fn give_back(&mut self) {
        for buffer in [&mut self.plain, &mut self.deflated] {
            if buffer.capacity() > KEPT {
                *buffer = Vec::new();
            }
        }
    }
}

/// What a zip holds of a part of a large file.
pub fn encode_chunk(chunk: &Chunk, effort: Effort) -> Piece {
    let usual = deflate_chunk(chunk, u32::from(LEVEL));
    let data = match effort {
        Effort::Usual => usual,
        Effort::Smallest => {
            [usual, deflate_chunk(chunk, SMALLEST_CHUNK)].into_iter().min_by_key(Vec::len).unwrap_or_default()
        }
    };
    let mut crc32 = crc32fast::Hasher::new();
    crc32.update(&chunk.plain);
    Piece { crc32, data, is_last: chunk.is_last }
}

fn deflate_chunk(chunk: &Chunk, level: u32) -> Vec<u8> {
    // A stream of zlib-rs that is reset keeps chains of its former input, and with a dictionary follows them: the
    // bytes would depend on what the thread did before. A new one costs nothing beside a chunk.
    let mut deflate = Compress::new(Compression::new(level), false);
    if !chunk.dictionary.is_empty() {
        deflate.set_dictionary(&chunk.dictionary).expect("a fresh raw deflate stream takes any dictionary");
    }
    let flush = if chunk.is_last { FlushCompress::Finish } else { FlushCompress::Sync };
    let mut data = Vec::with_capacity(CHUNK / 2);
    while (deflate.total_in() as usize) < chunk.plain.len() || data.len() == data.capacity() {
        data.reserve(CHUNK / 2);
        let rest = &chunk.plain[deflate.total_in() as usize..];
        deflate.compress_vec(rest, &mut data, flush).expect("deflating into a growing buffer cannot fail");
    }
    data
}

/// A large file as its chunks.
pub struct Chunks<R> {
    file: R,
    left: u64,
    dictionary: Vec<u8>,
}

impl<R: Read> Chunks<R> {
    /// Cuts up a file of that length, which must not be empty.
    pub fn new(file: R, length: Bytes) -> Chunks<R> {
        Chunks { file, left: length.0, dictionary: Vec::new() }
    }

    /// The next chunk; `None` after the last. The file's end is looked for with the last.
    pub fn next_chunk(&mut self) -> Option<Result<Chunk, Unreadable>> {
        (self.left > 0).then(|| self.read_chunk())
    }

    fn read_chunk(&mut self) -> Result<Chunk, Unreadable> {
        let length = self.left.min(CHUNK as u64) as usize;
        let mut plain = vec![0; length];
        self.file.read_exact(&mut plain).map_err(unreadable)?;
        self.left -= length as u64;
        if self.left == 0 && self.file.read(&mut [0]).map_err(unreadable)? > 0 {
            return Err(changed());
        }
        let tail = plain[plain.len().saturating_sub(WINDOW)..].to_vec();
        let dictionary = std::mem::replace(&mut self.dictionary, tail);
        Ok(Chunk { dictionary, plain, is_last: self.left == 0 })
    }
}

fn changed() -> Unreadable {
    Unreadable::Failed("it has another length than when it was listed".to_owned())
}

/// The reader's words, fit to print, without the number that `std` puts behind them.
pub fn unreadable(error: std::io::Error) -> Unreadable {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    Unreadable::Failed(crate::model::escape::printable(text[..end].to_lowercase().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that deflate can do something with, the same on every run.
    fn text(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b"abcdefgh import return self\n"[(state >> 24) as usize % 28]
        };
        (0..length).map(|_| next()).collect()
    }

    fn pieces(content: &[u8]) -> (Vec<u8>, u32) {
        let (mut data, mut crc32) = (Vec::new(), crc32fast::Hasher::new());
        let mut chunks = Chunks::new(content, Bytes(content.len() as u64));
        while let Some(chunk) = chunks.next_chunk() {
            let piece = encode_chunk(&chunk.unwrap(), Effort::Usual);
            data.extend_from_slice(&piece.data);
            crc32.combine(&piece.crc32);
        }
        (data, crc32.finalize())
    }

    #[test]
    fn what_does_not_get_shorter_is_stored() {
        let mut encoder = Encoder::default();
        for content in [&b""[..], b"a", b"abc"] {
            let encoded = encoder.encode(content, Bytes(content.len() as u64), Effort::Smallest).unwrap();
            assert_eq!((encoded.method, &encoded.data[..]), (Method::Stored, content));
        }
    }

    #[test]
    fn measuring_says_what_encoding_makes() {
        let mut encoder = Encoder::default();
        for length in [0, 1, 30, 1000, 100_000] {
            let content = text(length);
            let measured = encoder.measure(&content[..], Bytes(length as u64)).unwrap();
            let encode =
                |encoder: &mut Encoder, effort| encoder.encode(&content[..], Bytes(length as u64), effort).unwrap();
            let (usual, smallest) = (encode(&mut encoder, Effort::Usual), encode(&mut encoder, Effort::Smallest));
            assert_eq!(measured.0, usual.data.len() as u64);
            assert!(smallest.data.len() < usual.data.len() || length < 10_000, "{length}: time is spent for something");
            assert!(smallest.data.len() <= usual.data.len() && smallest.crc32 == usual.crc32);
        }
    }

    #[test]
    fn chunks_join_to_one_stream_with_one_checksum() {
        for length in [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17] {
            let content = text(length);
            let (data, crc32) = pieces(&content);
            let mut inflated = Vec::new();
            flate2::read::DeflateDecoder::new(&data[..]).read_to_end(&mut inflated).unwrap();
            assert!(inflated == content, "{length} bytes come back as they were");
            assert_eq!(crc32, crc32fast::hash(&content));
        }
    }

    #[test]
    fn lengths_are_those_that_the_encoders_name_stands_for() {
        let whole = Encoder::default().measure(&text(300_000)[..], Bytes(300_000)).unwrap();
        let chunked = pieces(&text(CHUNK + 300_000)).0.len();
        assert_eq!(
            (whole.0, chunked),
            (160_000, 755_617),
            "if these lengths change, ENCODER must too: kept sizes are wrong then"
        );
    }
}
