//! A build of any size: distributions that need and import each other, and a handler that imports all of them.

use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Modules of a distribution.
const FILES: usize = 25;

/// The build as a folder, and packed as a zip beside it.
pub struct Build {
    /// The folder.
    pub folder: PathBuf,
    /// The zip.
    pub zip: PathBuf,
    /// How many distributions.
    #[allow(dead_code, reason = "not all that include this ask")]
    pub packages: usize,
}

impl Build {
    /// Makes it below a folder, unless it stands there.
    pub fn make(below: &Path, packages: usize) -> std::io::Result<Build> {
        let name = below.join(packages.to_string());
        let (folder, zip) = (name.join("build"), name.join("build.zip"));
        if !zip.exists() {
            (0..packages).try_for_each(|number| install(&folder, number))?;
            let imports: String = (0..packages).map(|number| format!("import package{number}\n")).collect();
            std::fs::write(folder.join("app.py"), format!("{imports}def handler(event, context):\n    return 1\n"))?;
            pack(&folder, &name.join("part"))?;
            std::fs::rename(name.join("part"), &zip)?;
        }
        Ok(Build { folder, zip, packages })
    }
}

/// A distribution that needs a few of those before it.
fn install(root: &Path, number: usize) -> std::io::Result<()> {
    let (name, mut record) = (format!("package{number}"), String::new());
    let info = format!("{name}-1.0.dist-info");
    std::fs::create_dir_all(root.join(&name))?;
    std::fs::create_dir_all(root.join(&info))?;
    for file in 0..FILES {
        let path = format!("{name}/m{file}.py");
        let code = format!("import os, sys\nfrom typing import Any\n{}", "x = 1\n".repeat(file * 5));
        std::fs::write(root.join(&path), code)?;
        let _ = writeln!(record, "{path},,");
    }
    std::fs::write(root.join(&name).join("__init__.py"), imports(number))?;
    let _ = writeln!(record, "{name}/__init__.py,,");
    let mut metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    for needed in needs(number) {
        let _ = writeln!(metadata, "Requires-Dist: package{needed} (>=0.5) ; python_version >= '3.8'");
    }
    std::fs::write(root.join(&info).join("METADATA"), metadata)?;
    std::fs::write(root.join(&info).join("RECORD"), format!("{record}{info}/METADATA,,\n{info}/RECORD,,\n"))
}

/// The neighbours before it, so that what a package needs with all that that needs does not grow with the build.
fn needs(number: usize) -> impl Iterator<Item = usize> {
    let family = number / 8 * 8;
    [number.saturating_sub(1), number.saturating_sub(3)]
        .into_iter()
        .filter(move |&need| need >= family && need < number)
}

/// A package imports six of its modules and the packages that it needs.
fn imports(number: usize) -> String {
    let own: String = (0..6).map(|module| format!("from . import m{module}\n")).collect();
    own + &needs(number).map(|needed| format!("import package{needed}.m1\n")).collect::<String>()
}

fn pack(folder: &Path, zip: &Path) -> std::io::Result<()> {
    let mut writer = ZipWriter::new(File::create(zip)?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for found in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if found.file_type().is_file() {
            let name = found.path().strip_prefix(folder).expect("it lies below").to_str().expect("its name is ASCII");
            writer.start_file(name, options)?;
            std::io::copy(&mut File::open(found.path())?, &mut writer)?;
        }
    }
    writer.finish()?;
    Ok(())
}
