//! The JSON Schemas of plan and lock, for editors and for whoever reads them elsewhere. They are made from the types that
//! read; what those leave to the second look, words and shapes, is added here. A text may have a valid shape and still
//! be refused, where one part of a plan contradicts another.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::lock::RawLock;
use super::raw::RawPlan;
use super::{LONGEST_FUNCTION, VERSION};
use crate::model::schema::{Side, schema_text};
use crate::model::slim::SlimRule;

/// The schema of `bayplan.toml`, read as JSON.
pub fn plan_schema() -> String {
    schema_text::<RawPlan>("bayplan.toml", Side::Read)
}

/// The schema of `bayplan.lock`, read as JSON.
pub fn lock_schema() -> String {
    schema_text::<RawLock>("bayplan.lock", Side::Read)
}

fn words(words: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": words })
}

fn pattern(pattern: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": pattern })
}

pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": VERSION })
}

pub(super) fn function_name() -> Schema {
    pattern(&format!("^[A-Za-z0-9_-]{{1,{LONGEST_FUNCTION}}}$"))
}

pub(super) fn layer_name() -> Schema {
    pattern("^[A-Za-z0-9_-]{1,140}$")
}

pub(super) fn handler(_: &mut SchemaGenerator) -> Schema {
    pattern("^\\S{1,128}$")
}

pub(super) fn runtime(_: &mut SchemaGenerator) -> Schema {
    pattern("^[a-z][a-z0-9.]{0,39}$")
}

pub(super) fn architecture(_: &mut SchemaGenerator) -> Schema {
    words(&["x86_64", "arm64", "x86-64", "amd64", "aarch64"])
}

pub(super) fn upload(_: &mut SchemaGenerator) -> Schema {
    words(&["s3", "direct"])
}

pub(super) fn mount(_: &mut SchemaGenerator) -> Schema {
    pattern("^/mnt/[A-Za-z0-9._-]+$")
}

/// The names of variables as the Lambda API takes them.
pub(super) fn variables(_: &mut SchemaGenerator) -> Schema {
    let name = pattern("^[A-Za-z][A-Za-z0-9_]+$");
    json_schema!({ "type": "object", "propertyNames": name, "additionalProperties": { "type": "string" } })
}

pub(super) fn arn(_: &mut SchemaGenerator) -> Schema {
    pattern("^arn:[A-Za-z0-9_-]+:lambda:([A-Za-z0-9_-]+|\\$\\{region\\}):[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$")
}

pub(super) fn slim_rule(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": words(&SlimRule::ALL.map(SlimRule::name)) })
}

pub(super) fn bytecode(_: &mut SchemaGenerator) -> Schema {
    words(&["hash-based", "keep", "drop"])
}

pub(super) fn severity(_: &mut SchemaGenerator) -> Schema {
    words(&["error", "warning", "note", "off"])
}

/// `"size.joint" = "error"`, or `size.joint = "error"`, which is a table for the family.
pub(super) fn levels(generator: &mut SchemaGenerator) -> Schema {
    let level = severity(generator);
    let family = json_schema!({ "type": "object", "additionalProperties": level });
    json_schema!({ "type": "object", "additionalProperties": { "anyOf": [level, family] } })
}

pub(super) fn day(_: &mut SchemaGenerator) -> Schema {
    pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
}
