//! The plans that every deployer's judges see: none, one and five layers, with and without EFS, with somebody else's
//! layer, direct and through S3, both architectures, Python and Node. Each is built, packed and exported by the real
//! binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::bundles::Files;

/// One plan.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The function's name, and the case's.
    pub name: &'static str,
    pub runtime: &'static str,
    pub architecture: &'static str,
    pub upload: &'static str,
    /// Layers of our own.
    pub layers: usize,
    /// Whether one of somebody else's stands before the last of them.
    pub foreign: bool,
    pub efs: bool,
    pub snapstart: bool,
    /// Whether every name and value is as unfriendly as it may be.
    pub hostile: bool,
}

const PLAIN: Case = Case {
    name: "",
    runtime: "python3.13",
    architecture: "x86_64",
    upload: "s3",
    layers: 0,
    foreign: false,
    efs: false,
    snapstart: false,
    hostile: false,
};

const NODE_FIVE: Case = Case { runtime: "nodejs22.x", layers: 4, ..PLAIN };

/// All of them.
pub const CASES: [Case; 13] = [
    Case { name: "py-none-direct", upload: "direct", ..PLAIN },
    Case { name: "py-one-s3", layers: 1, ..PLAIN },
    Case { name: "py_five_arm", layers: 5, architecture: "arm64", upload: "direct", runtime: "python3.12", ..PLAIN },
    Case { name: "py-one-foreign-efs", layers: 1, foreign: true, efs: true, architecture: "arm64", ..PLAIN },
    Case { name: "py-none-efs", efs: true, upload: "direct", ..PLAIN },
    Case { name: "py-five-foreign-efs", layers: 4, foreign: true, efs: true, runtime: "python3.11", ..PLAIN },
    Case { name: "py-hostile", layers: 2, foreign: true, hostile: true, upload: "direct", ..PLAIN },
    Case { name: "py-snapstart", layers: 1, snapstart: true, ..PLAIN },
    Case { name: "node-none-direct", runtime: "nodejs22.x", upload: "direct", ..PLAIN },
    Case { name: "node-one-arm", runtime: "nodejs22.x", architecture: "arm64", layers: 1, ..PLAIN },
    Case { name: "node-five-hostile", runtime: "nodejs22.x", layers: 4, foreign: true, hostile: true, ..PLAIN },
    Case { name: "node-one-efs", runtime: "nodejs22.x", layers: 1, efs: true, upload: "direct", ..PLAIN },
    Case { name: "node-five-foreign-efs", foreign: true, efs: true, architecture: "arm64", ..NODE_FIVE },
];

