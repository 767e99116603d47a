//! What a deployed function is, whoever deployed it: read from a plan, from a template of CloudFormation, or from AWS.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::deployments::{FOREIGN, Packed};
use super::moto::Moto;

/// What only the ARN of somebody else's layer holds.
const OTHERS: &str = ":layer:SomebodyElses:";

/// What must come out the same on every way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub runtime: String,
    pub handler: String,
    pub architecture: String,
    /// The layers' names in the plan, in their order.
    pub layers: Vec<String>,
    pub environment: BTreeMap<String, String>,
    /// Where a file system is mounted.
    pub mount: Option<String>,
}

impl Meaning {
    /// What the plan wants.
    pub fn of_plan(packed: &Packed) -> Meaning {
        let case = packed.case;
        assert!(
            packed
                .environment()
                .iter()
                .all(|(name, value)| { case.variables().get(name).is_none_or(|planned| planned == value) })
        );
        Meaning {
            runtime: case.runtime.to_owned(),
            handler: "app.handler".to_owned(),
            architecture: case.architecture.to_owned(),
            layers: case.layer_names(),
            environment: packed.environment(),
            mount: case.efs.then(|| "/mnt/packages".to_owned()),
        }
    }

    /// The same where nobody remembers what is mounted.
    pub fn without_mount(&self) -> Meaning {
        Meaning { mount: None, ..self.clone() }
    }

    /// What a template of CloudFormation, as JSON, deploys.
    #[track_caller]
    pub fn of_template(path: &Path) -> Meaning {
        let template: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let resources = template["Resources"].as_object().unwrap();
        let mut functions = resources.values().filter(|resource| resource["Type"] == "AWS::Lambda::Function");
        let properties =
            &functions.next().unwrap_or_else(|| panic!("{} has no function", path.display()))["Properties"];
        assert!(functions.next().is_none(), "{} has one function", path.display());
        let layer = |layer: &Value| match layer["Ref"].as_str() {
            Some(id) => name_in(&resources[id]["Properties"]["LayerName"].to_string()),
            None => name_in(&layer.to_string()),
        };
        Meaning {
            runtime: properties["Runtime"].as_str().unwrap().to_owned(),
            handler: properties["Handler"].as_str().unwrap().to_owned(),
            architecture: properties["Architectures"][0].as_str().unwrap_or("x86_64").to_owned(),
            layers: list(&properties["Layers"]).iter().map(layer).collect(),
            environment: environment(&properties["Environment"]),
            mount: properties["FileSystemConfigs"][0]["LocalMountPath"].as_str().map(str::to_owned),
        }
    }

    /// What AWS says of a function. The one on 127.0.0.1 forgets what is mounted.
    #[track_caller]
    pub fn of_function(moto: &Moto, name: &str) -> Meaning {
        let function = moto.aws(&["lambda", "get-function-configuration", "--function-name", name]);
        let layers = list(&function["Layers"]);
        Meaning {
            runtime: function["Runtime"].as_str().unwrap().to_owned(),
            handler: function["Handler"].as_str().unwrap().to_owned(),
            architecture: function["Architectures"][0].as_str().unwrap().to_owned(),
            layers: layers.iter().map(|layer| name_in(&layer["Arn"].to_string())).collect(),
            environment: environment(&function["Environment"]),
            mount: None,
        }
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn environment(value: &Value) -> BTreeMap<String, String> {
    let variables = value["Variables"].as_object().into_iter().flatten();
    variables.map(|(name, value)| (name.clone(), deployed(value))).collect()
}

/// The text that CloudFormation makes of a value: one that it is given, or one that it joins of several.
fn deployed(value: &Value) -> String {
    if let Value::String(text) = value {
        return text.clone();
    }
    let (parts, keys) = (&value["Fn::Join"], value.as_object().map_or(0, serde_json::Map::len));
    let texts: Option<Vec<&str>> = parts[1].as_array().and_then(|texts| texts.iter().map(Value::as_str).collect());
    match (parts[0].as_str(), texts, keys) {
        (Some(between), Some(texts), 1) => texts.join(between),
        _ => panic!("{value} is no text of the plan's"),
    }
}

/// The layer's name in the plan, found in what names the layer.
fn name_in(text: &str) -> String {
    assert!(FOREIGN.contains(OTHERS));
    if text.contains(OTHERS) {
        return "others".to_owned();
    }
    let start = text.find("layer-").unwrap_or_else(|| panic!("{text} names no layer of these cases"));
    text[start..].chars().take("layer-0_x".len()).collect()
}
