//! What CloudFormation makes of values, whoever wrote the template.

use super::CannotExport;
use crate::model::deployment::Deployment;

/// How a reference begins inside `Fn::Sub`. Everywhere else CloudFormation takes it as it is, but whoever checks a
/// template asks whether `Fn::Sub` was forgotten; joined from what stands around it, the value says that it was not.
pub(super) const REFERENCE_IN_SUB: &str = "${";

/// How a dynamic reference begins.
const REFERENCE: &str = "{{resolve:";

/// CloudFormation replaces what it takes for a dynamic reference, wherever it stands, and has no way to write one that
/// is meant as it is.
pub(super) fn refuse_references(deployment: &Deployment, tool: &'static str) -> Result<(), CannotExport> {
    match deployment.environment.iter().find(|(_, value)| value.contains(REFERENCE)) {
        Some((variable, _)) => {
            Err(CannotExport::Replaced { variable: variable.clone(), held: REFERENCE.to_owned(), tool })
        }
        None => Ok(()),
    }
}
