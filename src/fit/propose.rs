//! From an answer back to packages and words: the steps, in the order in which they are told, each with its reason and
//! what it gains.

use super::Request;
use super::compile::Compiled;
use super::problem::{Arrangement, Place, Value};
use crate::model::bucket::LayerName;
use crate::model::budget::Budgets;
use crate::model::bytes::{Amount, Bytes, group_digits};
use crate::model::cargo::Cargo;
use crate::model::package::PackageKey;
use crate::model::plan::{Layer, Placement, Plan, Reason};
use crate::model::proposal::{Change, Criterion, Proof, Proposal, Step, Switch, edit_of};
use crate::model::risk::{Ground, Risk, harm_of};
use crate::model::slim::Slim;

/// What the solver said, and of what.
pub(super) struct Answered<'a> {
    pub compiled: &'a Compiled,
    pub arrangement: Arrangement,
    pub value: Value,
    pub bound: Value,
}

/// The proposal, and the plan with all of it taken.
pub(super) fn propose(request: &Request<'_>, answered: &Answered<'_>) -> (Proposal, Plan) {
    let mut steps = rule_steps(request, answered, Switch::On);
    steps.extend(leaving_steps(request, answered));
    steps.extend(returning_steps(request, answered));
    steps.extend(rule_steps(request, answered, Switch::Off));
    steps.extend(layer_steps(request, answered));
    steps.extend(efs_steps(request, answered));
    let mut scales = Scales { request, weighed: None };
    let before = scales.weigh(request.plan);
    let mut plan = request.plan.clone();
    for taken in 0..steps.len() {
        plan = request.plan.clone();
        // A step that the plan refuses would be a bug of the compiler; the verdict sees the plan without it.
        let _ = plan.apply(edit_of(request.plan, steps[..=taken].iter()));
        steps[taken].joint_after = scales.weigh(&plan).bytes;
    }
    let (order, proof) = (order(&answered.value), proof(&answered.value, &answered.bound));
    (Proposal { steps, before, after: scales.weigh(&plan), order, proof, notes: Vec::new() }, plan)
}

/// Weighs plans. Files are looked at again only where the slimming differs from the plan before.
struct Scales<'a> {
    request: &'a Request<'a>,
    weighed: Option<(Slim, Cargo)>,
}

impl Scales<'_> {
    fn weigh(&mut self, plan: &Plan) -> Amount {
        let Request { bundle, zipped, .. } = *self.request;
        let weighed = self.weighed.take().filter(|(slim, _)| slim == plan.slim());
        let (slim, cargo) = weighed.unwrap_or_else(|| (plan.slim().clone(), Cargo::new(bundle, plan, zipped)));
        let joint = Budgets::new(bundle, &cargo, plan).joint();
        self.weighed = Some((slim, cargo));
        joint
    }
}

fn step(change: Change, title: String, why: String, risk: Risk) -> Step {
    Step { change, title, why, risk, joint_after: Bytes::ZERO }
}

/// Rules that are switched this way.
fn rule_steps(request: &Request<'_>, answered: &Answered<'_>, switch: Switch) -> Vec<Step> {
    let Answered { compiled, arrangement, .. } = answered;
    let turned = compiled.rules.iter().enumerate().filter(|(bit, rule)| {
        let is_on = arrangement.rules & (1 << bit) != 0;
        let was_on = request.plan.slim().rules.contains(rule);
        is_on != was_on && is_on == (switch == Switch::On)
    });
    let step = |(_, &rule): (usize, &_)| {
        let harm = harm_of(rule, request.bundle, request.target);
        match switch {
            Switch::On => {
                let title = format!("slim {}: {}", rule.name(), harm.leaves_out);
                step(Change::Rule(rule, switch), title, harm.why.clone(), harm.risk)
            }
            Switch::Off => {
                let title = format!("keep {}: {}", rule.name(), harm.leaves_out);
                step(Change::Rule(rule, switch), title, format!("it fits without: {}", harm.why), Risk::None)
            }
        }
    };
    turned.map(step).collect()
}

