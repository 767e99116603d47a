//! The container image of a function: the way for what does not fit into 250 MB, with 10 GB of room.
//!
//! The image holds the whole build. With so much room nothing has to be left out or slimmed, and nothing lies on layers
//! or EFS: images take no layers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::Value;
use serde::Serialize;

use super::template::fill;
use super::{CannotExport, NamedFile, Shape, view};
use crate::model::deployment::Deployment;
use crate::model::escape::printable;
use crate::model::pythonpath::PYTHONPATH;
use crate::model::search_path::TASK;
use crate::model::target::{Architecture, Runtime};

static IMAGES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/images.toml")).expect("assets/images.toml is compiled in and tested")
});

/// What the template names.
#[derive(Serialize)]
struct Image {
    function: String,
    plan: String,
    context: &'static str,
    /// The context in a shell.
    build: String,
    platform: &'static str,
    /// The variables to set, but for PYTHONPATH, which is in the image.
    variables: String,
    /// Bare: the name is bayplan's own data, and the tag is a number.
    image: Value,
    path: Option<String>,
    handler: String,
}

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    if shape == Shape::Fragment {
        return Err(CannotExport::NoFragment("a Dockerfile"));
    }
    let variables = deployment.build.planned_environment.keys().map(String::as_str);
    let variables: Vec<&str> = variables.filter(|name| *name != PYTHONPATH).collect();
    let image = Image {
        function: deployment.function.clone(),
        plan: deployment.plan_sha256.to_string(),
        context: if deployment.build.is_zip { "the folder that the zip is unpacked to" } else { "the build folder" },
        build: match deployment.build.is_zip {
            true => view::BUILD.to_owned(),
            false => view::build_word(deployment),
        },
        platform: match deployment.architecture {
            Architecture::Arm64 => "arm64",
            Architecture::X86_64 => "amd64",
        },
        variables: variables.join(", "),
        image: Value::from_safe_string(base(&deployment.runtime)?),
        path: python_path(deployment)?,
        handler: deployment.handler.as_str().to_owned(),
    };
    Ok(vec![fill("dockerfile/Dockerfile", "Dockerfile", &image)?])
}

/// The base image of a runtime: `python3.13` has the tag 3.13, `nodejs22.x` has 22.
fn base(runtime: &Runtime) -> Result<String, CannotExport> {
    let no_base = || CannotExport::NoBase(runtime.to_string());
    let digits = runtime.as_str().find(|letter: char| letter.is_ascii_digit()).ok_or_else(no_base)?;
    let (family, version) = runtime.as_str().split_at(digits);
    let tag = match family {
        "nodejs" => version.strip_suffix(".x"),
        _ => Some(version),
    };
    let is_tag = |tag: &&str| tag.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    match (IMAGES.get(family), tag.filter(is_tag)) {
        (Some(image), Some(tag)) => Ok(format!("{image}:{tag}")),
        _ => Err(no_base()),
    }
}

/// The folders of the build, besides its own, that hold packages of Python.
fn python_path(deployment: &Deployment) -> Result<Option<String>, CannotExport> {
    if deployment.runtime.python_version().is_none() {
        return Ok(None);
    }
    let folders = deployment.build.roots.iter().map(|root| {
        let shown = printable(root);
        let is_plain = shown.as_bytes() == root.as_slice() && !shown.contains(':');
        if is_plain { Ok(format!("{TASK}/{shown}")) } else { Err(CannotExport::OddFolder(shown)) }
    });
    let folders = folders.collect::<Result<Vec<String>, CannotExport>>()?;
    Ok((!folders.is_empty()).then(|| folders.join(":")))
}
