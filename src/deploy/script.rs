//! A shell script that deploys with the AWS CLI. It reads from the manifest what each packing makes anew, digests and
//! variables, and takes the way from what is deployed that AWS accepts at every step.

use serde::Serialize;

use super::template::fill;
use super::view::View;
use super::{CannotExport, NamedFile, Shape, put_on_efs};
use crate::model::deployment::Deployment;
use crate::model::limits::LIMITS;
use crate::model::plan::Upload;

/// What the template names besides.
#[derive(Serialize)]
struct Script<'a> {
    #[serde(flatten)]
    view: &'a View,
    complete: bool,
    upload: &'static str,
    direct_upload_max: u64,
    limit: u64,
    /// Empty if it is not known.
    foreign_bytes: String,
}

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    let view = View::new(deployment);
    let script = Script {
        view: &view,
        complete: shape == Shape::Complete,
        upload: match deployment.upload {
            Upload::S3 => "s3",
            Upload::Direct => "direct",
        },
        direct_upload_max: LIMITS.direct_upload_safe.bytes.0,
        limit: LIMITS.unzipped.bytes.0,
        foreign_bytes: deployment.foreign_bytes().map(|bytes| bytes.0.to_string()).unwrap_or_default(),
    };
    let name = match shape {
        Shape::Complete => "deploy.sh",
        Shape::Fragment => "bayplan-update.sh",
    };
    Ok([Some(fill("script/deploy.sh", name, &script)?), put_on_efs(deployment, &view)?].into_iter().flatten().collect())
}
