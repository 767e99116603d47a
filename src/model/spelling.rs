//! What somebody may have meant who wrote something that is not there.

/// How many are named.
const MOST: usize = 3;
/// Longer words are compared in their beginning alone.
const LONGEST: usize = 80;

/// Those of `known` whose spelling is near to what was written, the nearest first, each once. One letter in three may
/// be another.
pub fn nearest<'a, T: Ord + Clone>(written: &str, known: impl IntoIterator<Item = (&'a str, T)>) -> Vec<T> {
    let furthest = written.chars().count().min(LONGEST) / 3 + usize::from(written.chars().count() < 3);
    let mut near: Vec<(usize, T)> = known
        .into_iter()
        .map(|(spelling, meant)| (distance(written, spelling), meant))
        .filter(|(distance, _)| *distance <= furthest)
        .collect();
    near.sort();
    let mut found: Vec<T> = Vec::new();
    for (_, meant) in near {
        if found.len() < MOST && !found.contains(&meant) {
            found.push(meant);
        }
    }
    found
}

/// How many letters have to be changed, added or taken away to make one text of the other.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, letter) in a.chars().take(LONGEST).enumerate() {
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

    #[test]
    fn the_nearest_stands_first_and_what_is_far_is_not_named() {
        let known = ["numpy", "numba", "scipy"].map(|name| (name, name));
        assert_eq!(nearest("numpyy", known), ["numpy"]);
        assert_eq!(nearest("numby", known), ["numba", "numpy"]);
        assert!(nearest("zebra", known).is_empty());
    }
}