/// Values that mean something to some shell, template or file format, each of which must arrive as it is.
pub const UNFRIENDLY: [(&str, &str); 9] = [
    ("QUOTES", r#"it's "quoted" \ and \" more"#),
    ("SHELL", "$HOME ${HOME} $(id) `id`; rm -rf / # x"),
    ("HCL", "${var.region} %{ if true }y%{ endif } $$ %%"),
    ("SERVERLESS", r"${env:HOME} \${self:service} \\${opt:x} ${file(x.yml)}"),
    ("REFERENCES", "${AWS::Region} ${Function} ${!Literal} ${AWS::AccountId} ${Function.Arn}"),
    ("YAML", "a: b # c, - d, {e: f}, !Ref Function, &x *x"),
    ("LINES", "one\ntwo\r\n\tthree\n"),
    ("JINJA", "{{ function }} {% raw %} &Region; {# x #}"),
    ("LETTERS", "größe 猫 \u{1F600} \u{85} \u{2028} \u{feff}end"),
];

/// Somebody else's layer in every case that has one. The AWS of these tests wants it to be there.
pub const FOREIGN: &str = "arn:aws:lambda:${region}:123456789012:layer:SomebodyElses:1";

/// A case, built and packed in a folder of its own.
pub struct Packed {
    pub case: Case,
    pub folder: PathBuf,
}

impl Case {
    pub fn is_node(&self) -> bool {
        self.runtime.starts_with("node")
    }

    fn package(&self, index: usize) -> String {
        if self.is_node() { format!("npm:part{index}") } else { format!("part{index}") }
    }

    /// How many packages there are beside the function's own.
    fn packages(&self) -> usize {
        self.layers + usize::from(self.efs)
    }

    fn files(&self) -> Files {
        let mut files = if self.is_node() {
            Files::default().with("app.js", "exports.handler = async () => 1;\n")
        } else {
            Files::default().with("app.py", "def handler(event, context):\n    return 1\n")
        };
        if self.hostile {
            files = files.with("da\"ta's $HOME \\ ${x}/no\nte {{ x }}.txt", "x");
        }
        for index in 0..self.packages() {
            let name = format!("part{index}");
            files = if self.is_node() {
                let about =
                    format!("{{ \"name\": \"{name}\", \"version\": \"1.0.{index}\", \"main\": \"index.js\" }}\n");
                let folder = format!("node_modules/{name}");
                let files = files.with(&format!("{folder}/package.json"), about);
                files.with(&format!("{folder}/index.js"), format!("module.exports = {index};\n"))
            } else {
                files.with_distribution("", &name, "1.0", &[&format!("{name}/__init__.py")])
            };
        }
        files
    }

    /// The names of all layers, in their order.
    pub fn layer_names(&self) -> Vec<String> {
        let mut names: Vec<String> = (0..self.layers).map(|index| format!("layer-{index}_x")).collect();
        if self.foreign {
            names.insert(names.len().saturating_sub(1), "others".to_owned());
        }
        names
    }

    /// The variables of the plan.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let unfriendly = UNFRIENDLY.iter().filter(|_| self.hostile);
        let all = [("LOG_LEVEL", "info")];
        all.iter().chain(unfriendly).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn plan(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let names: Vec<String> = self.layer_names().iter().map(|name| quoted(name)).collect();
        let pairs = self.variables().into_iter().map(|(name, value)| format!("{name} = {}", quoted(&value)));
        let mut plan = format!(
            "version = 1\n[function.{}]\nhandler = \"app.handler\"\nruntime = \"{}\"\narchitecture = \"{}\"\n\
             upload = \"{}\"\nmount = \"/mnt/packages\"\nsnapstart = {}\nlayers = [{}]\nenvironment = {{ {} }}\n",
            self.name,
            self.runtime,
            self.architecture,
            self.upload,
            self.snapstart,
            names.join(", "),
            pairs.collect::<Vec<_>>().join(", "),
        );
        for index in 0..self.layers {
            plan += &format!("[layer.layer-{index}_x]\npackages = [\"{}\"]\n", self.package(index));
        }
        if self.foreign {
            plan += &format!("[layer.others]\narn = \"{FOREIGN}\"\nunzipped_bytes = 12_000_000\n");
        }
        if self.efs {
            plan += &format!("[efs]\npackages = [\"{}\"]\n", self.package(self.layers));
        }
        plan
    }

    /// Builds and packs it below `folder`.
    #[track_caller]
    pub fn pack(&self, folder: &Path) -> Packed {
        let folder = folder.join(self.name);
        std::fs::create_dir_all(&folder).unwrap();
        self.files().write(&folder.join("build"));
        std::fs::write(folder.join("bayplan.toml"), self.plan()).unwrap();
        let packed = Packed { case: *self, folder };
        packed.bayplan(&["pack", "build", "--out", &packed.artifacts()]);
        packed
    }
}

impl Packed {
    /// Where its artifacts lie, from its folder. Serverless can name plain folders only.
    pub fn artifacts(&self) -> String {
        if self.case.hostile { "art's \"fact\" $HOME ${x} %{y} {{ z }}".to_owned() } else { "artifacts".to_owned() }
    }

    #[track_caller]
    pub fn bayplan(&self, arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        let output = command.args(arguments).args(["--no-cache"]).current_dir(&self.folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {arguments:?} said:\n{said}", self.case.name);
    }

    /// Exports it for a tool, into a folder below its own, which is returned.
    #[track_caller]
    pub fn export(&self, tool: &str, more: &[&str]) -> PathBuf {
        let artifacts = if tool == "serverless" && self.case.hostile {
            self.bayplan(&["pack", "build", "--out", "artifacts"]);
            "artifacts".to_owned()
        } else {
            self.artifacts()
        };
        let out = format!("{tool}{}", more.concat());
        let mut arguments = vec!["export", "build", "--to", tool, "--out", &out, "--artifacts", &artifacts, "--force"];
        arguments.extend(more);
        self.bayplan(&arguments);
        self.folder.join(out)
    }

    /// Whether its zips go through a bucket.
    pub fn needs_bucket(&self) -> bool {
        self.case.upload == "s3"
    }

    /// What pack said.
    pub fn manifest(&self) -> serde_json::Value {
        let path = self.folder.join(self.artifacts()).join("manifest.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// The variables that the function is to have.
    pub fn environment(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.manifest()["environment"].clone()).unwrap()
    }
}
