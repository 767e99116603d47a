//! No name and no value breaks out of what `bayplan export` writes: whatever they hold, the file is one of its language,
//! and read back it says what the plan says.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use bayplan::deploy::{NamedFile, Shape, Tool};
use bayplan::model::bytes::{Amount, Bytes};
use bayplan::model::deployment::{
    Build, DeployedLayer, DeployedLayerKind, DeployedTree, DeployedZip, Deployment, Origin,
};
use bayplan::model::digest::Sha256Digest;
use bayplan::model::plan::{ForeignLayer, Upload};
use bayplan::model::shape::{Handler, LayerArn};
use bayplan::model::target::Architecture;
use proptest::prelude::*;

fn zip(file: &str) -> DeployedZip {
    DeployedZip { file: file.to_owned(), bytes: None, unzipped: Amount::exact(Bytes(1)) }
}

fn layer(index: usize) -> DeployedLayer {
    let name = format!("layer-{index}");
    let kind = DeployedLayerKind::Own(zip(&format!("layer-{name}.zip")));
    DeployedLayer { name: name.parse().unwrap(), kind }
}

fn foreign(arn: &str) -> DeployedLayer {
    let arn = LayerArn::try_from(arn.to_owned()).unwrap();
    let kind = DeployedLayerKind::Foreign(ForeignLayer { arn, unzipped: Some(Bytes(7)), provides: Vec::new() });
    DeployedLayer { name: "others".parse().unwrap(), kind }
}

fn deployment(environment: BTreeMap<String, String>, artifacts: &str, handler: &str) -> Deployment {
    Deployment {
        function: "recommender".to_owned(),
        handler: Handler::try_from(handler.to_owned()).unwrap(),
        runtime: "python3.13".parse().unwrap(),
        architecture: Architecture::Arm64,
        environment,
        snapstart: false,
        upload: Upload::Direct,
        code: zip("function.zip"),
        layers: vec![layer(1), foreign("arn:aws:lambda:${region}:123456789012:layer:x:1"), layer(2)],
        efs: None,
        plan_sha256: Sha256Digest([7; 32]),
        artifacts: artifacts.to_owned(),
        origin: Origin::Packed,
        build: Build::default(),
    }
}

fn file(tool: Tool, deployment: &Deployment, name: &str) -> String {
    let files = tool.files(deployment, Shape::Complete).unwrap();
    files.into_iter().find(|file| file.name == name).unwrap().text
}

/// The variables of the only function in HCL.
fn variables_of_hcl(text: &str) -> BTreeMap<String, String> {
    let body: serde_json::Value = hcl::from_str(text).unwrap();
    let function = &body["resource"]["aws_lambda_function"]["function"];
    assert_eq!(function["layers"].as_array().map(Vec::len), Some(3));
    let object = function["environment"]["variables"].as_object().unwrap().clone();
    object.into_iter().map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect()
}

fn variables_of_yaml(text: &str) -> BTreeMap<String, String> {
    let value: serde_json::Value = serde_saphyr::from_str(text).unwrap();
    let function = &value["Resources"]["Function"]["Properties"];
    assert_eq!(function["Layers"].as_array().map(Vec::len), Some(3));
    serde_json::from_value(function["Environment"]["Variables"].clone()).unwrap()
}

/// Each `"NAME": "VALUE",` in TypeScript, whose strings are written as those of JSON.
fn variables_of_typescript(text: &str) -> BTreeMap<String, String> {
    let block = text.split("      environment: {\n").nth(1).unwrap().split("\n      },\n").next().unwrap();
    let pair = |line: &str| {
        let (name, value) = line.trim().trim_end_matches(',').split_once(": ").unwrap();
        (serde_json::from_str(name).unwrap(), serde_json::from_str(value).unwrap())
    };
    block.split('\n').map(pair).collect()
}

/// The value of a variable that the script sets in single quotes.
fn of_shell(text: &str, name: &str) -> String {
    let start = text.find(&format!("\n{name}='")).unwrap() + name.len() + 3;
    let rest = text[start..].replace("'\\''", "\0");
    rest[..rest.find('\'').unwrap()].replace('\0', "'")
}

