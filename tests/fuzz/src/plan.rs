//! `plan`: a text becomes a plan, and the plan a text again.

use bayplan::model::bucket::Bucket;
use bayplan::model::edit::Edit;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::{Layer, Placement, Plan};
use bayplan::planfile::{PlanLines, parse_plan, render_plan};
use bayplan::session::Assessment;

use super::holds::{are_fit_to_print, background};
use super::small;

/// A plan that is read is written and read again as the same, whatever is changed in it, and judged.
pub fn plan(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lines = PlanLines::new(text);
    let plan = match parse_plan(text) {
        Ok(plan) => plan,
        Err(error) => return are_fit_to_print(&error.to_string()),
    };
    let fresh = render_plan(&plan, None);
    assert_eq!(parse_plan(&fresh).as_ref(), Ok(&plan), "what is written is read again:\n{fresh}");
    assert_eq!(render_plan(&plan, Some(text)), text, "nothing changed, so nothing is written");
    let lines = lines.expect("what is a plan is TOML");
    for bucket in plan.buckets() {
        assert!(lines.bucket(&bucket).is_none_or(|line| line <= text.lines().count().max(1)));
    }
    for edit in edits(&plan) {
        changed(text, &plan, edit);
    }
    judged(&plan);
}

/// Changes that make sense of any plan; some of them are refused.
fn edits(plan: &Plan) -> Vec<Edit> {
    let to_efs = |key: &PackageKey| (key.clone(), Some(Placement::Efs));
    let first = plan.placements().keys().next();
    let own = Layer::own(plan.free_layer_name());
    let mut edits = vec![
        Edit::Move(vec![(PackageKey::new("numpy"), Some(Placement::Efs))]),
        Edit::Move(plan.placements().keys().map(|key| (key.clone(), None)).collect()),
        Edit::Move(first.map(to_efs).into_iter().collect()),
        Edit::AddLayer { at: 0, layer: own },
        Edit::Slim(Default::default()),
    ];
    edits.extend(plan.layers().last().map(|layer| Edit::RemoveLayer(layer.name.clone())));
    edits.extend(
        plan.layers().first().map(|layer| Edit::RenameLayer { from: layer.name.clone(), to: plan.free_layer_name() }),
    );
    edits
}

/// A changed plan, written over the text that it came from, is read as changed; comments stay; the opposite brings the
/// plan back.
fn changed(text: &str, before: &Plan, edit: Edit) {
    let mut plan = before.clone();
    let opposite = match plan.apply(edit) {
        Ok(opposite) => opposite,
        Err(refusal) => {
            assert_eq!(plan, *before, "what is refused changes nothing");
            return are_fit_to_print(&refusal.to_string());
        }
    };
    let merged = render_plan(&plan, Some(text));
    assert_eq!(parse_plan(&merged).as_ref(), Ok(&plan), "what is merged is read again:\n{merged}");
    for comment in comments(text) {
        assert!(merged.contains(comment), "the comment {comment:?} is lost:\n{merged}");
    }
    plan.apply(opposite).expect("an opposite is never refused");
    assert_eq!(plan, *before, "an edit and its opposite is nothing");
}

/// Lines that are comments; none where a text of several lines could hold what only looks like one.
fn comments(text: &str) -> Vec<&str> {
    let has_long_text = text.contains("\"\"\"") || text.contains("'''");
    let lines = text.lines().map(str::trim).filter(|line| line.starts_with('#'));
    if has_long_text { Vec::new() } else { lines.collect() }
}

/// The plan over a build that knows little of it: every byte is in one bucket.
fn judged(plan: &Plan) {
    let bundle = small::bundle();
    let target = plan.function.target.clone().or(small::python());
    let assessment = Assessment::new(&bundle, plan, &target, &background(&bundle));
    let kept = bundle.indexed().map(|(index, _)| assessment.cargo.load(index).unzipped).sum();
    assert_eq!(assessment.budgets.everything(), kept, "the buckets hold what slimming keeps");
    for finding in &assessment.verdict.findings {
        are_fit_to_print(&finding.message);
        are_fit_to_print(&finding.cure);
    }
    assert!(plan.buckets().contains(&Bucket::Function));
}
