//! Every rule with its id and what it holds. Ids are named in plans, reports and pipelines, so they never change.

use super::ruling::Ruling;
use super::{
    Case, archive, artifacts, bundle, bytecode, custom, drift, duplicates, efs, environment, imports, inside, java,
    layers, layout, node, plan, platform, provided, restricted, ruby, services, size, sources, transition, upload,
};

/// One rule.
pub(super) struct Rule {
    /// Its id, `family.name`.
    pub id: &'static str,
    /// What it holds, as a phrase.
    pub title: &'static str,
    /// How it is judged.
    pub judge: Judge,
}

/// How a rule is judged.
#[derive(Clone, Copy)]
pub(super) enum Judge {
    /// From the case.
    Case(fn(&Case<'_>) -> Ruling),
    /// From what importing the handler comes to, which is found out once for all that ask.
    Import(fn(&Case<'_>, &imports::Import<'_>) -> Ruling),
}

const fn rule(id: &'static str, title: &'static str, judge: fn(&Case<'_>) -> Ruling) -> Rule {
    Rule { id, title, judge: Judge::Case(judge) }
}

const fn import_rule(
    id: &'static str,
    title: &'static str,
    judge: fn(&Case<'_>, &imports::Import<'_>) -> Ruling,
) -> Rule {
    Rule { id, title, judge: Judge::Import(judge) }
}

/// All rules, in the order in which they are shown.
pub(super) const RULES: &[Rule] = &[
    rule("bundle.built", "what was opened is a build, not its sources", sources::built),
    rule("bundle.empty", "the bundle holds something", bundle::empty),
    rule("bundle.readable", "everything in the bundle could be read", bundle::readable),
    rule("bundle.unpackable", "every entry of the zip can be unpacked", archive::unpackable),
    rule("archive.damaged", "every entry of the zip is what the zip states of it", archive::damaged),
    rule("archive.ambiguous", "every program unpacks the same files from the zip", archive::ambiguous),
    rule("archive.surplus", "every byte of the zip belongs to an entry", archive::surplus),
    rule("archive.alike", "names of the zip differ by more than case and accents", archive::alike),
    rule("size.joint", "function + layers are below 250 MB unzipped", size::joint),
    rule("size.layers", "the layers leave room for the function", size::layers),
    rule("size.layer", "each layer alone is below 250 MB unzipped", size::layer),
    rule("size.headroom", "function + layers keep the headroom that the plan wants", size::headroom),
    rule("upload.direct", "every zip can be uploaded the way the plan says", upload::direct),
    rule("layers.slots", "no more than five layers", layers::slots),
    rule("layers.versions", "no layer is attached in two versions", layers::versions),
    rule("layers.declared", "the size of somebody else's layer is declared", layers::declared),
    rule("layers.empty", "no layer takes a slot for nothing", layers::empty),
    import_rule("plan.handler", "the handler's module is there, and its function in it", imports::handler),
    import_rule("imports.missing", "every module that the handler imports is found", imports::missing),
    import_rule("imports.conditional", "what is imported under a condition is found too", imports::conditional),
    import_rule("imports.followed", "every import could be followed", imports::followed),
    import_rule("imports.metadata", "what packages ask for in their metadata is there", imports::metadata),
    import_rule("imports.versions", "versions are those that packages ask for", imports::versions),
    import_rule("imports.runtime", "nothing is imported from the runtime in the runtime's version", imports::runtime),
    import_rule("imports.standard-library", "nothing hides the standard library", imports::standard_library),
    rule("node.closed", "Node packages lie where those that ask for them look", node::closed),
    rule("node.missing", "what Node packages ask for is installed", node::missing),
    rule("node.peers", "the peers of Node packages are installed", node::peers),
    rule("node.versions", "Node packages find the versions that they ask for", node::versions),
    rule("node.platforms", "no Node package is for other platforms alone", node::platforms),
    rule("node.modules", "ES modules find what they import", node::modules),
    rule("plan.unknown-packages", "the bundle has every package that the plan places", plan::unknown_packages),
    rule("plan.services", "the SDK knows every service whose data the plan keeps", services::known),
    rule("plan.restricted", "nothing is deployed that the plan restricts", restricted::restricted),
    rule("plan.ignore-expired", "no acceptance has ended", plan::ignore_expired),
    rule("plan.ignore-unknown", "every acceptance names a rule", plan::ignore_unknown),
    rule("target.known", "runtime and architecture are known", plan::target_known),
    rule("target.followed", "what the runtime loads is followed", custom::followed),
    rule("platform.system", "native files are built for Linux", platform::system),
    rule("platform.architecture", "native files are built for the architecture", platform::architecture),
    rule("platform.musl", "native files are built for glibc", platform::musl),
    rule("platform.python", "extension modules are built for the runtime's Python", platform::python),
    rule("platform.glibc", "native files need no newer glibc than the runtime has", platform::glibc),
    rule("platform.requires-python", "packages are for the runtime's Python", platform::requires_python),
    rule("platform.libraries", "shared libraries are there, or known to be in Lambda", platform::libraries),
    rule("layout.split", "no regular Python package is split over places", layout::split),
    rule("layout.libraries", "shared libraries lie where they are looked for", layout::libraries),
    rule("layout.clash", "no two files meet at one path", layout::clash),
    rule("layout.versions", "no package is there in two versions", layout::versions),
    rule("layout.path-files", ".pth files lie where Python reads them", layout::path_files),
    rule("layout.editable", "nothing is an editable install", layout::editable),
    rule("layout.permissions", "everybody may read the files", layout::permissions),
    rule("layout.metadata", "every package has its METADATA", layout::metadata),
    rule("ruby.places", "gems lie where Ruby looks for them", ruby::places),
    rule("ruby.needs", "the gems that gems ask for are there", ruby::needs),
    rule("java.places", "jars lie where Java loads them from", java::places),
    rule("java.versions", "no artifact is there in two versions", java::versions),
    rule("provided.bootstrap", "a custom runtime has its bootstrap", custom::bootstrap),
    rule("bytecode.foreign", "bytecode is of the runtime's Python", bytecode::foreign),
    rule("bytecode.stale", "bytecode fits its sources", bytecode::stale),
    rule("bytecode.dates", "bytecode stays valid when it is packed", bytecode::dates),
    rule("bytecode.left-out", "bytecode is not left out, which has its price", bytecode::left_out),
    rule("bundle.units", "what belongs together lies together", bundle::units),
    rule("bundle.files-moved", "your own files stay where they are", bundle::files_moved),
    rule("bundle.duplicates", "nothing large is there more than once", duplicates::contents),
    rule("bundle.inside", "large bundled files tell what they were made of", inside::opened),
    rule("bundle.links", "the bundle has no links", bundle::links),
    rule("bundle.unclear", "everything in the bundle was understood", bundle::unclear),
    rule("provided.family", "the SDK's family leaves together or not at all", provided::family),
    rule("provided.holder", "what is left out as provided is known to be provided", provided::holder),
    rule("efs.snapstart", "SnapStart and EFS are not combined", efs::snapstart),
    rule("efs.vpc", "nothing is on EFS, which has its price", efs::price),
    rule("efs.versioned", "PYTHONPATH, if set, leads to a folder on EFS that is never changed", efs::versioned),
    rule("environment.size", "the environment variables are within 4 KB", environment::size),
    rule("pythonpath.needed", "PYTHONPATH is needed only where it is set", imports::needed),
    rule("pythonpath.folders", "PYTHONPATH, if set, leads to what the plan has", imports::folders),
    rule("pythonpath.sdk", "the runtime's SDK hides nothing of the plan", imports::sdk),
    rule("pythonpath.layers", "PYTHONPATH, if set, names the layers", environment::pythonpath_layers),
    rule("pythonpath.efs", "PYTHONPATH, if set, names EFS", environment::pythonpath_efs),
    rule("node.path-layers", "NODE_PATH, if set, names the layers", node::layers),
    rule("node.path-efs", "NODE_PATH leads to what is on EFS", node::efs),
    rule("artifacts.whole", "every artifact is what its manifest says", artifacts::whole),
    rule("artifacts.planned", "the artifacts were packed from this plan over this build", artifacts::planned),
    rule("drift.target", "the lock was made for the same target", drift::target),
    rule("drift.unplanned", "the lock knows every package of the bundle", drift::unplanned),
    rule("drift.gone", "the bundle has every package of the lock", drift::gone),
    rule("drift.versions", "versions and contents are those of the lock", drift::versions),
    rule("drift.growth", "no package has grown more than the plan allows", drift::growth),
    rule("transition.update", "the way from what is deployed holds at every step", transition::update),
    rule("transition.rollback", "the way back holds at every step", transition::rollback),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_id_of_family_and_name() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES[..index].iter().all(|other| other.id != rule.id), "{} is there twice", rule.id);
            assert!(rule.id.split_once('.').is_some_and(|(family, name)| !family.is_empty() && !name.is_empty()));
            assert!(!rule.title.ends_with('.'), "{} is a phrase", rule.title);
        }
    }

    #[test]
    fn every_rule_is_explained_and_nothing_else_is() {
        let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let explained: Vec<&str> = super::super::explain::explained().collect();
        assert_eq!(explained, ids);
    }
}
