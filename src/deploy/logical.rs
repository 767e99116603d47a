//! Names for what templates call their resources: letters and digits only, and no two alike.

use std::collections::BTreeSet;

use crate::model::bucket::LayerName;

/// `Layer` and the layer's name in one word for each, in their order: `LayerScientificPython`.
pub(super) fn logical_ids<'a>(layers: impl IntoIterator<Item = &'a LayerName>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let unique = |name: &LayerName| {
        let id = format!("Layer{}", one_word(name.as_str()));
        let mut candidates = std::iter::once(id.clone()).chain((2..).map(|count| format!("{id}x{count}")));
        candidates.find(|id| taken.insert(id.to_lowercase())).map_or(id, |found| found)
    };
    layers.into_iter().map(unique).collect()
}

fn one_word(name: &str) -> String {
    let parts = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts
        .map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_layers_are_called_differently() {
        let names: Vec<LayerName> =
            ["scientific-py", "scientific_py", "SCIENTIFICpy", "9", "--"].map(|name| name.parse().unwrap()).to_vec();
        let ids = logical_ids(&names);
        assert_eq!(ids, ["LayerScientificPy", "LayerScientificPyx2", "LayerSCIENTIFICpyx3", "Layer9", "Layer"]);
    }
}
