//! The AWS CDK, in TypeScript: a stack, and the app around it. It can read JSON, so what each packing makes anew comes
//! from the manifest, and the fragment takes everything from there.

use super::template::fill;
use super::view::View;
use super::{CannotExport, NamedFile, Shape, cloudformation, put_on_efs};
use crate::model::deployment::Deployment;

/// A template, and the name of the file that it becomes.
const APP: [(&str, &str); 5] = [
    ("cdk/app.ts", "app.ts"),
    ("cdk/stack.ts", "stack.ts"),
    ("cdk/cdk.json", "cdk.json"),
    ("cdk/package.json", "package.json"),
    ("cdk/tsconfig.json", "tsconfig.json"),
];
const FRAGMENT: [(&str, &str); 1] = [("cdk/fragment.ts", "bayplan-function.ts")];

pub(super) fn files(deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
    cloudformation::refuse_references(deployment, "CloudFormation")?;
    let view = View::new(deployment);
    let templates: &[(&str, &str)] = match shape {
        Shape::Complete => &APP,
        Shape::Fragment => &FRAGMENT,
    };
    let files = templates.iter().map(|(template, name)| fill(template, name, &view));
    let mut files = files.collect::<Result<Vec<NamedFile>, CannotExport>>()?;
    files.extend(put_on_efs(deployment, &view)?);
    Ok(files)
}
