//! Names that a person typed, found in the bundle; or what they may have meant.

use crate::model::bundle::Bundle;
use crate::model::escape::printable;
use crate::model::package::PackageKey;
use crate::model::plan::Plan;

/// The package that a name means: its key, or what people write instead of it. A key that only the plan knows is
/// taken too.
pub(super) fn find(bundle: &Bundle, plan: &Plan, name: &str) -> anyhow::Result<PackageKey> {
    let normal = name.to_ascii_lowercase().replace(['_', '.'], "-");
    let spellings = [
        PackageKey::new(name),
        PackageKey::file(name),
        PackageKey::file(&format!("{name}/")),
        PackageKey::new(&normal),
    ];
    let is_known = |key: &&PackageKey| bundle.find(key).is_some() || plan.placements().contains_key(*key);
    spellings.iter().find(is_known).cloned().ok_or_else(|| unknown(bundle, name))
}

fn unknown(bundle: &Bundle, name: &str) -> anyhow::Error {
    let mut near: Vec<(usize, &str)> = bundle
        .packages()
        .iter()
        .map(|package| (distance(name, package.key.shown()), package.key.as_str()))
        .filter(|(distance, _)| *distance <= name.chars().count() / 3 + 1)
        .collect();
    near.sort_unstable();
    let near: Vec<String> = near.into_iter().take(3).map(|(_, key)| format!("\"{key}\"")).collect();
    let cure = if near.is_empty() {
        "bayplan report lists what it has".to_owned()
    } else {
        format!("the bundle has {}", near.join(", "))
    };
    anyhow::anyhow!("no package \"{}\"; {cure}", printable(name.as_bytes()))
}

/// How many letters have to be changed, added or taken away to make one text of the other.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(80).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, letter) in a.chars().take(80).enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_counts_letters() {
        assert_eq!(distance("numpyy", "numpy"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
