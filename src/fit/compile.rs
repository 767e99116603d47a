//! From a bundle and its plan to numbers: what moves as one, what it needs, what may become of it, what it weighs under
//! every set of rules.

use std::collections::BTreeSet;

use super::Request;
use super::groups::groups;
use super::problem::{Item, MOST_LAYERS, MOST_RULES, Place, Problem, Rule, Rules, Weight};
use super::weigh::weigh;
use crate::model::bucket::{Bucket, LayerName};
use crate::model::bytes::Bytes;
use crate::model::container::zip_length;
use crate::model::graph::Asked;
use crate::model::limits::LIMITS;
use crate::model::package::{Ecosystem, Load, Package, PackageIndex, PackageKey};
use crate::model::plan::{BytecodeMode, Layer, Placement, Plan, Reason, Upload};
use crate::model::provided::provided_by_runtime;
use crate::model::risk::{Ground, harm_of};
use crate::model::slim::SlimRule;

/// The problem, and what its numbers stand for.
pub(super) struct Compiled {
    pub problem: Problem,
    /// The packages of each item.
    pub members: Vec<Vec<PackageIndex>>,
    /// Why an item may be left out.
    pub grounds: Vec<Option<Ground>>,
    /// The rules, by their bits.
    pub rules: Vec<SlimRule>,
    /// Our layers, by their numbers.
    pub layers: Vec<LayerName>,
}

/// Compiles a request; `held` are packages that are to stay besides those that the plan pins.
pub(super) fn compile(request: &Request<'_>, held: &BTreeSet<PackageKey>) -> Compiled {
    let plan = request.plan;
    let layers: Vec<LayerName> =
        plan.layers().iter().filter(|layer| layer.foreign().is_none()).map(|layer| layer.name.clone()).collect();
    let groups = groups(request);
    let torn: Vec<bool> = groups.iter().map(|group| group.is_torn).collect();
    let members: Vec<Vec<PackageIndex>> = groups.into_iter().map(|group| group.packages).collect();
    let grounds: Vec<Option<Ground>> = members.iter().map(|group| ground(request, group)).collect();
    let rules = rules(request);
    let parts = weigh(request, &members, &rules);
    let mut items: Vec<Item> = members
        .iter()
        .zip(&grounds)
        .zip(parts)
        .map(|((group, ground), parts)| item(request, held, &layers, group, ground.as_ref(), parts))
        .collect();
    items.iter_mut().zip(torn).for_each(|(item, is_torn)| item.pinned |= is_torn);
    let needs = needs(request, &members, &items);
    for ((item, needs), group) in items.iter_mut().zip(needs).zip(&members) {
        item.may_shift &= needs.is_empty() || !is_of_node(request, group);
        item.may_efs &= !needs_what_stays(request, group);
        item.needs = needs;
    }
    let limit = LIMITS.unzipped.bytes.0;
    let foreign = plan.layers().iter().filter_map(Layer::foreign).filter_map(|foreign| foreign.unzipped);
    let slots = request.wishes.layers.unwrap_or(usize::MAX).min(LIMITS.layers.count).min(MOST_LAYERS);
    let problem = Problem {
        limit,
        comfort: (u128::from(limit) * u128::from(plan.check.warn_at_percent) / 100) as u64,
        fixed: foreign.sum::<Bytes>().0,
        rules: rules.iter().map(|&rule| numbered(request, rule)).collect(),
        items,
        layers: layers.len().min(MOST_LAYERS) as u8,
        free_layers: slots.saturating_sub(plan.layers().len()) as u8,
        direct: (plan.function.upload == Upload::Direct).then(|| LIMITS.direct_upload_safe.bytes.0 + 1),
        zip_end: zip_length(Load::default()).0,
        most_risk: u8::from(request.wishes.risk),
    };
    Compiled { problem, members, grounds, rules, layers }
}

fn numbered(request: &Request<'_>, rule: SlimRule) -> Rule {
    let risk = harm_of(rule, request.bundle, request.target).risk;
    Rule { risk: risk.into(), on: request.plan.slim().rules.contains(&rule) }
}

/// Rules that would free something, or that are on. What the packer drops anyway is nothing to decide.
fn rules(request: &Request<'_>) -> Vec<SlimRule> {
    let drops_bytecode = request.plan.pack.bytecode == BytecodeMode::Drop;
    let is_open = |rule: &SlimRule| *rule != SlimRule::Bytecode || !drops_bytecode;
    let frees = |rule: SlimRule| {
        let of = |package: &Package| {
            package.classes.iter().any(|(class, load)| load.files > 0 && rule.leaves_out(package.ecosystem, class))
        };
        request.bundle.packages().iter().any(of)
    };
    let is_on = |rule: &SlimRule| request.plan.slim().rules.contains(rule);
    let may = |rule: SlimRule| harm_of(rule, request.bundle, request.target).risk <= request.wishes.risk;
    let all = SlimRule::ALL.into_iter().filter(is_open);
    all.filter(|rule| is_on(rule) || (frees(*rule) && may(*rule))).take(MOST_RULES).collect()
}