fn names() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9_]{1,12}"
}

/// Any text, and often texts made of what the languages act on.
fn values() -> impl Strategy<Value = String> {
    let sharp = prop::sample::select(vec![
        "'",
        "\"",
        "\\",
        "$",
        "{",
        "}",
        "${",
        "%{",
        "$${",
        "{{",
        "}}",
        "{%",
        "#",
        ": ",
        "- ",
        "\n",
        "\r\n",
        "\t",
        "`",
        "$(",
        "*/",
        "//",
        "&",
        "*",
        "!Ref ",
        "<<",
        "EOF",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{7f}",
        "\u{1f600}",
        "é",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(sharp, 0..12).prop_map(|parts| parts.concat())]
        .prop_map(|text| text.replace('\0', ""))
        .prop_filter("CloudFormation would replace it", |text| !text.contains("{{resolve:"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_back(
        environment in prop::collection::btree_map(names(), values(), 1..5),
        artifacts in values(),
        handler in "[!-~]{1,20}",
    ) {
        let deployment = deployment(environment.clone(), &artifacts, &handler);
        prop_assert_eq!(variables_of_yaml(&file(Tool::Sam, &deployment, "template.yaml")), environment.clone());
        prop_assert_eq!(variables_of_hcl(&file(Tool::Terraform, &deployment, "main.tf")), environment.clone());
        prop_assert_eq!(variables_of_typescript(&file(Tool::Cdk, &deployment, "stack.ts")), environment.clone());
        let script = file(Tool::Script, &deployment, "deploy.sh");
        prop_assert_eq!(of_shell(&script, "HANDLER"), handler);
        let shown = format!("'{}'", artifacts.replace('\'', "'\\''"));
        let named = format!("\"$HERE\"/{shown}");
        prop_assert!(script.contains(&named));
    }
}

#[test]
fn every_file_of_every_tool_can_be_filled_in_and_names_the_plan() {
    let plain = deployment(BTreeMap::new(), "artifacts", "app.handler");
    let tree = DeployedTree {
        folder: "efs/0123456789abcdef".to_owned(),
        path: "/mnt/packages/0123456789abcdef".to_owned(),
        mount: "/mnt/packages".to_owned(),
        bytes: Bytes(5),
        entries: 1,
    };
    let environment = [("PYTHONPATH", "/opt/python:/mnt/packages/0123456789abcdef"), ("A_B", "x")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let cases = [
        plain.clone(),
        Deployment { layers: Vec::new(), origin: Origin::Foreseen, upload: Upload::S3, ..plain.clone() },
        Deployment { snapstart: true, runtime: "nodejs22.x".parse().unwrap(), ..plain.clone() },
        Deployment { efs: Some(tree), environment, origin: Origin::Recorded, ..plain },
    ];
    for (deployment, tool) in cases.iter().flat_map(|case| Tool::ALL.map(|tool| (case, tool))) {
        for shape in [Shape::Complete, Shape::Fragment] {
            if (tool, shape) == (Tool::Dockerfile, Shape::Fragment) {
                continue;
            }
            let files: Vec<NamedFile> = tool.files(deployment, shape).unwrap();
            let plan = deployment.plan_sha256.to_string();
            let unnamed = |file: &&NamedFile| {
                !file.text.contains(&plan) && !["cdk.json", "tsconfig.json"].contains(&file.name.as_str())
            };
            let unnamed: Vec<&str> = files.iter().filter(unnamed).map(|file| file.name.as_str()).collect();
            assert!(unnamed.is_empty(), "{tool:?} does not name the plan's digest in {unnamed:?}");
            assert!(files.iter().all(|file| file.text.ends_with('\n')), "{tool:?}");
            assert!(files.iter().all(|file| !file.text.contains(" \n")), "{tool:?} leaves spaces at the end of a line");
            let is_there = files.iter().any(|file| file.name == "put-on-efs.sh");
            assert_eq!(is_there, deployment.efs.is_some() && tool != Tool::Dockerfile, "{tool:?}");
        }
    }
}
