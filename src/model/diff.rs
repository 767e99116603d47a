//! Two builds, locks or plans, package by package: what was added, what is gone, what grew, what went elsewhere. What
//! counts is what lies in function and layers; a build without a plan lies there whole.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::bytes::{Amount, Bytes, Certainty};
use super::limits::LIMITS;
use super::lock::{Lock, bucket_name};
use super::manifest::Manifest;
use super::package::PackageKey;

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What is measured, which must be the same on both sides.
    pub measure: Measure,
    /// How sure the sizes are.
    pub certainty: Certainty,
    packages: BTreeMap<PackageKey, Held>,
}

/// Which bytes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// All.
    All,
    /// Those that do not depend on where the build ran, before slimming: all that a lock knows of a build.
    Stable,
    /// Those of them that slimming keeps: all that a lock knows of a plan.
    Kept,
    /// What was packed.
    Packed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    version: Option<String>,
    bytes: Bytes,
    digest: Option<String>,
    /// The name of its bucket; `None`: nobody planned it.
    bucket: Option<String>,
}

impl Held {
    /// The bytes that count towards the limit. A side without a plan is taken to lie where the other's plan has it.
    fn joint(&self, other: Option<&Held>) -> Bytes {
        let bucket = self.bucket.as_deref().or(other.and_then(|other| other.bucket.as_deref()));
        if bucket.is_none_or(|name| name == "function" || name.starts_with("layer:")) {
            self.bytes
        } else {
            Bytes::ZERO
        }
    }
}

impl Side {
    /// A build.
    pub fn of_bundle(bundle: &Bundle, measure: Measure) -> Side {
        let packages = bundle.packages().iter().map(|package| {
            let bytes = match measure {
                Measure::All | Measure::Packed => package.load().unzipped,
                Measure::Stable | Measure::Kept => package.stable_bytes(),
            };
            let (version, digest) = (package.version.clone(), package.digest.clone());
            (package.key.clone(), Held { version, bytes, digest, bucket: None })
        });
        Side { measure, certainty: bundle.listing.certainty(), packages: packages.collect() }
    }

    /// What a plan was made from.
    pub fn of_lock(lock: &Lock, measure: Measure) -> Side {
        let held = lock.packages.iter().map(|(key, package)| {
            let (version, digest) = (package.version.clone(), package.digest.clone());
            let bytes = if measure == Measure::Kept { package.kept } else { package.bytes };
            (key.clone(), Held { version, bytes, digest, bucket: Some(package.bucket.clone()) })
        });
        Side { measure, certainty: Certainty::Exact, packages: held.collect() }
    }

    /// What was packed.
    pub fn of_manifest(manifest: &Manifest) -> Side {
        let zips = manifest.artifacts.iter().map(|zip| (zip.bucket(), &zip.packages));
        let trees = manifest.efs.iter().map(|tree| (Bucket::Efs, &tree.packages));
        let held = zips.chain(trees).flat_map(|(bucket, packages)| {
            packages.iter().map(move |package| {
                let (version, bucket) = (package.version.clone(), Some(bucket_name(&bucket)));
                (package.key.clone(), Held { version, bytes: package.bytes, digest: None, bucket })
            })
        });
        Side { measure: Measure::Packed, certainty: Certainty::Exact, packages: held.collect() }
    }

    /// What of it lies in function and layers, beside another side.
    fn total(&self, other: &Side) -> Amount {
        let joint = self.packages.iter().map(|(key, held)| held.joint(other.packages.get(key)));
        Amount::exact(joint.sum()).at_most(self.certainty)
    }
}

/// What became of one package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the new build has it.
    Added,
    /// Only the old build has it.
    Gone,
    /// Both have it, of different size, version or content.
    Changed,
    /// Both have the same, in different buckets.
    Moved,
}

/// One package that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub key: PackageKey,
    /// What became of it.
    pub change: Change,
    /// Its versions before and after, where it has one.
    pub versions: (Option<String>, Option<String>),
    /// Its bytes before and after.
    pub bytes: (Bytes, Bytes),
    /// Those of them that lay and lie in function and layers.
    pub joint: (Bytes, Bytes),
    /// The names of its buckets before and after, where both are planned and they differ.
    pub moved: Option<(String, String)>,
}

