//! The Serverless Framework: a service that names the packed zips. It replaces variables in every text, so texts of the
//! user's are written with its own escape, and what each packing makes anew is read from the manifest by one.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::template::fill;
use super::view::View;
use super::{CannotExport, NamedFile, Shape, cloudformation, put_on_efs};
use crate::model::deployment::Deployment;

const TOOL: &str = "Serverless";
/// What has no escape.
const DOLLARS: &str = "$${";

/// Everything in `assets/serverless.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    runtimes: Vec<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/serverless.toml"))
        .expect("assets/serverless.toml is compiled in and tested")
});

/// What the templates name besides.
#[derive(Serialize)]
struct Service<'a> {
    #[serde(flatten)]
    view: &'a View,
    own_layers: bool,
    knows_runtime: bool,
}

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    cloudformation::refuse_references(deployment, TOOL)?;
    refuse_dollars(deployment)?;
    refuse_odd_artifacts(deployment)?;
    let view = View::new(deployment);
    let service = Service {
        view: &view,
        own_layers: deployment.own_layers().next().is_some(),
        knows_runtime: KNOWN.runtimes.iter().any(|known| known == deployment.runtime.as_str()),
    };
    let file = match shape {
        Shape::Complete => fill("serverless/serverless.yml", "serverless.yml", &service)?,
        Shape::Fragment => fill("serverless/fragment.yml", "bayplan.yml", &service)?,
    };
    Ok([Some(file), put_on_efs(deployment, &view)?].into_iter().flatten().collect())
}

/// Its reader takes a `$` before `${` for the begin of a variable, and sees no backslash behind one.
fn refuse_dollars(deployment: &Deployment) -> Result<(), CannotExport> {
    let handler = ("(handler)", deployment.handler.as_str());
    let values = deployment.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    match values.chain([handler]).find(|(_, value)| value.contains(DOLLARS)) {
        Some((variable, _)) => {
            Err(CannotExport::Replaced { variable: variable.to_owned(), held: DOLLARS.to_owned(), tool: TOOL })
        }
        None => Ok(()),
    }
}

/// The manifest's path stands bare in a variable, `${file(PATH):KEY}`.
fn refuse_odd_artifacts(deployment: &Deployment) -> Result<(), CannotExport> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./ ".contains(letter);
    if deployment.artifacts.chars().all(is_plain) {
        return Ok(());
    }
    Err(CannotExport::OddArtifacts(crate::model::escape::printable(deployment.artifacts.as_bytes()), TOOL))
}
