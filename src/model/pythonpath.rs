//! The PYTHONPATH that a plan needs: worked out where the user has set none.
//!
//! Without one the runtime searches `/var/task` and the layers' folders by itself. Only what lies elsewhere needs a
//! PYTHONPATH: folders that the plan keeps in the function, and EFS. Setting one drops the layers' folders, so those
//! are named again (LAMBDA: `bootstrap.py` adds them only while PYTHONPATH is not set).

use std::collections::BTreeSet;

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::entry::EntryId;
use super::escape::printable;
use super::node_path::NODE_PATH;
use super::package::{Ecosystem, Package};
use super::plan::Plan;
use super::search_path::{LAYERS, TASK};
use super::target::Target;

/// The variable.
pub const PYTHONPATH: &str = "PYTHONPATH";

/// What PYTHONPATH has to be, with the packages on EFS in `efs`; `None`: none is needed, or the runtime is no Python.
pub fn python_path(bundle: &Bundle, plan: &Plan, target: &Target, efs: Option<&str>) -> Option<String> {
    let version = match &target.runtime {
        Some(runtime) => Some(runtime.python_version()?),
        None => None,
    };
    let on_efs =
        |package: &&Package| package.ecosystem != Ecosystem::Node && plan.bucket_of(&package.key) == Bucket::Efs;
    let efs = efs.filter(|_| bundle.packages().iter().any(|package| on_efs(&package)));
    let mut parts = kept_folders(bundle, plan);
    if parts.is_empty() && efs.is_none() {
        return None;
    }
    if plan.layers().iter().any(|layer| layer.foreign().is_some()) {
        parts.extend(version.map(|(major, minor)| format!("{LAYERS}/lib/python{major}.{minor}/site-packages")));
    }
    if !plan.layers().is_empty() {
        parts.push(LAYERS.to_owned());
    }
    parts.extend(efs.map(str::to_owned));
    Some(parts.join(":"))
}

/// Where packages on EFS have to lie: in the folder below the mount that the user's own PYTHONPATH or NODE_PATH names, else
/// in one with that name.
pub fn efs_path(plan: &Plan, name: &str) -> String {
    let mount = plan.function.mount.as_str();
    let is_there = |part: &&str| part.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let parts = |variable: &str| {
        let path = plan.function.environment.get(variable).map_or("", String::as_str);
        path.split(':').map(|part| part.trim_end_matches('/'))
    };
    let of_node = parts(NODE_PATH).map(|part| part.strip_suffix("/node_modules").unwrap_or(part));
    let named = parts(PYTHONPATH).chain(of_node).find(is_there);
    named.map_or_else(|| format!("{mount}/{name}"), str::to_owned)
}

/// The folders in the function's zip that hold packages, where the plan keeps them.
fn kept_folders(bundle: &Bundle, plan: &Plan) -> Vec<String> {
    if !plan.pack.keep_folders {
        return Vec::new();
    }
    let is_kept =
        |package: &&Package| package.ecosystem == Ecosystem::Python && plan.bucket_of(&package.key) == Bucket::Function;
    let kept = bundle.packages().iter().filter(is_kept);
    let roots: BTreeSet<EntryId> = kept.map(|package| package.root).filter(|&root| root != EntryId::ROOT).collect();
    roots.into_iter().map(|root| format!("{TASK}/{}", printable(&bundle.listing.path(root)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(path: &str) -> Plan {
        let mut plan = Plan::new("f");
        plan.function.environment.insert(PYTHONPATH.to_owned(), path.to_owned());
        plan
    }

    #[test]
    fn a_path_of_the_users_says_where_efs_is() {
        assert_eq!(efs_path(&Plan::new("f"), "0123"), "/mnt/packages/0123");
        assert_eq!(efs_path(&plan("/opt/python:/mnt/packages/v2/"), "0123"), "/mnt/packages/v2");
        assert_eq!(efs_path(&plan("/mnt/packages2"), "0123"), "/mnt/packages/0123");
        let mut of_node = Plan::new("f");
        of_node.function.environment.insert(NODE_PATH.to_owned(), "/opt/x:/mnt/packages/v3/node_modules".to_owned());
        assert_eq!(efs_path(&of_node, "0123"), "/mnt/packages/v3");
    }
}