impl Difference {
    /// By how much it made function and layers grow; negative: shrink.
    pub fn growth(&self) -> i128 {
        i128::from(self.joint.1.0) - i128::from(self.joint.0.0)
    }

    /// How much of a change it is, whichever way and wherever it lies.
    fn extent(&self) -> u128 {
        let own = i128::from(self.bytes.1.0) - i128::from(self.bytes.0.0);
        self.growth().unsigned_abs().max(own.unsigned_abs())
    }
}

/// Everything that is not the same in two builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// What was measured.
    pub measure: Measure,
    /// The bytes of function and layers before and after.
    pub totals: (Amount, Amount),
    /// The packages, the largest change first, whichever way.
    pub differences: Vec<Difference>,
    /// How many packages are the same in both.
    pub same: usize,
}

impl Diff {
    /// Compares two sides of the same measure.
    pub fn between(old: &Side, new: &Side) -> Diff {
        let keys: BTreeSet<&PackageKey> = old.packages.keys().chain(new.packages.keys()).collect();
        let count = keys.len();
        let compare = |key: &PackageKey| difference(key, old.packages.get(key), new.packages.get(key));
        let mut differences: Vec<Difference> = keys.into_iter().filter_map(compare).collect();
        differences.sort_by_key(|difference| Reverse(difference.extent()));
        let same = count - differences.len();
        Diff { measure: new.measure, totals: (old.total(new), new.total(old)), differences, same }
    }

    /// Whether the old build was below the limit that function and layers share and the new one is not.
    pub fn crosses_limit(&self) -> bool {
        let is_over = |total: Amount| LIMITS.unzipped.is_reached_by(total.bytes);
        !is_over(self.totals.0) && is_over(self.totals.1)
    }

    /// What pushed it over: the fewest of the packages that grew most without whose growth it would be below the limit.
    pub fn pushed_over_by(&self) -> Vec<&Difference> {
        if !self.crosses_limit() {
            return Vec::new();
        }
        let mut rest = self.totals.1.bytes;
        let mut found = Vec::new();
        for difference in self.differences.iter().filter(|difference| difference.growth() > 0) {
            if !LIMITS.unzipped.is_reached_by(rest) {
                break;
            }
            rest = rest.less(difference.joint.1.less(difference.joint.0));
            found.push(difference);
        }
        found
    }
}

/// `None`: the same in both, as far as is known.
fn difference(key: &PackageKey, old: Option<&Held>, new: Option<&Held>) -> Option<Difference> {
    let change = match (old, new) {
        (None, _) => Change::Added,
        (_, None) => Change::Gone,
        (Some(old), Some(new)) if is_same(old, new) && moved(old, new).is_none() => return None,
        (Some(old), Some(new)) if is_same(old, new) => Change::Moved,
        _ => Change::Changed,
    };
    let version = |held: Option<&Held>| held.and_then(|held| held.version.clone());
    let bytes = |held: Option<&Held>| held.map_or(Bytes::ZERO, |held| held.bytes);
    Some(Difference {
        key: key.clone(),
        change,
        versions: (version(old), version(new)),
        bytes: (bytes(old), bytes(new)),
        joint: (old.map_or(Bytes::ZERO, |held| held.joint(new)), new.map_or(Bytes::ZERO, |held| held.joint(old))),
        moved: old.zip(new).and_then(|(old, new)| moved(old, new)),
    })
}

fn moved(old: &Held, new: &Held) -> Option<(String, String)> {
    old.bucket.clone().zip(new.bucket.clone()).filter(|(old, new)| old != new)
}

