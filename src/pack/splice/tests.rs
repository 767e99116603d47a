//! Whatever was deflated by whomever: spliced, it inflates to the new header and the old body.

use std::io::{Read, Write};

use flate2::{Compress, Compression, FlushCompress};
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use proptest::prelude::*;

use super::seam::{Part, Seam};
use super::*;
use crate::model::bytes::Bytes;
use crate::model::contents::{Method, Packed};

/// What bytecode is like: short records that come again, runs of zeros, the header's own bytes here and there.
fn bytecode() -> impl Strategy<Value = Vec<u8>> {
    let header = vec![0xA7, 0x0D, 0x0D, 0x0A, 0, 0, 0, 0, 0x41, 0x9C, 0x7E, 0x64, 0x39, 0x05, 0, 0];
    let part = prop_oneof![
        Just(vec![0xE3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]),
        Just(header.clone()),
        (0..13_usize, 3..16_usize).prop_map({
            let header = header.clone();
            move |(from, count)| header[from..(from + count).min(16)].to_vec()
        }),
        (any::<u8>(), 1..300_usize).prop_map(|(byte, count)| vec![byte; count]),
        proptest::collection::vec(any::<u8>(), 1..40),
        "[a-z_]{3,12}".prop_map(String::into_bytes),
    ];
    let parts = proptest::collection::vec(part, 2..12);
    (parts, proptest::collection::vec(any::<prop::sample::Index>(), 1..2000)).prop_map(move |(parts, order)| {
        let body = order.iter().flat_map(|place| place.get(&parts).clone());
        header.iter().copied().chain(body).collect()
    })
}

fn zlib(plain: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// In many blocks, some of them stored and empty.
fn flushed(plain: &[u8], piece: usize) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::new(6), false);
    let mut stream = Vec::with_capacity(plain.len() * 2 + 10_000);
    for (number, piece) in plain.chunks(piece).enumerate() {
        let flush = if number % 2 == 0 { FlushCompress::Partial } else { FlushCompress::Sync };
        stream.reserve(piece.len() * 2 + 100);
        deflate.compress_vec(piece, &mut stream, flush).unwrap();
    }
    stream.reserve(100);
    deflate.compress_vec(&[], &mut stream, FlushCompress::Finish).unwrap();
    stream
}

fn libdeflate(plain: &[u8], level: i32) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::new(level).unwrap());
    let mut stream = vec![0; compressor.deflate_compress_bound(plain.len())];
    let length = compressor.deflate_compress(plain, &mut stream).unwrap();
    stream.truncate(length);
    stream
}

/// As two decoders inflate it; they must agree.
fn inflated(stream: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let streamed = flate2::read::DeflateDecoder::new(stream).take(length as u64 + 1).read_to_end(&mut plain);
    let streamed = streamed.ok().map(|_| plain).filter(|plain| plain.len() == length);
    let mut whole = vec![0; length];
    let count = Decompressor::new().deflate_decompress(stream, &mut whole).ok();
    assert_eq!(streamed.is_some(), count == Some(length), "the decoders agree whether it can be read");
    streamed.inspect(|plain| assert!(*plain == whole, "and on what it says"))
}

fn find_seam(stream: &[u8]) -> Option<Seam> {
    lanes::find_seams(&[stream]).pop().flatten()
}

/// The stream with another header, and whether there was a seam.
#[track_caller]
fn check(plain: &[u8], stream: &[u8], header: [u8; HEADER]) -> bool {
    let Some(seam) = find_seam(stream) else { return false };
    assert_eq!(seam.header, plain[..HEADER]);
    let joined = seam.join(stream, header);
    assert_eq!(joined.len(), seam.length(), "as long as foretold");
    let expected = [&header[..], &plain[HEADER..]].concat();
    assert!(inflated(&joined, plain.len()) == Some(expected), "another header and the same body");
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_spliced_stream_inflates_to_the_new_header_and_the_old_body(
        plain in bytecode(), header in any::<[u8; HEADER]>(), level in 1..10_u32, harder in 1..13_i32,
    ) {
        prop_assume!(plain.len() > HEADER);
        for (encoder, stream) in [("zlib", zlib(&plain, level)), ("libdeflate", libdeflate(&plain, harder))] {
            let has_seam = check(&plain, &stream, header);
            prop_assert!(has_seam || starts_stored(&stream, plain.len()), "{encoder} makes streams that can be spliced");
        }
    }

    #[test]
    fn many_blocks_and_stored_ones_are_spliced_rightly_or_not_at_all(
        plain in bytecode(), header in any::<[u8; HEADER]>(), piece in 1..5000_usize,
    ) {
        prop_assume!(plain.len() > HEADER);
        check(&plain, &flushed(&plain, piece), header);
        check(&plain, &zlib(&plain, 0), header);
    }

    #[test]
    fn a_damaged_stream_stays_as_damaged_as_it_was(
        plain in bytecode(), damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut stream = zlib(&plain, 6);
        for (place, byte) in damage {
            let place = place.index(stream.len());
            stream[place] ^= byte;
        }
        stream.truncate(cut.map_or(stream.len(), |cut| cut.index(stream.len())));
        if let Some(seam) = find_seam(&stream) {
            let header = [7; HEADER];
            let joined = seam.join(&stream, header);
            prop_assert_eq!(joined.len(), seam.length());
            let streamed = |stream: &[u8]| {
                let mut plain = Vec::new();
                flate2::read::DeflateDecoder::new(stream).take(10 << 20).read_to_end(&mut plain).map(|_| plain).ok()
            };
            let (before, after) = (streamed(&stream), streamed(&joined));
            let expected = before.map(|plain| [&header[..], &plain[HEADER..]].concat());
            prop_assert!(after == expected, "whether and what it inflates to follows from the old stream");
        }
    }

    /// Each stream is gone through beside another, and takes the lane of one that ended.
    #[test]
    fn many_streams_are_spliced_as_each_of_them_alone(
        plain in proptest::collection::vec(bytecode(), 1..7), level in 1..10_u32, piece in 1..5000_usize, cut in 0..60_usize,
    ) {
        let deflated = |(number, plain): (usize, &Vec<u8>)| match number % 3 {
            0 => flushed(plain, piece),
            _ => zlib(plain, level),
        };
        let mut streams: Vec<Vec<u8>> = plain.iter().enumerate().map(deflated).collect();
        let last = streams.len() - 1;
        streams[last].truncate(cut);
        let streams: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        for (together, stream) in lanes::find_seams(&streams).into_iter().zip(&streams) {
            let joined = |seam: Seam| seam.join(stream, [5; HEADER]);
            prop_assert_eq!(together.map(joined), find_seam(stream).map(joined));
        }
    }

    #[test]
    fn noise_is_no_reason_to_panic(noise in proptest::collection::vec(any::<u8>(), 0..4000), kind in 0..8_u8) {
        let stream: Vec<u8> = noise.iter().enumerate().map(|(at, &byte)| if at == 0 { byte & !7 | kind } else { byte }).collect();
        if let Some(seam) = find_seam(&stream) {
            prop_assert_eq!(seam.join(&stream, [1; HEADER]).len(), seam.length());
        }
    }
}

