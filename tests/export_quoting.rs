//! No name and no value breaks out of what `bayplan export` writes: whatever they hold, the file is one of its language,
//! and read back it says what the plan says.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

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
    let joined = joined_in(text);
    let value = |name: &str, value: &serde_json::Value| match value.as_array() {
        // The tag is lost on the way; where one stands, the text is joined.
        Some(parts) => {
            assert!(joined.contains(name), "{name} is a list");
            let texts: Vec<&str> = parts[1].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
            texts.join(parts[0].as_str().unwrap())
        }
        None => value.as_str().unwrap().to_owned(),
    };
    let variables = function["Environment"]["Variables"].as_object().unwrap();
    variables.iter().map(|(name, text)| (name.clone(), value(name, text))).collect()
}

/// The variables that are joined of several texts.
fn joined_in(text: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.trim().split_once(": !Join [\"${\""));
    names.map(|(name, _)| serde_json::from_str(name).unwrap()).collect()
}

/// Each `"NAME": "VALUE",` in TypeScript, whose strings are written as those of JSON.
fn variables_of_typescript(text: &str) -> BTreeMap<String, String> {
    let block = text.split("      environment: {\n").nth(1).unwrap().split("\n      },\n").next().unwrap();
    let pair = |line: &str| {
        let (name, value) = line.trim().trim_end_matches(',').split_once(": ").unwrap();
        let value = value.strip_prefix("literal(").map_or(value, |value| value.strip_suffix(')').unwrap());
        (serde_json::from_str(name).unwrap(), serde_json::from_str(value).unwrap())
    };
    block.split('\n').map(pair).collect()
}

/// The folder and the handler that the script sets, as a shell reads them.
fn of_shell(text: &str) -> [String; 2] {
    let lines = |from: &str, to: &str| {
        let start = text.find(&format!("\n{from}=")).unwrap();
        &text[start..start + text[start..].find(&format!("\n{to}=")).unwrap()]
    };
    let (artifacts, handler) = (lines("ARTIFACTS", "PLAN"), lines("HANDLER", "RUNTIME"));
    let program = format!("HERE=here{artifacts}{handler}\nprintf '%s\\0%s' \"$ARTIFACTS\" \"$HANDLER\"\n");
    let output = Command::new("sh").arg("-c").arg(program).env_clear().output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let (artifacts, handler) = said.split_once('\0').unwrap();
    [artifacts.strip_prefix("here/").unwrap().to_owned(), handler.to_owned()]
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
        prop_assert_eq!(of_shell(&script), [artifacts, handler]);
    }
}

#[test]
fn a_reference_that_is_meant_as_it_is_is_joined_and_nothing_else_is() {
    let environment = [("A", "${AWS::Region}x${Function}"), ("B", "plain"), ("C", "$ {x} $"), ("D", "$${x}\n")];
    let environment: BTreeMap<_, _> =
        environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    let template = file(Tool::Sam, &deployment(environment.clone(), "artifacts", "app.handler"), "template.yaml");
    assert!(template.contains("\"A\": !Join [\"${\", [\"\", \"AWS::Region}x\", \"Function}\"]]\n"), "{template}");
    assert_eq!(joined_in(&template), ["A", "D"].map(str::to_owned).into());
    assert_eq!(variables_of_yaml(&template), environment);
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
    // Pipelines need a build that can be made again; `tests/pipelines.rs` is theirs.
    let tools = Tool::ALL.into_iter().filter(|tool| !matches!(tool, Tool::Github | Tool::Gitlab));
    for (tool, deployment) in tools.flat_map(|tool| cases.iter().map(move |case| (tool, case))) {
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
