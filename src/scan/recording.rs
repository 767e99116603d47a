//! A listing and its facts as text, one record a line, so that a recording can be kept and its changes reviewed.
//!
//! `listing.tsv` has an entry a line: depth, kind and mode, length, zipped length, stated digest, compiled by whom and
//! how, name. `facts.jsonl` has a fact a line; entries are numbers there, by their lines in `listing.tsv`. What would
//! differ between two builds of the same bundle is left out: dates are zero, and bytecode that knows its source by its
//! date says date zero if it fits the source and date one if it does not.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::model::bytes::Bytes;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{BytecodeHeader, BytecodeValidity, Distribution, Facts, ModuleFacts, NativeFacts};
use crate::model::inside::Inside;
use crate::model::java::Jar;
use crate::model::listing::{Attributes, Listing, ListingBuilder, Source};
use crate::model::node::NodePackage;
use crate::model::ruby::Gem;

/// A recording, as the text of its two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// `listing.tsv`
    pub listing: String,
    /// `facts.jsonl`
    pub facts: String,
}

/// One line of `facts.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fact {
    Distribution(Distribution),
    Node(NodePackage),
    Gem(Gem),
    Jar(Jar),
    Inside(EntryId, Inside),
    Handler(String),
    Native(EntryId, NativeFacts),
    Module(EntryId, ModuleFacts),
    PathFile(EntryId, Vec<String>),
}

/// A line that is not of a recording.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: not a line of a recording; record it again with tests/record-demo.sh")]
pub struct NotARecording {
    file: &'static str,
    line: usize,
}

impl Recording {
    /// Writes down a listing with all its facts; `zipped` gives the length of each file in an archive. Names that are
    /// not UTF-8 or hold line breaks or tabs cannot be recorded: they are written as they are printed.
    pub fn of(listing: &Listing, facts: &Facts, zipped: impl Fn(EntryId) -> Bytes) -> Recording {
        let mut text = String::new();
        for entry in listing.entries().skip(1) {
            let (name, depth) = (crate::model::escape::printable(listing.name(entry)), listing.depth(entry));
            let (kind, mode, length) = (letter(listing.kind(entry)), listing.mode(entry), listing.length(entry).0);
            let (digest, compiled) = (stated(facts, entry), compiled(listing, facts, entry));
            let zipped = zipped(entry).0;
            let _ = writeln!(text, "{depth}\t{kind}{mode:o}\t{length}\t{zipped}\t{digest}\t{compiled}\t{name}");
        }
        Recording { listing: text, facts: lines(facts) }
    }

    /// Reads a recording back.
    pub fn read(&self) -> Result<(Listing, Facts), NotARecording> {
        let mut facts = Facts { natives: Some([].into()), bytecode: Some([].into()), ..Facts::default() };
        facts.modules = Some([].into());
        facts.path_files = Some([].into());
        for (line, text) in (1..).zip(self.facts.lines()) {
            let fact = serde_json::from_str(text).map_err(|_| NotARecording { file: "facts.jsonl", line })?;
            add(&mut facts, fact);
        }
        let listing = self.read_listing(&mut facts)?;
        Ok((listing, facts))
    }

    fn read_listing(&self, facts: &mut Facts) -> Result<Listing, NotARecording> {
        let mut owners = vec![None; self.listing.lines().count() + 1];
        for (index, distribution) in facts.distributions.iter().enumerate() {
            for entry in distribution.files.iter() {
                if let Some(owner) = owners.get_mut(entry.0 as usize) {
                    owner.get_or_insert(index);
                }
            }
        }
        let mut builder = ListingBuilder::new(Source::Demo);
        let mut depth = 0;
        for (line, text) in (1..).zip(self.listing.lines()) {
            let broken = NotARecording { file: "listing.tsv", line };
            let row = Row::parse(text).ok_or(broken)?;
            while depth >= row.depth && depth > 0 {
                builder.close();
                depth -= 1;
            }
            let entry = EntryId(line as u32);
            row.add_facts(entry, owners[line], facts);
            let is_directory = row.attributes.kind == EntryKind::Directory;
            let name = row.name.as_bytes();
            let added =
                if is_directory { builder.open(name, row.attributes) } else { builder.add(name, row.attributes) };
            depth += usize::from(is_directory);
            added.map_err(|_| NotARecording { file: "listing.tsv", line })?;
        }
        Ok(builder.finish())
    }
}

