//! The text of a JSON Schema, the same for every format that bayplan publishes.

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Which side of a format a schema describes, where reading takes more than writing gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What may be written by somebody for bayplan to read.
    Read,
    /// What bayplan writes.
    Written,
}

/// The schema of a format as text that ends with a line break. In draft 7, which editors' readers of TOML know.
pub fn schema_text<T: JsonSchema>(title: &str, side: Side) -> String {
    let settings = SchemaSettings::draft07().with_transform(without_null_defaults);
    let settings = match side {
        Side::Read => settings.for_deserialize(),
        Side::Written => settings.for_serialize(),
    };
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// What may be missing has no value then, not the value null, which TOML does not even have.
fn without_null_defaults(schema: &mut Schema) {
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
    transform_subschemas(&mut without_null_defaults, schema);
}
