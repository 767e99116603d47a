//! esbuild's metafile: how many bytes of each output come from each input, as esbuild itself counted them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::origin::whose;
use crate::model::bytes::Bytes;
use crate::model::inside::{Breakdown, ToldBy};

/// The part of a metafile that counts here.
#[derive(Deserialize)]
pub struct Metafile {
    outputs: BTreeMap<String, Output>,
}

#[derive(Deserialize)]
struct Output {
    bytes: u64,
    #[serde(default)]
    inputs: BTreeMap<String, Input>,
}

#[derive(Deserialize)]
struct Input {
    #[serde(rename = "bytesInOutput")]
    bytes: u64,
}

/// What a metafile says of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// What it is made of.
    Told(Breakdown),
    /// That an output of its name has another length: it was built anew, or changed, since.
    OtherLength(Bytes),
    /// Nothing.
    Nothing,
}

/// Reads a metafile; `Err`: why that is none, as a phrase.
pub fn read(metafile: impl Read) -> Result<Metafile, String> {
    serde_json::from_reader(std::io::BufReader::new(metafile)).map_err(|error| super::broken(&error))
}

impl Metafile {
    /// What it says of the file at `path` with that length. Outputs are named from where esbuild ran, so of those with
    /// the file's own name the one counts that has its length, and of those the one whose path agrees longest.
    pub fn of(&self, path: &str, length: Bytes, told_by: ToldBy) -> Said {
        let likeness = |output: &str| {
            let parts = output.rsplit('/').zip(path.rsplit('/'));
            parts.take_while(|(one, other)| one == other).count()
        };
        let alike = self.outputs.iter().filter(|(output, _)| likeness(output) > 0);
        let best = alike.max_by_key(|(name, output)| (output.bytes == length.0, likeness(name), Reverse(name.len())));
        let Some((_, output)) = best else { return Said::Nothing };
        if output.bytes != length.0 {
            return Said::OtherLength(Bytes(output.bytes));
        }
        let claims = output.inputs.iter().filter(|(_, input)| input.bytes > 0);
        let claims = claims.map(|(source, input)| (whose(source), Bytes(input.bytes)));
        Breakdown::of(told_by, length, claims).map_or(Said::Nothing, Said::Told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &str = r#"{
        "inputs": {"node_modules/a/i.js": {"bytes": 9000, "imports": [], "format": "cjs"}},
        "outputs": {
            "dist/index.js.map": {"bytes": 5000, "inputs": {}},
            "dist/index.js": {"bytes": 100, "imports": [], "exports": [], "entryPoint": "src/i.ts",
                "inputs": {"node_modules/a/i.js": {"bytesInOutput": 60}, "node_modules/a/j.js": {"bytesInOutput": 0},
                           "src/i.ts": {"bytesInOutput": 30}}},
            "dist/other/index.js": {"bytes": 70, "inputs": {}}
        }}"#;

    fn said(path: &str, length: u64) -> Said {
        read(META.as_bytes()).unwrap().of(path, Bytes(length), ToldBy::Metafile("meta.json".to_owned()))
    }

    #[test]
    fn a_metafile_breaks_its_output_down() {
        let Said::Told(told) = said("index.js", 100) else { panic!("it tells of this file") };
        let shown: Vec<(String, u64)> = told.parts.iter().map(|part| (part.whose.title(), part.bytes.0)).collect();
        let expected = [("npm:a", 60), ("your own sources", 30), ("the file itself", 10)];
        assert_eq!(shown, expected.map(|(title, bytes)| (title.to_owned(), bytes)));
    }

    #[test]
    fn another_length_or_name_is_another_file() {
        assert_eq!(said("index.js", 99), Said::OtherLength(Bytes(100)));
        assert!(matches!(said("other/index.js", 70), Said::Told(_)));
        assert_eq!(said("app.js", 100), Said::Nothing);
        assert!(read(&b"{}"[..]).is_err());
    }
}