/// Where a digest is not known, version and size decide.
fn is_same(old: &Held, new: &Held) -> bool {
    let contents_agree = old.digest.is_none() || new.digest.is_none() || old.digest == new.digest;
    old.version == new.version && old.bytes == new.bytes && contents_agree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(packages: &[(&str, &str, u64)]) -> Side {
        let held = |&(key, version, bytes): &(&str, &str, u64)| {
            (
                PackageKey::new(key),
                Held { version: Some(version.to_owned()), bytes: Bytes(bytes), digest: None, bucket: None },
            )
        };
        let packages = packages.iter().map(held).collect();
        Side { measure: Measure::All, certainty: Certainty::Exact, packages }
    }

    #[test]
    fn the_largest_change_stands_first_whichever_way() {
        let old = side(&[("numpy", "1.24", 100), ("six", "1.16", 5), ("gone", "1", 30)]);
        let new = side(&[("numpy", "1.25", 120), ("six", "1.16", 5), ("scipy", "1.10", 10)]);
        let diff = Diff::between(&old, &new);
        let told: Vec<_> = diff.differences.iter().map(|it| (it.key.as_str(), it.change, it.growth())).collect();
        let expected = [("gone", Change::Gone, -30), ("numpy", Change::Changed, 20), ("scipy", Change::Added, 10)];
        assert_eq!(told, expected);
        assert_eq!((diff.same, diff.crosses_limit()), (1, false));
    }

    #[test]
    fn what_pushed_it_over_is_as_little_as_explains_it() {
        let limit = LIMITS.unzipped.bytes.0;
        let old = side(&[("numpy", "1", limit - 100), ("six", "1", 10)]);
        let new = side(&[("numpy", "1", limit - 100), ("six", "2", 40), ("scipy", "1", 500), ("tiny", "1", 60)]);
        let diff = Diff::between(&old, &new);
        assert!(diff.crosses_limit());
        let pushed: Vec<_> = diff.pushed_over_by().into_iter().map(|it| it.key.as_str()).collect();
        assert_eq!(pushed, ["scipy", "tiny"], "without these two it would fit again");
    }

    fn placed(mut side: Side, buckets: &[(&str, &str)]) -> Side {
        for (key, bucket) in buckets {
            side.packages.get_mut(&PackageKey::new(key)).unwrap().bucket = Some((*bucket).to_owned());
        }
        side
    }

    #[test]
    fn what_lies_on_efs_does_not_count_and_what_comes_from_there_does() {
        let sizes = [("numpy", "1", 100), ("scipy", "1", 200)];
        let old = placed(side(&sizes), &[("numpy", "function"), ("scipy", "efs")]);
        let new = placed(side(&sizes), &[("numpy", "layer:a"), ("scipy", "function")]);
        let diff = Diff::between(&old, &new);
        assert_eq!((diff.totals.0.bytes, diff.totals.1.bytes), (Bytes(100), Bytes(300)));
        let told: Vec<_> = diff.differences.iter().map(|it| (it.key.as_str(), it.change, it.growth())).collect();
        assert_eq!(
            told,
            [("scipy", Change::Moved, 200), ("numpy", Change::Moved, 0)],
            "a layer counts as the function"
        );
        let build = Diff::between(&old, &side(&sizes));
        assert!(build.differences.is_empty(), "a build without a plan lies where the plan has it");
        assert_eq!(build.totals.1.bytes, Bytes(100));
    }

    proptest::proptest! {
        #[test]
        fn all_growth_together_is_the_growth_of_the_whole(
            old in proptest::collection::btree_map("[a-e]", 0..1000_u64, 0..5),
            new in proptest::collection::btree_map("[a-e]", 0..1000_u64, 0..5),
        ) {
            let side = |packages: &BTreeMap<String, u64>| {
                side(&packages.iter().map(|(key, &bytes)| (key.as_str(), "1", bytes)).collect::<Vec<_>>())
            };
            let (old, new) = (side(&old), side(&new));
            let diff = Diff::between(&old, &new);
            let growth: i128 = diff.differences.iter().map(Difference::growth).sum();
            proptest::prop_assert_eq!(growth, i128::from(new.total(&old).bytes.0) - i128::from(old.total(&new).bytes.0));
            proptest::prop_assert!(Diff::between(&new, &new).differences.is_empty());
        }
    }
}
