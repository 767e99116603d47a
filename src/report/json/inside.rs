//! What files that were made of many hold, as JSON tells it. It is no attribution: each such file has one owner.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::bundle::Bundle;
use crate::model::bytes::Bytes;
use crate::model::inside::{Inside, Named, Part, Whose};

/// A file that a bundler made, or an archive in the bundle. Its parts add up to its bytes.
#[derive(Serialize, JsonSchema)]
pub(super) struct Made<'a> {
    path: String,
    package: Option<&'a str>,
    bytes: Bytes,
    /// Who tells; `null`: nobody does, and there are no parts.
    told_by: Option<String>,
    parts: Vec<Portion<'a>>,
    /// Packages that are inside, too, with bytes that nobody can tell apart.
    mingled: Vec<&'a Named>,
}

#[derive(Serialize, JsonSchema)]
struct Portion<'a> {
    /// `package`, `yours`, `map` for an inline source map, or `itself` for what no source claims.
    whose: &'static str,
    key: Option<&'a str>,
    version: Option<&'a str>,
    from: Option<&'a str>,
    bytes: Bytes,
    sources: u64,
}

impl<'a> Made<'a> {
    pub(super) fn all(bundle: &'a Bundle) -> Vec<Made<'a>> {
        let made = bundle.insides().map(|(entry, inside)| {
            let told = match inside {
                Inside::Told(told) => Some(told),
                Inside::Closed(_) => None,
            };
            Made {
                path: bundle.listing.shown_path(entry),
                package: bundle.owner(entry).map(|owner| bundle.package(owner).key.as_str()),
                bytes: bundle.listing.length(entry),
                told_by: told.map(|told| told.told_by.words()),
                parts: told.iter().flat_map(|told| &told.parts).map(Portion::of).collect(),
                mingled: told.iter().flat_map(|told| &told.mingled).collect(),
            }
        });
        made.collect()
    }
}

impl<'a> Portion<'a> {
    fn of(part: &'a Part) -> Portion<'a> {
        let (whose, package) = match &part.whose {
            Whose::Package { package, from } => ("package", Some((package, from))),
            Whose::Yours => ("yours", None),
            Whose::Map => ("map", None),
            Whose::Itself => ("itself", None),
        };
        Portion {
            whose,
            key: package.map(|(package, _)| package.key.as_str()),
            version: package.and_then(|(package, _)| package.version.as_deref()),
            from: package.map(|(_, from)| from.as_str()),
            bytes: part.bytes,
            sources: part.sources,
        }
    }
}