/// Why a whole group may be left out; `None`: it may not.
fn ground(request: &Request<'_>, group: &[PackageIndex]) -> Option<Ground> {
    let keys: Vec<&PackageKey> = group.iter().map(|&index| &request.bundle.package(index).key).collect();
    let runtime = request.target.runtime.as_ref();
    if keys.iter().all(|key| runtime.is_some_and(|runtime| provided_by_runtime(runtime, key).is_some())) {
        return Some(Ground::Runtime);
    }
    let holds = |layer: &&Layer| {
        let provides = layer.foreign().map(|foreign| &foreign.provides[..]).unwrap_or_default();
        keys.iter().all(|key| provides.iter().any(|name| name == key.as_str()))
    };
    if let Some(layer) = request.plan.layers().iter().find(holds) {
        return Some(Ground::Layer(layer.name.to_string()));
    }
    group.iter().all(|&index| is_unneeded(request, group, index)).then_some(Ground::Unneeded)
}

/// Whether nothing asks for a package: nobody by name, where names were recorded, and no requirement.
fn is_unneeded(request: &Request<'_>, group: &[PackageIndex], index: PackageIndex) -> bool {
    let package = request.bundle.package(index);
    let is_asked_for = request.bundle.requested(package).unwrap_or(true);
    let is_needed = request.graph.needed_by(index).iter().any(|other| !group.contains(other));
    request.graph.asked() == Asked::ByName && !is_asked_for && !is_needed
}

fn item(
    request: &Request<'_>,
    held: &BTreeSet<PackageKey>,
    layers: &[LayerName],
    group: &[PackageIndex],
    ground: Option<&Ground>,
    parts: Vec<(Rules, Weight)>,
) -> Item {
    let (plan, bundle, wishes) = (request.plan, request.bundle, &request.wishes);
    let packages: Vec<&Package> = group.iter().map(|&index| bundle.package(index)).collect();
    let home = place(plan, layers, &packages[0].key);
    let may_out = ground.filter(|ground| wishes.leave_out && ground.harm().risk <= wishes.risk);
    let stays = |package: &&Package| {
        package.ecosystem == Ecosystem::YourFiles
            || plan.holds_handler(&package.key)
            || plan.check.pinned.contains(&package.key)
            || held.contains(&package.key)
            || matches!(plan.placements().get(&package.key), Some(Placement::LeftOut(Reason::Because(_))))
    };
    let has_path_file = || packages.iter().any(|package| owns_path_file(request, package));
    Item {
        parts,
        home: Some(home),
        pinned: packages.iter().any(stays),
        may_shift: plan.function.upload == Upload::Direct && may_shift(&packages, home),
        may_efs: wishes.efs && !plan.function.snapstart && !has_path_file(),
        out_risk: may_out.map(|ground| ground.harm().risk.into()),
        needs: Vec::new(),
    }
}

/// A Node package in a layer does not see what is in the function, so only what needs nothing may go to one, and what is in
/// one already stays for those beside it.
fn may_shift(packages: &[&Package], home: Place) -> bool {
    home == Place::Function || packages.iter().all(|package| package.ecosystem != Ecosystem::Node)
}

/// Whether a Node package needs another of which the plan says that it stays in the function.
fn needs_what_stays(request: &Request<'_>, group: &[PackageIndex]) -> bool {
    let needed = group.iter().flat_map(|&index| request.graph.needs(index)).filter_map(|need| need.package);
    let stays = |index: PackageIndex| {
        let key = &request.bundle.package(index).key;
        request.plan.check.pinned.contains(key) && request.plan.bucket_of(key) == Bucket::Function
    };
    is_of_node(request, group) && needed.into_iter().any(stays)
}

fn is_of_node(request: &Request<'_>, group: &[PackageIndex]) -> bool {
    group.iter().any(|&index| request.bundle.package(index).ecosystem == Ecosystem::Node)
}

/// `.pth` files are never read on EFS.
fn owns_path_file(request: &Request<'_>, package: &Package) -> bool {
    let owner = request.bundle.find(&package.key);
    let files = request.bundle.facts.path_files.iter().flatten();
    files.into_iter().any(|(entry, _)| request.bundle.owner(*entry) == owner)
}

fn place(plan: &Plan, layers: &[LayerName], key: &PackageKey) -> Place {
    match plan.placements().get(key) {
        None => Place::Function,
        Some(Placement::Efs) => Place::Efs,
        Some(Placement::LeftOut(_)) => Place::Out,
        Some(Placement::Layer(name)) => match layers.iter().position(|layer| layer == name) {
            Some(number) if number < MOST_LAYERS => Place::Layer(number as u8),
            _ => Place::Function,
        },
    }
}

/// The closure of each item over items that may move. What is pinned has been decided about: it is found where it is.
fn needs(request: &Request<'_>, members: &[Vec<PackageIndex>], items: &[Item]) -> Vec<Vec<usize>> {
    let mut item_of = vec![0; request.bundle.packages().len()];
    for (item, group) in members.iter().enumerate() {
        for index in group {
            item_of[index.0 as usize] = item;
        }
    }
    let direct: Vec<BTreeSet<usize>> = members
        .iter()
        .map(|group| {
            let needs = group.iter().flat_map(|&index| request.graph.needs(index)).filter_map(|need| need.package);
            needs.map(|index| item_of[index.0 as usize]).filter(|&need| !items[need].pinned).collect()
        })
        .collect();
    let closure = |from: usize| {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<usize> =
            if items[from].pinned { Vec::new() } else { direct[from].iter().copied().collect() };
        while let Some(item) = waiting.pop() {
            if seen.insert(item) {
                waiting.extend(&direct[item]);
            }
        }
        seen.remove(&from);
        seen.into_iter().collect()
    };
    (0..items.len()).map(closure).collect()
}
