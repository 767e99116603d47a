//! The container image of a function: the way for what does not fit into 250 MB, with 10 GB of room.
//!
//! The image holds the whole build. With so much room nothing has to be left out or slimmed, and nothing lies on layers
//! or EFS: images take no layers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::model::bundle::Bundle;
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::listing::Source;
use crate::model::package::Ecosystem;
use crate::model::plan::Plan;
use crate::model::pythonpath::PYTHONPATH;
use crate::model::search_path::TASK;
use crate::model::target::{Architecture, Target};

static IMAGES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/images.toml")).expect("assets/images.toml is compiled in and tested")
});

/// Why there is no image for a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoImage {
    /// The base image follows from it.
    #[error("the runtime is not known; write runtime = \"python3.13\" into the plan, or give --runtime")]
    NoRuntime,
    /// Only those of Python are.
    #[error("no base image of AWS is known here for {0}")]
    NoBase(String),
    /// The image has to say what is called.
    #[error("the handler is not known; write handler = \"app.handler\" into the plan, or give --handler")]
    NoHandler,
    /// A Dockerfile has no way to write it.
    #[error("the folder \"{0}\" holds packages and cannot be named in a Dockerfile; rename it in the build")]
    OddFolder(String),
}

/// The Dockerfile of a plan's function; `plan_sha256` says which plan it was made for.
pub fn dockerfile(bundle: &Bundle, plan: &Plan, target: &Target, plan_sha256: &str) -> Result<String, NoImage> {
    let runtime = target.runtime.as_ref().ok_or(NoImage::NoRuntime)?;
    let no_base = || NoImage::NoBase(runtime.to_string());
    let (major, minor) = runtime.python_version().ok_or_else(no_base)?;
    let image = IMAGES.get("python").ok_or_else(no_base)?;
    let handler = plan.function.handler.as_ref().ok_or(NoImage::NoHandler)?;
    let path = python_path(bundle)?;
    let mut lines = head(bundle, plan, target, plan_sha256);
    lines.push(format!("FROM {image}:{major}.{minor}"));
    lines.push("COPY . ${LAMBDA_TASK_ROOT}/".to_owned());
    lines.extend(path.map(|path| format!("ENV {PYTHONPATH}={}", quoted(&path))));
    lines.push(format!("CMD [{}]", serde_json::Value::from(handler.as_str())));
    Ok(lines.join("\n") + "\n")
}

fn head(bundle: &Bundle, plan: &Plan, target: &Target, plan_sha256: &str) -> Vec<String> {
    let platform = match target.architecture {
        Some(Architecture::Arm64) => "linux/arm64",
        _ => "linux/amd64",
    };
    let context = match &bundle.listing.source {
        Source::Directory(_) => "the build folder",
        _ => "the folder that the zip is unpacked to",
    };
    let name = printable(plan.function.name.as_bytes());
    let mut lines = vec![
        format!("# The function {name}, as a container image; made by bayplan for the plan {plan_sha256}."),
        "# It holds the whole build: an image may have 10 GB, so nothing is left out or slimmed.".to_owned(),
        format!("# Build it with {context} as context:"),
        format!("#   docker build --platform {platform} --provenance=false -f Dockerfile -t {name} BUILD"),
    ];
    let variables: Vec<&str> =
        plan.function.environment.keys().map(String::as_str).filter(|name| *name != PYTHONPATH).collect();
    if !variables.is_empty() {
        let names = printable(variables.join(", ").as_bytes());
        lines.push(format!("# Set in the function's configuration: {names}"));
    }
    lines
}

/// The folders of the build, besides its own, that hold packages.
fn python_path(bundle: &Bundle) -> Result<Option<String>, NoImage> {
    let python = bundle.packages().iter().filter(|package| package.ecosystem == Ecosystem::Python);
    let roots: BTreeSet<EntryId> = python.map(|package| package.root).filter(|&root| root != EntryId::ROOT).collect();
    let folders = roots.into_iter().map(|root| {
        let (shown, path) = (bundle.listing.shown_path(root), bundle.listing.path(root));
        let is_plain = shown.as_bytes() == path && !shown.contains(':');
        if is_plain { Ok(format!("{TASK}/{shown}")) } else { Err(NoImage::OddFolder(shown)) }
    });
    let folders = folders.collect::<Result<Vec<String>, NoImage>>()?;
    Ok((!folders.is_empty()).then(|| folders.join(":")))
}

/// A value in which nothing is expanded and no quotation mark ends it. Paths that are shown hold no line breaks.
fn quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in value.chars() {
        if matches!(letter, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_or_expands_it() {
        assert_eq!(quoted("/var/task/a\"$HOME\\b"), "\"/var/task/a\\\"\\$HOME\\\\b\"");
    }
}
