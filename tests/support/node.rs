//! Trees of `node_modules` made by tests: packages by name and place, and links as installers make them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::{Value, json};

use crate::bundles::Files;

/// A tree: files, and links with their texts.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Files by path.
    pub files: Files,
    /// Links by path, with what they say.
    pub links: Vec<(String, String)>,
}

impl Tree {
    /// Adds a file.
    pub fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Tree {
        self.files = self.files.with(path, content);
        self
    }

    /// Adds a link.
    pub fn link(mut self, path: &str, text: &str) -> Tree {
        self.links.push((path.to_owned(), text.to_owned()));
        self
    }

    /// Adds a package in a folder, with whatever its `package.json` says besides name and version, and an `index.js`.
    pub fn package(self, folder: &str, version: &str, more: Value) -> Tree {
        let name = folder.rsplit_once("node_modules/").map_or(folder, |(_, name)| name);
        let mut said = json!({ "name": name, "version": version });
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let source = format!("exports.name = {name:?}; exports.version = {version:?};\n");
        self.file(&format!("{folder}/package.json"), said.to_string()).file(&format!("{folder}/index.js"), source)
    }

    /// Adds a package that asks for others.
    pub fn asking(self, folder: &str, version: &str, needs: &[(&str, &str)]) -> Tree {
        let needs: Value = needs.iter().map(|(name, range)| ((*name).to_owned(), json!(range))).collect();
        self.package(folder, version, json!({ "dependencies": needs }))
    }

    /// Writes it below a folder.
    pub fn write(&self, folder: &Path) {
        self.files.write(folder);
        for (path, text) in &self.links {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            symlink(text, path).unwrap();
        }
    }
}
