//! Where a function's Node searches for packages beside the folders above the asker, and the NODE_PATH that a plan needs.
//!
//! Without one of the user's the runtime's own leads to the layers and to its own packages. Only EFS needs another, and as
//! a variable has one value, it names what the runtime's would have named as well.

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::package::Ecosystem;
use super::plan::Plan;
use super::target::Target;

/// The variable.
pub const NODE_PATH: &str = "NODE_PATH";
/// The folder that packages lie in, wherever they are.
pub const MODULES: &str = "node_modules";
/// Where layers have their packages.
pub const LAYERS: &str = "/opt/nodejs/node_modules";
/// Where the runtime has its own: the AWS SDK.
pub const RUNTIME: &str = "/var/runtime/node_modules";
/// Who says so.
pub const SOURCE: &str = "Lambda Developer Guide: defined runtime environment variables, NODE_PATH";
/// The first Node whose runtime searches NODE_PATH for ES modules too.
pub const FIRST_FOR_MODULES: u16 = 18;

/// What the runtime itself searches, in its order. Of a Node that is not known the layers' folder for it is left out.
pub fn of_runtime(target: &Target) -> Vec<String> {
    let version = target.runtime.as_ref().and_then(|runtime| runtime.node_version());
    let of_version = version.map(|version| format!("/opt/nodejs/node{version}/{MODULES}"));
    of_version.into_iter().chain([LAYERS.to_owned(), RUNTIME.to_owned()]).collect()
}

/// What NODE_PATH has to be, with the packages on EFS below `efs`; `None`: none is needed, or the runtime is no Node.
pub fn node_path(bundle: &Bundle, plan: &Plan, target: &Target, efs: Option<&str>) -> Option<String> {
    let is_node = target.runtime.as_ref().is_none_or(|runtime| runtime.node_version().is_some());
    let lies_there = |bucket: &Bucket| {
        let of_node = bundle.packages().iter().filter(|package| package.ecosystem == Ecosystem::Node);
        of_node.into_iter().any(|package| plan.bucket_of(&package.key) == *bucket)
    };
    let efs = efs.filter(|_| is_node && lies_there(&Bucket::Efs))?;
    let mut parts = of_runtime(target);
    parts.push(format!("{efs}/{MODULES}"));
    Some(parts.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_searches_the_layers_and_its_own() {
        let target = Target { runtime: "nodejs22.x".parse().ok(), architecture: None };
        assert_eq!(of_runtime(&target), ["/opt/nodejs/node22/node_modules", LAYERS, RUNTIME]);
        assert_eq!(of_runtime(&Target::default()), [LAYERS, RUNTIME]);
    }
}
