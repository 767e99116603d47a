//! GitHub Actions: the workflow from requirements to what is deployed, or a few lines that prune a build that is there.

use super::pipeline::{Pipeline, Runner};
use super::template::fill;
use super::{CannotExport, NamedFile, Shape};
use crate::model::deployment::Deployment;

const RUNNER: Runner = Runner { title: "GitHub Actions", literal };

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    let pipeline = Pipeline::new(deployment, shape, RUNNER)?;
    let (template, name) = match shape {
        Shape::Complete => ("github/workflow.yml", ".github/workflows/bayplan.yml"),
        Shape::Fragment => ("github/fragment.yml", "bayplan-steps.yml"),
    };
    Ok(vec![fill(template, name, &pipeline)?])
}

/// An expression begins with `${{` wherever it stands; one that says `${{` stands for it.
fn literal(text: String) -> String {
    text.replace("${{", "${{ '${{' }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_an_expression() {
        assert_eq!(literal("cp '${{ x }}'".to_owned()), "cp '${{ '${{' }} x }}'");
    }
}
