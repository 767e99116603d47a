//! The PYTHONPATH that a plan needs: worked out where the user has set none.
//!
//! Without one the runtime searches `/var/task` and the layers' folders by itself. Only what lies elsewhere needs a
//! PYTHONPATH: folders that the plan keeps in the function, and EFS. Setting one drops the layers' folders, so those
//! are named again (LAMBDA: `bootstrap.py` adds them only while PYTHONPATH is not set).

use std::collections::BTreeSet;

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::entry::EntryId;
use super::node_path::NODE_PATH;
use super::package::{Ecosystem, Package};
use super::plan::{Layer, Plan};
use super::search_path::{LAYERS, TASK};
use super::target::Target;

/// The variable.
pub const PYTHONPATH: &str = "PYTHONPATH";

/// What of a plan makes a PYTHONPATH necessary, and what it then has to name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// Folders of the function's zip, besides its root, that hold packages.
    pub folders: Vec<String>,
    /// Folders of the layers that have modules, as they show: `/opt/python`.
    pub layers: Vec<String>,
    /// Where the packages on EFS lie, if any do.
    pub efs: Option<String>,
}

impl Needed {
    /// What a plan needs. `holds` says whether there is something in a bucket; `efs` is where its packages lie.
    pub fn by(bundle: &Bundle, plan: &Plan, target: &Target, holds: impl Fn(&Bucket) -> bool, efs: &str) -> Needed {
        Needed {
            folders: kept_folders(bundle, plan),
            layers: layers(plan, target, &holds),
            efs: (holds(&Bucket::Efs) && python_looks_there(bundle, plan)).then(|| efs.to_owned()),
        }
    }

    /// The PYTHONPATH that leads to everything; `None`: none is needed, and then none should be set.
    pub fn pythonpath(&self) -> Option<String> {
        if self.folders.is_empty() && self.efs.is_none() {
            return None;
        }
        let folders = self.folders.iter().map(|folder| format!("{TASK}/{folder}"));
        let layers = self.layers.iter().cloned();
        Some(folders.chain(layers).chain(self.efs.clone()).collect::<Vec<_>>().join(":"))
    }
}

/// Whether something lies on EFS that Python looks for: Node's packages are led to by a variable of their own.
fn python_looks_there(bundle: &Bundle, plan: &Plan) -> bool {
    let mut on_efs = bundle.packages().iter().filter(|package| plan.bucket_of(&package.key) == Bucket::Efs);
    on_efs.any(|package| package.ecosystem != Ecosystem::Node)
}

/// Where layers show their modules. One of our own that holds nothing is not packed; somebody else's may have them in
/// the folder of the version too.
fn layers(plan: &Plan, target: &Target, holds: impl Fn(&Bucket) -> bool) -> Vec<String> {
    let is_own = |layer: &Layer| layer.foreign().is_none() && holds(&Bucket::Layer(layer.name.clone()));
    let has_foreign = plan.layers().iter().any(|layer| layer.foreign().is_some());
    let version = target.runtime.as_ref().and_then(|runtime| runtime.python_version()).filter(|_| has_foreign);
    let of_version = version.map(|(major, minor)| format!("{LAYERS}/lib/python{major}.{minor}/site-packages"));
    let of_all = (has_foreign || plan.layers().iter().any(is_own)).then(|| LAYERS.to_owned());
    of_version.into_iter().chain(of_all).collect()
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
    roots.into_iter().map(|root| bundle.listing.shown_path(root)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pythonpath_is_worked_out_only_where_one_is_needed() {
        assert_eq!(Needed { layers: vec![LAYERS.to_owned()], ..Needed::default() }.pythonpath(), None);
        let efs = Needed { efs: Some("/mnt/a/0123".to_owned()), layers: vec![LAYERS.to_owned()], ..Needed::default() };
        assert_eq!(efs.pythonpath().unwrap(), "/opt/python:/mnt/a/0123");
        let kept = Needed { folders: vec!["vendor".to_owned()], ..Needed::default() };
        assert_eq!(kept.pythonpath().unwrap(), "/var/task/vendor");
    }

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
