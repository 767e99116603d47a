//! Names that a person typed, found in the bundle; or what they may have meant.

use crate::model::bundle::Bundle;
use crate::model::escape::{printable, shortened};
use crate::model::package::PackageKey;
use crate::model::plan::Plan;
use crate::model::spelling::nearest;

/// The package that a name means: its key, what people write instead of it, or the name that it is imported by. A key
/// that only the plan knows is taken too.
pub(super) fn find(bundle: &Bundle, plan: &Plan, name: &str) -> anyhow::Result<PackageKey> {
    let normal = name.to_ascii_lowercase().replace(['_', '.'], "-");
    let spellings = [
        PackageKey::new(name),
        PackageKey::file(name),
        PackageKey::file(&format!("{name}/")),
        PackageKey::new(&normal),
    ];
    let is_known = |key: &&PackageKey| bundle.find(key).is_some() || plan.placements().contains_key(*key);
    match spellings.iter().find(is_known) {
        Some(key) => Ok(key.clone()),
        None => imported_by(bundle, name),
    }
}

/// The one package that a module of that name is part of: `sklearn` is scikit-learn.
fn imported_by(bundle: &Bundle, name: &str) -> anyhow::Result<PackageKey> {
    let keys: Vec<&PackageKey> = bundle.holders(name).into_iter().map(|index| &bundle.package(index).key).collect();
    match &keys[..] {
        [] => Err(unknown(bundle, name)),
        [key] => Ok((*key).clone()),
        several => {
            let shown: Vec<&str> = several.iter().take(MOST).map(|key| key.as_str()).collect();
            let more = several.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            Err(anyhow::anyhow!(
                "{} is part of several packages: {}{more}; name those that are to move",
                shortened(&printable(name.as_bytes())),
                shown.join(", ")
            ))
        }
    }
}

/// How many packages a message names.
const MOST: usize = 6;

fn unknown(bundle: &Bundle, name: &str) -> anyhow::Error {
    let known = bundle.packages().iter().map(|package| (package.key.shown(), package.key.as_str()));
    let near: Vec<String> = nearest(name, known).into_iter().map(|key| format!("\"{}\"", shortened(key))).collect();
    let cure = if near.is_empty() {
        "bayplan report lists what it has".to_owned()
    } else {
        format!("the bundle has {}", near.join(", "))
    };
    anyhow::anyhow!("no package \"{}\"; {cure}", shortened(&printable(name.as_bytes())))
}
