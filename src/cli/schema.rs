//! `bayplan schema KIND`: the JSON Schema of a format.

use super::arguments::{SchemaArguments, SchemaOf};
use super::{Exit, output};
use crate::model::manifest::manifest_schema;
use crate::planfile::{lock_schema, plan_schema};
use crate::report::report_schema;

pub(super) fn run(arguments: &SchemaArguments) -> anyhow::Result<Exit> {
    let text = match arguments.of {
        SchemaOf::Plan => plan_schema(),
        SchemaOf::Lock => lock_schema(),
        SchemaOf::Report => report_schema(),
        SchemaOf::Manifest => manifest_schema(),
    };
    output::print_plain(&text)?;
    Ok(Exit::Done)
}