/// One line of `listing.tsv`.
struct Row<'a> {
    depth: usize,
    attributes: Attributes,
    digest: &'a str,
    compiled: Option<BytecodeHeader>,
    name: &'a str,
}

impl<'a> Row<'a> {
    fn parse(text: &'a str) -> Option<Row<'a>> {
        let mut fields = text.splitn(7, '\t');
        let mut next = || fields.next();
        let depth = next()?.parse().ok()?;
        let (kind, mode) = next()?.split_at_checked(1)?;
        let (length, zipped) = (Bytes(next()?.parse().ok()?), Bytes(next()?.parse().ok()?));
        let (digest, compiled, name) = (next()?, next()?, next()?);
        let kind = KINDS.into_iter().find(|(_, letter)| *letter == kind)?.0;
        let mode = u16::from_str_radix(mode, 8).ok()?;
        let compiled = if compiled == "-" { None } else { Some(header(compiled)?) };
        let zipped = (kind != EntryKind::Directory).then_some(zipped);
        Some(Row { depth, attributes: Attributes { kind, mode, length, modified: 0, zipped }, digest, compiled, name })
    }

    fn add_facts(&self, entry: EntryId, owner: Option<usize>, facts: &mut Facts) {
        if let Some(owner) = owner.filter(|_| self.digest != "-") {
            facts.distributions[owner].digests.insert(entry, self.digest.to_owned());
        }
        if let (Some(header), Some(bytecode)) = (self.compiled, &mut facts.bytecode) {
            bytecode.insert(entry, header);
        }
    }
}

const KINDS: [(EntryKind, &str); 4] =
    [(EntryKind::File, "f"), (EntryKind::Link, "l"), (EntryKind::Directory, "d"), (EntryKind::Special, "s")];

fn letter(kind: EntryKind) -> &'static str {
    KINDS.into_iter().find(|(other, _)| *other == kind).map_or("s", |(_, letter)| letter)
}

fn stated(facts: &Facts, entry: EntryId) -> &str {
    let mut found = facts.distributions.iter().filter_map(|distribution| distribution.digests.get(&entry));
    found.next().map_or("-", String::as_str)
}

/// `3439 fresh 521`: the magic number, whether the date fits the source, the source's length.
fn compiled(listing: &Listing, facts: &Facts, entry: EntryId) -> String {
    let Some(header) = facts.bytecode.as_ref().and_then(|bytecode| bytecode.get(&entry)) else { return "-".to_owned() };
    let how = match header.validity {
        BytecodeValidity::Timestamp { modified, length } => {
            let source = source(listing, entry).map(|source| listing.modified(source) as u32);
            let state = if source == Some(modified) { "fresh" } else { "stale" };
            format!("{state} {length}")
        }
        BytecodeValidity::CheckedHash => "checked".to_owned(),
        BytecodeValidity::UncheckedHash => "unchecked".to_owned(),
    };
    format!("{} {how}", header.magic)
}

fn header(text: &str) -> Option<BytecodeHeader> {
    let mut words = text.split(' ');
    let (magic, how) = (words.next()?.parse().ok()?, words.next()?);
    let dated =
        |modified, length: Option<&str>| Some(BytecodeValidity::Timestamp { modified, length: length?.parse().ok()? });
    let validity = match how {
        "fresh" => dated(0, words.next())?,
        "stale" => dated(1, words.next())?,
        "checked" => BytecodeValidity::CheckedHash,
        "unchecked" => BytecodeValidity::UncheckedHash,
        _ => return None,
    };
    Some(BytecodeHeader { magic, validity })
}

