//! A build that lies in memory: no disk slows a fuzzer down.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use bayplan::model::bytes::Bytes;
use bayplan::model::contents::{Content, Contents, Unreadable};
use bayplan::model::entry::EntryId;
use bayplan::model::listing::{Attributes, Listing, ListingBuilder, Source};

/// Files with what is in them.
pub struct Build {
    /// The files as a listing.
    pub listing: Arc<Listing>,
    /// By the number of the entry; of a folder nothing.
    bodies: Vec<Vec<u8>>,
}

/// What a file is.
#[derive(Clone, Copy)]
pub enum File<'a> {
    /// Its bytes.
    Content(&'a [u8]),
    /// How many bytes it has, which nobody is to read.
    Length(u64),
}

enum Node<'a> {
    Folder(BTreeMap<&'a str, Node<'a>>),
    File(File<'a>),
}

impl Build {
    /// Of files by their paths, with what is in them.
    pub fn holding(files: &[(&str, &[u8])]) -> Build {
        Build::of(&files.iter().map(|(path, content)| (*path, File::Content(content))).collect::<Vec<_>>())
    }

    /// Of files by their paths.
    pub fn of(files: &[(&str, File<'_>)]) -> Build {
        let mut root = BTreeMap::new();
        for (path, file) in files {
            let (folders, name) = path.rsplit_once('/').map_or((None, *path), |(above, name)| (Some(above), name));
            let mut at = &mut root;
            for folder in folders.into_iter().flat_map(|folders| folders.split('/')) {
                let Node::Folder(next) = at.entry(folder).or_insert_with(|| Node::Folder(BTreeMap::new())) else {
                    panic!("{folder} is a file and a folder");
                };
                at = next;
            }
            at.insert(name, Node::File(*file));
        }
        let (mut builder, mut bodies) = (ListingBuilder::new(Source::Demo), vec![Vec::new()]);
        add(&mut builder, &mut bodies, &root);
        Build { listing: Arc::new(builder.finish()), bodies }
    }
}

fn add(builder: &mut ListingBuilder, bodies: &mut Vec<Vec<u8>>, folder: &BTreeMap<&str, Node<'_>>) {
    for (name, node) in folder {
        match node {
            Node::Folder(below) => {
                builder.open(name.as_bytes(), Attributes::directory()).expect("a few files fit");
                bodies.push(Vec::new());
                add(builder, bodies, below);
                builder.close();
            }
            Node::File(file) => {
                let (length, body) = match file {
                    File::Content(content) => (content.len() as u64, content.to_vec()),
                    File::Length(length) => (*length, Vec::new()),
                };
                builder.add(name.as_bytes(), Attributes::file(length)).expect("a few files fit");
                bodies.push(body);
            }
        }
    }
}

impl Contents for Build {
    fn read(&self, _: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        let body = self.bodies.get(entry.0 as usize).ok_or(Unreadable::NotAFile)?;
        let end = body.len().min(usize::try_from(cap.0).unwrap_or(usize::MAX));
        Ok(Content { bytes: body[..end].to_vec(), whole: end == body.len() })
    }

    fn open(&self, _: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        let body = self.bodies.get(entry.0 as usize).ok_or(Unreadable::NotAFile)?;
        Ok(Box::new(Cursor::new(body)))
    }

    fn link_text(&self, _: &Listing, _: EntryId) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable::NotAFile)
    }
}