/// Items that go to a place of some kind from elsewhere, with their keys.
fn going<'a>(
    request: &'a Request<'_>,
    answered: &'a Answered<'_>,
    to: impl Fn(Place) -> bool + 'a,
) -> impl Iterator<Item = (usize, Vec<PackageKey>)> + 'a {
    let items = answered.compiled.problem.items.iter().zip(&answered.arrangement.places).enumerate();
    let moving = items.filter(move |(_, (item, place))| item.home() != **place && to(**place));
    moving.map(|(number, _)| {
        let mut packages = answered.compiled.members[number].clone();
        packages.sort_by_key(|&index| std::cmp::Reverse(request.bundle.package(index).load().unzipped));
        (number, packages.into_iter().map(|index| request.bundle.package(index).key.clone()).collect())
    })
}

fn leaving_steps(request: &Request<'_>, answered: &Answered<'_>) -> Vec<Step> {
    let leaving = going(request, answered, |place| place == Place::Out);
    leaving
        .map(|(item, keys)| {
            let ground = answered.compiled.grounds[item].clone().unwrap_or(Ground::Unneeded);
            let (reason, who) = match &ground {
                Ground::Runtime => (Reason::ProvidedBy("runtime".to_owned()), "the runtime holds it".to_owned()),
                Ground::Layer(name) => (Reason::ProvidedBy(name.clone()), format!("layer {name} holds it")),
                Ground::Unneeded => {
                    (Reason::Because("nothing asks for it".to_owned()), "nothing asks for it".to_owned())
                }
            };
            let title = format!("leave out {}", titles(request, &keys));
            let harm = ground.harm();
            let moves = keys.into_iter().map(|key| (key, Some(Placement::LeftOut(reason.clone())))).collect();
            step(Change::Move(moves), title, format!("{who}; {}", harm.why), harm.risk)
        })
        .collect()
}

/// What comes back into the function, or goes to a layer that is there.
fn returning_steps(request: &Request<'_>, answered: &Answered<'_>) -> Vec<Step> {
    let layers = &answered.compiled.layers;
    let is_there = move |place: Place| match place {
        Place::Function => true,
        Place::Layer(number) => usize::from(number) < layers.len(),
        Place::Efs | Place::Out => false,
    };
    going(request, answered, is_there)
        .map(|(item, keys)| {
            let name = match answered.arrangement.places[item] {
                Place::Layer(number) => layers.get(usize::from(number)),
                _ => None,
            };
            let to = name.map_or("the function".to_owned(), |name| format!("layer {name}"));
            let placement = name.map(|name| Placement::Layer(name.clone()));
            let why = match answered.compiled.problem.items[item].home() {
                Place::Efs => "it fits without EFS, or what it needs lies here",
                Place::Out => "it fits with it, and leaving it out is a risk",
                Place::Function | Place::Layer(_) => "each zip has to be short enough for a direct upload",
            };
            let title = format!("{} → {to}", titles(request, &keys));
            let moves = keys.into_iter().map(|key| (key, placement.clone())).collect();
            step(Change::Move(moves), title, why.to_owned(), Risk::None)
        })
        .collect()
}

/// New layers, each a step with all that goes into it.
fn layer_steps(request: &Request<'_>, answered: &Answered<'_>) -> Vec<Step> {
    let there = answered.compiled.layers.len() as u8;
    let names = new_names(request.plan, usize::from(answered.compiled.problem.free_layers));
    let step = |(number, name): (u8, LayerName)| {
        let keys: Vec<PackageKey> =
            going(request, answered, move |place| place == Place::Layer(number)).flat_map(|(_, keys)| keys).collect();
        (!keys.is_empty()).then(|| {
            let title = format!("{} → a new layer {name}", titles(request, &keys));
            let why = "each zip has to be short enough for a direct upload; a layer frees nothing of the 250 MB";
            step(Change::NewLayer(Layer::own(name), keys), title, why.to_owned(), Risk::None)
        })
    };
    (there..).zip(names).filter_map(step).collect()
}