/// Whether an encoder found nothing to deflate in the window: it stores a whole block then.
fn starts_stored(stream: &[u8], length: usize) -> bool {
    stream.len() > length.min(HEADER + (32 << 10)) / 2
}

#[test]
fn what_lies_behind_the_window_is_copied_and_may_be_stored() {
    let noise: Vec<u8> = (0..200_000_u32).map(|number| (number.wrapping_mul(0x9E37_79B9) >> 13) as u8).collect();
    for number in 0..40 {
        // Another length of the first block each time, so that the stored ones behind it come at every bit of a byte.
        let text = "def handler(event, context): return event\n".repeat(2000 + number * 7);
        let plain = [&[9; HEADER][..], text.as_bytes(), &noise].concat();
        let mut deflate = Compress::new(Compression::new(6), false);
        let mut stream = Vec::with_capacity(plain.len() * 2);
        deflate.compress_vec(&plain[..HEADER + text.len()], &mut stream, FlushCompress::Partial).unwrap();
        deflate.compress_vec(&noise, &mut stream, FlushCompress::Finish).unwrap();
        assert!(check(&plain, &stream, *b"another sixteen."), "{number}");
    }
}

#[test]
fn blocks_without_end_are_not_followed() {
    let plain = [7; 100];
    let padded = |blocks: usize| {
        // Each is an empty block with fixed codes, ten bits long; four of them end at a full byte.
        let mut writer = bits::Writer::with_capacity(blocks * 2);
        (0..blocks).for_each(|_| writer.put(0b010, 10));
        [writer.finish(), zlib(&plain, 6)].concat()
    };
    assert!(check(&plain, &padded(400), [1; HEADER]));
    assert!(find_seam(&padded(40_000)).is_none());
}

#[test]
fn the_checksum_follows_from_the_old_one() {
    for length in [17, 1000, 70_000] {
        let plain: Vec<u8> = (0..length).map(|number: u32| (number / 7 % 251) as u8).collect();
        for (method, data) in [(Method::Deflated, libdeflate(&plain, 6)), (Method::Stored, plain.clone())] {
            let (zipped, crc32) = (Bytes(data.len() as u64), crc32fast::hash(&plain));
            let packed = || Packed { method, zipped, crc32, data: Box::new(&data[..]) };
            let read = |seam| Spliceable::read(vec![(Ok(packed()), seam)]).pop().unwrap().unwrap();
            let Some(found) = read(None) else {
                assert!(length == 17, "{length}: only what is nothing but header has no seam");
                continue;
            };
            let known = read(found.seam().cloned()).unwrap();
            // One of another stream is not taken for its own.
            let foreign = read(Some(Seam::new([0; HEADER], vec![Part::Old(0..data.len() * 8 + 8)]).into())).unwrap();
            for spliceable in [found, known, foreign] {
                let foretold = spliceable.length();
                let mut spliced = spliceable.with([3; HEADER], Bytes(length.into()));
                let mut written = Vec::new();
                spliced.data.read_to_end(&mut written).unwrap();
                assert_eq!((spliced.zipped, written.len() as u64), (foretold, foretold.0));
                let expected = [&[3; HEADER][..], &plain[HEADER..]].concat();
                assert_eq!(spliced.crc32, crc32fast::hash(&expected), "{length} {method:?}");
            }
        }
    }
}
