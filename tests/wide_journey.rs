//! A folder with more files than a frame has room for, through a real terminal: opened, sorted, filtered, left while its
//! rows are still being made.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/pty.rs"]
mod pty;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use pty::Terminal;
use zip::write::{SimpleFileOptions, ZipWriter};

const FILES: usize = 40_000;

fn write_zip(path: &Path) {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).unwrap()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("app.py", options).unwrap();
    for number in 0..FILES {
        zip.start_file(format!("data/f{number:05}.txt"), options).unwrap();
        zip.write_all(&b"0123456789"[..number % 10]).unwrap();
    }
    zip.start_file("data/the-largest", options).unwrap();
    zip.write_all(&[b' '; 100]).unwrap();
    zip.finish().unwrap();
}

/// With the folder open and its rows there.
fn opened(folder: &Path) -> Terminal {
    let bundle = folder.join("wide.zip");
    write_zip(&bundle);
    let terminal = Terminal::open(30, 100).run(&[bundle.to_str().unwrap(), "--runtime", "python3.13"]);
    terminal.wait_for("▸ data/");
    terminal.keys("ljl");
    terminal.wait_for("the-largest");
    terminal
}

#[test]
fn a_wide_folder_is_opened_sorted_and_filtered_and_the_selection_stays() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = opened(folder.path());
    terminal.wait_for("f00009.txt");
    terminal.keys("jo");
    terminal.wait_for("f39999.txt");
    terminal.keys("y");
    terminal.wait_for("copied data/the-largest");
    terminal.keys("gg");
    terminal.wait_for("f00000.txt");
    terminal.keys("/app");
    terminal.wait_for_gone("f00000.txt");
    terminal.keys("\u{1b}");
    terminal.wait_for("f00000.txt");
    terminal.keys("q");
    terminal.wait_exit().assert_restored();
}

#[test]
fn a_burst_of_wishes_ends_with_the_last_and_leaving_waits_for_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = opened(folder.path());
    terminal.keys("ossoosso");
    terminal.wait_for("by name ─");
    terminal.keys("gg");
    terminal.wait_for("f00000.txt");
    terminal.keys("sosoq");
    terminal.wait_exit().assert_restored();
}