/// Names that no layer has yet.
fn new_names(plan: &Plan, count: usize) -> Vec<LayerName> {
    let names = (1..).filter_map(|number| format!("layer-{number}").parse::<LayerName>().ok());
    names.filter(|name| plan.layer(name).is_none()).take(count).collect()
}

fn efs_steps(request: &Request<'_>, answered: &Answered<'_>) -> Vec<Step> {
    let items = &answered.compiled.problem.items;
    let names = |needs: &[usize]| {
        let keys: Vec<&str> = needs
            .iter()
            .flat_map(|&need| &answered.compiled.members[need])
            .map(|&index| request.bundle.package(index).key.shown())
            .collect();
        keys.join(", ")
    };
    going(request, answered, |place| place == Place::Efs)
        .map(|(item, keys)| {
            let title = format!("{} → EFS", titles(request, &keys));
            let needs = &items[item].needs;
            let why = if needs.is_empty() {
                "EFS does not count against the 250 MB, and the fewest packages that do are taken".to_owned()
            } else {
                format!("EFS does not count against the 250 MB; what it needs lies beside it: {}", names(needs))
            };
            let moves = keys.into_iter().map(|key| (key, Some(Placement::Efs))).collect();
            step(Change::Move(moves), title, why, Risk::None)
        })
        .collect()
}

/// `scipy 1.10.1`, `boto3, botocore, jmespath, s3transfer`, `a, b, c, d and 7 more`.
fn titles(request: &Request<'_>, keys: &[PackageKey]) -> String {
    const MOST: usize = 4;
    if let [only] = keys {
        return request.bundle.get(only).map_or_else(|| only.shown().to_owned(), |package| package.title());
    }
    let shown: Vec<&str> = keys.iter().take(MOST).map(PackageKey::shown).collect();
    match keys.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The order in words, with what was reached.
fn order(value: &Value) -> Vec<Criterion> {
    let criterion = |letter, what, reached: String| Criterion { letter, what, reached };
    let risk = Risk::try_from(value.highest_risk).unwrap_or(Risk::High);
    let count = |number: u32| group_digits(u64::from(number));
    vec![
        criterion('a', "limits broken", count(value.errors)),
        criterion('b', "EFS", if value.elsewhere { "needed" } else { "not needed" }.to_owned()),
        criterion('c', "headroom", if value.cramped { "used up" } else { "kept" }.to_owned()),
        criterion('d', "risk", format!("highest {risk}, sum {}", value.risks)),
        criterion('e', "zips too long for a direct upload", count(value.uploads_over)),
        criterion('f', "moves away from the present plan", count(value.moves)),
        criterion('g', "layers of our own", count(value.layers)),
        criterion('h', "bytes on EFS", group_digits(value.efs_bytes)),
    ]
}

fn proof(value: &Value, bound: &Value) -> Proof {
    if value == bound {
        return Proof::Best;
    }
    let gap = if (value.elsewhere, value.cramped) != (bound.elsewhere, bound.cramped) {
        "a plan of a better kind may exist".to_owned()
    } else if value.uploads_over != bound.uploads_over {
        format!("at best {} zips are too long instead of {}", bound.uploads_over, value.uploads_over)
    } else if value.moves != bound.moves {
        format!("at best {} moves instead of {}", bound.moves, value.moves)
    } else if value.layers != bound.layers {
        format!("at best {} layers instead of {}", bound.layers, value.layers)
    } else {
        let gap = value.efs_bytes.saturating_sub(bound.efs_bytes);
        format!("at best {} bytes fewer on EFS", group_digits(gap))
    };
    Proof::Within(gap)
}
