//! GitLab CI/CD: the pipeline from requirements to what is deployed, or a few lines that prune a build that is there.

use super::pipeline::{Pipeline, Runner};
use super::template::fill;
use super::{CannotExport, NamedFile, Shape};
use crate::model::deployment::Deployment;

/// GitLab takes the lines of a script as they are.
const RUNNER: Runner = Runner { title: "GitLab", literal: std::convert::identity };

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    let pipeline = Pipeline::new(deployment, shape, RUNNER)?;
    let (template, name) = match shape {
        Shape::Complete => ("gitlab/pipeline.yml", ".gitlab-ci.yml"),
        Shape::Fragment => ("gitlab/fragment.yml", "bayplan.gitlab-ci.yml"),
    };
    Ok(vec![fill(template, name, &pipeline)?])
}
