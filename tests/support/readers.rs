//! The programs that read zips, each in its own way.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::path::Path;
use std::process::Command;

use super::real::{python, tool};

/// Each reader checks every CRC-32 and lists the same names; an empty zip is none to some of them.
pub fn assert_read_alike(path: &Path) {
    if std::fs::metadata(path).unwrap().len() == 22 {
        return;
    }
    tool(Command::new("unzip").arg("-tqq").arg(path));
    tool(Command::new("7z").args(["t", "-bd"]).arg(path));
    let names = tool(Command::new("unzip").args(["-Z", "-1"]).arg(path));
    let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; \
                  print('\\n'.join(z.namelist()))";
    let python = tool(Command::new(python()).args(["-c", script]).arg(path));
    assert_eq!(python, names, "CPython lists what Info-ZIP lists");
    let bsdtar = tool(Command::new("bsdtar").arg("-tf").arg(path));
    assert_eq!(bsdtar, names, "bsdtar too");
    assert!(names.lines().is_sorted(), "in the order of their paths");
}
