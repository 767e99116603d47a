//! The least that a machine can do for a job, with the same calls of the system and the same libraries: what is between
//! such a program and bayplan is bayplan's own.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{Read, Write};
use std::mem::MaybeUninit;
use std::os::unix::fs::FileExt;
use std::sync::mpsc::sync_channel;

use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, StatxFlags};
use sha2::{Digest, Sha256};

const BUFFER: usize = 1 << 20;

/// Runs one of them over its paths and prints its sum.
pub fn run(name: &str, paths: &[String]) {
    let path = &paths[0];
    let sum = match name {
        "walk" => walk(&CString::new(path.as_bytes()).unwrap()),
        "directory" => directory(path).unwrap(),
        "copy" => copy(path, &paths[1]).unwrap(),
        "deflate" => deflate(path),
        other => panic!("no floor \"{other}\"; there are walk, directory, copy and deflate"),
    };
    println!("{sum}");
}

/// The lengths of all files below a folder, by getdents64 and statx alone; folders side by side.
fn walk(folder: &CStr) -> u64 {
    let open = rustix::fs::openat(
        rustix::fs::CWD,
        folder,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC,
        Mode::empty(),
    );
    let Ok(open) = open else { return 0 };
    let (mut sum, mut folders) = (0, Vec::new());
    let mut buffer = vec![MaybeUninit::uninit(); 32 << 10];
    let mut entries = RawDir::new(&open, &mut buffer);
    while let Some(Ok(entry)) = entries.next() {
        let name = entry.file_name();
        match entry.file_type() {
            FileType::Directory if matches!(name.to_bytes(), b"." | b"..") => {}
            FileType::Directory => {
                folders.push(CString::new([folder.to_bytes(), b"/", name.to_bytes()].concat()).unwrap());
            }
            _ => {
                let wanted = StatxFlags::SIZE | StatxFlags::MODE | StatxFlags::MTIME;
                sum +=
                    rustix::fs::statx(&open, name, AtFlags::SYMLINK_NOFOLLOW, wanted).map_or(0, |found| found.stx_size);
            }
        }
    }
    drop(open);
    sum + folders.par_iter().map(|folder| walk(folder)).sum::<u64>()
}

/// The lengths that a zip's central directory declares, read through once.
fn directory(zip: &str) -> std::io::Result<u64> {
    let file = File::open(zip)?;
    let length = file.metadata()?.len();
    let mut tail = vec![0; length.min(22 + 76 + 65_535) as usize];
    let start = length - tail.len() as u64;
    file.read_exact_at(&mut tail, start)?;
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
    let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06").expect("a zip has an end");
    let (mut size, mut start) = (number(&tail[end + 12..end + 16]), number(&tail[end + 16..end + 20]));
    if let Some(end) = tail.windows(4).rposition(|four| four == b"PK\x06\x06") {
        (size, start) = (number(&tail[end + 40..end + 48]), number(&tail[end + 48..end + 56]));
    }
    let mut directory = Vec::with_capacity(2 * BUFFER);
    let (mut sum, mut read) = (0, 0);
    while read < size {
        let room = (size - read).min(BUFFER as u64) as usize;
        let kept = directory.len();
        directory.resize(kept + room, 0);
        file.read_exact_at(&mut directory[kept..], start + read)?;
        read += room as u64;
        let mut at = 0;
        while let Some(record) = directory.get(at..at + 46) {
            let next =
                at + 46 + [28, 30, 32].iter().map(|&field| number(&record[field..field + 2]) as usize).sum::<usize>();
            if next > directory.len() {
                break;
            }
            sum += number(&record[24..28]);
            at = next;
        }
        directory.drain(..at);
    }
    Ok(sum)
}

/// A copy, hashed on the way by another thread.
fn copy(from: &str, to: &str) -> std::io::Result<u64> {
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let (sender, receiver) = sync_channel::<Vec<u8>>(4);
    let hashing = std::thread::spawn(move || {
        let mut hasher = Sha256::new();
        receiver.iter().for_each(|bytes| hasher.update(&bytes));
        hasher.finalize()
    });
    let mut sum = 0;
    loop {
        let mut buffer = Vec::with_capacity(BUFFER);
        if Read::by_ref(&mut from).take(BUFFER as u64).read_to_end(&mut buffer)? == 0 {
            break;
        }
        to.write_all(&buffer)?;
        sum += buffer.len() as u64;
        sender.send(buffer).expect("the other thread hashes");
    }
    drop(sender);
    assert_ne!(hashing.join().expect("hashing goes well")[..], [0; 32]);
    Ok(sum)
}

/// What all files below a folder deflate to, one by one on all threads, at the level that bayplan packs with.
fn deflate(folder: &str) -> u64 {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files: Vec<_> = files.filter(|found| found.file_type().is_file()).map(|found| found.into_path()).collect();
    let compressor = || (Compressor::new(CompressionLvl::new(6).unwrap_or_default()), Vec::new());
    let lengths = files.par_iter().map_init(compressor, |(compressor, out), file| {
        let plain = std::fs::read(file).unwrap_or_default();
        out.resize(compressor.deflate_compress_bound(plain.len()), 0);
        compressor.deflate_compress(&plain, out).unwrap_or(0) as u64
    });
    lengths.sum()
}
