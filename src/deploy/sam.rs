//! AWS SAM: a template of CloudFormation that names the packed zips; `sam deploy` uploads them.
//!
//! CloudFormation reads no files, so both shapes say what the plan says, and are written anew with each packing.

use super::template::fill;
use super::view::View;
use super::{CannotExport, NamedFile, Shape, cloudformation, put_on_efs};
use crate::model::deployment::Deployment;

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    cloudformation::refuse_references(deployment, "CloudFormation")?;
    let view = View::new(deployment);
    let template = match shape {
        Shape::Complete => fill("sam/template.yaml", "template.yaml", &view)?,
        Shape::Fragment => fill("sam/fragment.yaml", "bayplan-fragment.yaml", &view)?,
    };
    Ok([Some(template), put_on_efs(deployment, &view)?].into_iter().flatten().collect())
}
