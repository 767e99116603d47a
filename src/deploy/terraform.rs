//! Terraform: resources of the AWS provider. It can read JSON, so what each packing makes anew comes from the manifest,
//! and the fragment takes everything from there.

use super::template::fill;
use super::view::View;
use super::{CannotExport, NamedFile, Shape, put_on_efs};
use crate::model::deployment::Deployment;

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    let view = View::new(deployment);
    let mut files = match shape {
        Shape::Complete => {
            vec![fill("terraform/main.tf", "main.tf", &view)?, fill("terraform/variables.tf", "variables.tf", &view)?]
        }
        Shape::Fragment => vec![fill("terraform/fragment.tf", "bayplan.tf", &view)?],
    };
    files.extend(put_on_efs(deployment, &view)?);
    Ok(files)
}
