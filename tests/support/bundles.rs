//! Bundles made by tests: files by path, fake distributions as an installer leaves them, written as folder or zip.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::entry::EntryKind;
use bayplan::model::package::PackageKey;
use bayplan::model::watch::Unwatched;
use bayplan::scan::{self, Scanned};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use sha2::{Digest, Sha256};

/// The files of a bundle, by path.
#[derive(Clone, Debug, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// Adds a file.
    pub fn with(mut self, path: &str, content: impl AsRef<[u8]>) -> Files {
        self.0.insert(path.to_owned(), content.as_ref().to_vec());
        self
    }

    /// Adds a distribution below `root` (empty, or with its closing slash) as pip leaves it: files, METADATA, WHEEL,
    /// INSTALLER and a RECORD with digests.
    pub fn with_distribution(self, root: &str, name: &str, version: &str, paths: &[&str]) -> Files {
        let info = format!("{root}{}-{version}.dist-info/", name.replace('-', "_"));
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nWhat it is for.\n");
        let mut files = self.with(&format!("{info}METADATA"), metadata).with(&format!("{info}INSTALLER"), "pip\n");
        files = files.with(&format!("{info}WHEEL"), "Wheel-Version: 1.0\nTag: py3-none-any\n");
        for path in paths {
            let content = format!("# {name} {version} {path}\n");
            files = files.with(&format!("{root}{}", path.replace("../../", "")), content);
        }
        let own = ["METADATA", "INSTALLER", "WHEEL"].map(|file| info[root.len()..].to_owned() + file);
        let listed = paths.iter().map(|path| (*path).to_owned()).chain(own);
        let rows: String = listed.map(|path| files.row(root, &path)).collect();
        let record = format!("{rows}{}RECORD,,\n", &info[root.len()..]);
        files.with(&format!("{info}RECORD"), record)
    }

    fn row(&self, root: &str, path: &str) -> String {
        let content = &self.0[&format!("{root}{}", path.replace("../../", ""))];
        format!("{path},sha256={},{}\n", URL_SAFE_NO_PAD.encode(Sha256::digest(content)), content.len())
    }

    /// How many bytes there are.
    pub fn total(&self) -> Bytes {
        Bytes(self.0.values().map(|content| content.len() as u64).sum())
    }

    /// Writes them below a folder.
    pub fn write(&self, folder: &Path) {
        for (path, content) in &self.0 {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
    }

    /// Packs them, as `zip -r` would.
    pub fn zip(&self) -> Vec<u8> {
        let mut zip = Zip::default();
        self.0.iter().for_each(|(path, content)| zip.add(path.as_bytes(), content, 0o100_644));
        zip.finish()
    }

    /// The bundle that bayplan makes of them, as a folder.
    pub fn bundle(&self) -> Bundle {
        let folder = tempfile::tempdir().unwrap();
        self.write(folder.path());
        bundle_at(folder.path())
    }

    /// The bundle that bayplan makes of their zip.
    pub fn zipped_bundle(&self) -> Bundle {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.zip");
        std::fs::write(&path, self.zip()).unwrap();
        bundle_at(&path)
    }
}

/// Opens a path and gives every byte its owner.
pub fn bundle_at(path: &Path) -> Bundle {
    let Scanned { listing, contents } = scan::open(path, &Unwatched).unwrap();
    let facts = read_facts(&listing, contents.as_ref(), Wanted::EVERYTHING, &Unwatched);
    attribute(listing, Arc::new(facts))
}

/// A zip in the making, with whatever names and modes a stranger might choose.
pub struct Zip(ZipArchiveWriter<Vec<u8>>);

impl Default for Zip {
    fn default() -> Zip {
        Zip(ZipArchiveWriter::new(Vec::new()))
    }
}

impl Zip {
    /// Adds an entry, deflated.
    pub fn add(&mut self, name: &[u8], content: &[u8], mode: u32) {
        let file = self.0.new_file(EntryPath::verbatim(name.to_vec()));
        let file = file.compression_method(CompressionMethod::DEFLATE).unix_permissions(mode);
        let (mut entry, config) = file.start().unwrap();
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::new(6)));
        writer.write_all(content).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }

    /// The archive.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().unwrap()
    }
}

/// Fails unless the rows add up to the listing, every file has one owner, and no key occurs twice.
pub fn assert_every_byte_has_one_owner(bundle: &Bundle) {
    let listing = &bundle.listing;
    assert_eq!(bundle.total(), listing.total(), "the rows add up to the bundle");
    for entry in listing.entries() {
        let is_directory = listing.kind(entry) == EntryKind::Directory;
        assert_eq!(bundle.owner(entry).is_none(), is_directory, "{}", listing.shown_path(entry));
    }
    let mut keys: Vec<&PackageKey> = bundle.packages().iter().map(|package| &package.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), bundle.packages().len(), "no key occurs twice");
    for package in bundle.packages() {
        assert!(package.load().files > 0, "{} owns nothing", package.key);
        assert!(!package.tops.is_empty(), "{} has no place in the tree", package.key);
        assert_eq!(package.key.is_file(), package.facts.is_none(), "{} is named as what it is", package.key);
    }
}

/// The keys of a bundle with the paths that each owns, for comparing by eye.
pub fn owned_paths(bundle: &Bundle) -> BTreeMap<String, Vec<String>> {
    let mut owned: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in bundle.listing.entries() {
        if let Some(owner) = bundle.owner(entry) {
            let key = bundle.package(owner).key.as_str().to_owned();
            owned.entry(key).or_default().push(bundle.listing.shown_path(entry));
        }
    }
    owned
}