/// `m.py` beside the `__pycache__` that holds `m.cpython-310.pyc`.
fn source(listing: &Listing, bytecode: EntryId) -> Option<EntryId> {
    let stem = listing.name(bytecode).split(|&byte| byte == b'.').next()?;
    listing.child(listing.parent(listing.parent(bytecode)), &[stem, b".py"].concat())
}

/// The facts that are not in the listing's lines.
fn lines(facts: &Facts) -> String {
    let distributions = facts.distributions.iter().cloned().map(|mut distribution| {
        distribution.digests.clear();
        Fact::Distribution(distribution)
    });
    let node = facts.node.iter().cloned().map(Fact::Node);
    let gems = facts.gems.iter().cloned().map(Fact::Gem);
    let jars = facts.jars.iter().cloned().map(Fact::Jar);
    let inside = facts.inside.iter().flatten().map(|(entry, inside)| Fact::Inside(*entry, inside.clone()));
    let handlers = facts.handlers.iter().cloned().map(Fact::Handler);
    let natives = facts.natives.iter().flatten().map(|(entry, native)| Fact::Native(*entry, native.clone()));
    let modules = facts.modules.iter().flatten().map(|(entry, module)| Fact::Module(*entry, module.clone()));
    let paths = facts.path_files.iter().flatten().map(|(entry, lines)| Fact::PathFile(*entry, lines.clone()));
    let all = distributions
        .chain(node)
        .chain(gems)
        .chain(jars)
        .chain(inside)
        .chain(handlers)
        .chain(natives)
        .chain(modules)
        .chain(paths);
    all.filter_map(|fact| serde_json::to_string(&fact).ok()).map(|line| line + "\n").collect()
}

fn add(facts: &mut Facts, fact: Fact) {
    match fact {
        Fact::Distribution(distribution) => facts.distributions.push(distribution),
        Fact::Node(package) => facts.node.push(package),
        Fact::Gem(gem) => facts.gems.push(gem),
        Fact::Jar(jar) => facts.jars.push(jar),
        Fact::Inside(entry, inside) => facts.inside.get_or_insert_default().extend([(entry, inside)]),
        Fact::Handler(handler) => facts.handlers.push(handler),
        Fact::Native(entry, native) => facts.natives.get_or_insert_default().extend([(entry, native)]),
        Fact::Module(entry, module) => facts.modules.get_or_insert_default().extend([(entry, module)]),
        Fact::PathFile(entry, lines) => facts.path_files.get_or_insert_default().extend([(entry, lines)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_none_is_told_with_its_number() {
        let broken = Recording { listing: "1\tf644\t5\t5\t-\t-\ta\nx\n".to_owned(), facts: String::new() };
        let told = broken.read().unwrap_err().to_string();
        assert_eq!(told, "listing.tsv:2: not a line of a recording; record it again with tests/record-demo.sh");
    }

    #[test]
    fn what_was_written_is_read_back() {
        let listing = "1\td755\t0\t0\t-\t-\ta\n2\tf644\t5\t4\t-\t-\tb.py\n1\tf600\t7\t7\t-\t3439 fresh 5\tc.pyc\n";
        let facts = "{\"handler\":\"app.handler\"}\n{\"module\":[2,{\"imports\":[{\"module\":\"os\"}]}]}\n";
        let recording = Recording { listing: listing.to_owned(), facts: facts.to_owned() };
        let (read, facts) = recording.read().unwrap();
        assert_eq!((read.total().bytes, read.shown_path(EntryId(2)).as_str()), (Bytes(12), "a/b.py"));
        let again = Recording::of(&read, &facts, |entry| read.zipped(entry).unwrap_or_default());
        assert_eq!(again.facts, recording.facts);
        assert_eq!(again.listing.replace("stale", "fresh"), recording.listing, "c.py is not there, so c.pyc is stale");
    }
}
