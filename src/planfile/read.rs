//! Text becomes a plan. Whatever is wrong is said with its place and its cure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::Range;

use toml::Spanned;

use super::check;
use super::raw::{RawFunction, RawLayer, RawPack, RawPlan, RawReason, RawSlim, Text};
use super::{LONGEST_FUNCTION, PlanError, SHORTEST_VARIABLE, VERSION};
use crate::model::bucket::LayerName;
use crate::model::bytes::Bytes;
use crate::model::edit::Edit;
use crate::model::escape::printable;
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::plan::{
    BytecodeMode, ForeignLayer, Function, Layer, LayerKind, PackOptions, Placement, Plan, Reason, Upload,
};
use crate::model::slim::{Globs, Slim, SlimRule};
use crate::model::target::Target;

/// A plan of a thousand packages has about 60 000 bytes.
const LARGEST_PLAN: usize = 4 * 1024 * 1024;

pub(super) type Result<T> = std::result::Result<T, PlanError>;

/// Reads a plan. Nothing of a plan that has an error is taken.
pub fn parse_plan(text: &str) -> Result<Plan> {
    if text.len() > LARGEST_PLAN {
        let size = Bytes(text.len() as u64);
        return Err(PlanError::whole(format!("{size} of text is no plan of bayplan's; name another file with --plan")));
    }
    let raw: RawPlan = toml::from_str(text).map_err(|error| PlanError::from_toml(text, &error))?;
    Reader { text }.plan(raw)
}

/// Reads on with the text at hand, so that errors can show it.
pub(super) struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    pub(super) fn error(&self, span: Range<usize>, message: impl Into<String>) -> PlanError {
        PlanError::at(self.text, span, message)
    }

    fn plan(&self, raw: RawPlan) -> Result<Plan> {
        self.version(raw.version)?;
        let (name, raw_function) = self.one_function(raw.function)?;
        let mut plan = Plan::new(&name);
        plan.pack = self.pack(&raw.pack)?;
        plan.check = check::options(self, raw.check)?;
        plan.apply(Edit::Slim(self.slim(raw.slim)?)).expect("slimming is never refused");
        plan.function = self.function(name, &raw_function)?;
        let mut places = Places::new(self.text);
        for (name, layer) in self.layers(&raw_function.layers, raw.layer)? {
            self.add_layer(&mut plan, name, layer, &mut places)?;
        }
        for package in raw.efs.packages {
            places.put(package, Placement::Efs)?;
        }
        for (package, reason) in raw.left_out {
            places.put(package, Placement::LeftOut(self.reason(reason)?))?;
        }
        self.place(&mut plan, places)?;
        Ok(plan)
    }

    fn version(&self, version: Option<Spanned<i64>>) -> Result<()> {
        match version {
            Some(version) if *version.get_ref() == i64::from(VERSION) => Ok(()),
            Some(version) => {
                let message =
                    format!("version {} is not known; this bayplan reads version {VERSION}", version.get_ref());
                Err(self.error(version.span(), message))
            }
            None => Err(self.error(0..0, format!("the plan's version is missing; put version = {VERSION} first"))),
        }
    }

    fn one_function(&self, functions: BTreeMap<Text, RawFunction>) -> Result<(String, RawFunction)> {
        let mut by_place: Vec<(Text, RawFunction)> = functions.into_iter().collect();
        by_place.sort_by_key(|(name, _)| name.span().start);
        let mut functions = by_place.into_iter();
        let Some((name, function)) = functions.next() else {
            return Err(self.error(0..0, "the plan names no function; add a table such as [function.recommender]"));
        };
        if let Some((second, _)) = functions.next() {
            let message = format!("\"{}\" is a second function; this bayplan plans one at a time", second.get_ref());
            return Err(self.error(second.span(), message));
        }
        let fits = !name.get_ref().is_empty() && name.get_ref().len() <= LONGEST_FUNCTION && is_word(name.get_ref());
        if fits {
            return Ok((name.into_inner(), function));
        }
        let message = format!(
            "\"{}\" cannot name a function; use at most {LONGEST_FUNCTION} letters, digits, - and _",
            name.get_ref()
        );
        Err(self.error(name.span(), message))
    }

    fn function(&self, name: String, raw: &RawFunction) -> Result<Function> {
        let mount = raw.mount.as_ref().map(|text| self.shape(text)).transpose()?;
        Ok(Function {
            name,
            source: raw.source.as_ref().map(|text| self.fit_to_print(text)).transpose()?,
            handler: raw.handler.as_ref().map(|text| self.shape(text)).transpose()?,
            target: Target {
                runtime: raw.runtime.as_ref().map(|text| self.shape(text)).transpose()?,
                architecture: raw.architecture.as_ref().map(|text| self.parsed(text)).transpose()?,
            },
            upload: self.word(raw.upload.as_ref(), &[("s3", Upload::S3), ("direct", Upload::Direct)])?,
            mount: mount.unwrap_or_default(),
            snapstart: raw.snapstart,
            environment: self.environment(&raw.environment)?,
        })
    }

    fn environment(&self, raw: &BTreeMap<Text, String>) -> Result<BTreeMap<String, String>> {
        for name in raw.keys() {
            let text = name.get_ref();
            let fits = text.len() >= SHORTEST_VARIABLE
                && text.starts_with(|first: char| first.is_ascii_alphabetic())
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            if !fits {
                let message =
                    format!("\"{text}\" cannot name a variable of Lambda; use a letter and then letters, digits and _");
                return Err(self.error(name.span(), message));
            }
        }
        Ok(raw.iter().map(|(name, value)| (name.get_ref().clone(), value.clone())).collect())
    }

    /// The layers in the function's order, each with its table.
    fn layers(&self, order: &[Text], mut tables: BTreeMap<Text, RawLayer>) -> Result<Vec<(LayerName, RawLayer)>> {
        let mut layers = Vec::new();
        for (index, text) in order.iter().enumerate() {
            if index >= LIMITS.layers.count {
                let message = format!("a function takes {} layers; merge two or use EFS", LIMITS.layers.count);
                return Err(self.error(text.span(), message));
            }
            let name: LayerName = self.parsed(text)?;
            if layers.iter().any(|(taken, _)| *taken == name) {
                return Err(self.error(text.span(), format!("layer \"{name}\" is attached twice; name it once")));
            }
            let Some(table) = tables.remove(name.as_str()) else {
                let message = format!("layer \"{name}\" has no table; add [layer.{name}] or take it off the list");
                return Err(self.error(text.span(), message));
            };
            layers.push((name, table));
        }
        match tables.into_keys().min_by_key(|name| name.span().start) {
            None => Ok(layers),
            Some(left) => {
                let name: LayerName = self.parsed(&left)?;
                let message = format!("layer \"{name}\" is attached to no function; add it to the function's layers");
                Err(self.error(left.span(), message))
            }
        }
    }

    fn add_layer(&self, plan: &mut Plan, name: LayerName, raw: RawLayer, places: &mut Places<'_>) -> Result<()> {
        let kind = match raw.arn {
            Some(arn) => {
                if let Some(packages) = raw.packages {
                    let message = format!("layer \"{name}\" has an arn, so it is somebody else's and cannot be filled");
                    return Err(self.error(packages.span(), message));
                }
                LayerKind::Foreign(ForeignLayer {
                    arn: self.shape(&arn)?,
                    unzipped: raw.unzipped_bytes.as_ref().map(|bytes| Bytes::from(*bytes.get_ref())),
                    provides: self.all_fit_to_print(raw.provides.map(Spanned::into_inner).unwrap_or_default())?,
                })
            }
            None => {
                let declared = raw.unzipped_bytes.map(|it| it.span()).or(raw.provides.map(|it| it.span()));
                if let Some(span) = declared {
                    let message =
                        format!("layer \"{name}\" is packed from this bundle; only one with an arn declares this");
                    return Err(self.error(span, message));
                }
                for package in raw.packages.map(Spanned::into_inner).unwrap_or_default() {
                    places.put(package, Placement::Layer(name.clone()))?;
                }
                LayerKind::Own
            }
        };
        let layer = Layer { name, kind };
        plan.apply(Edit::AddLayer { at: usize::MAX, layer })
            .map_err(|refusal| PlanError::whole(refusal.to_string()))?;
        Ok(())
    }

    fn reason(&self, raw: Spanned<RawReason>) -> Result<Reason> {
        let span = raw.span();
        match raw.into_inner() {
            RawReason { provided_by: Some(text), because: None } => Ok(Reason::ProvidedBy(self.fit_to_print(&text)?)),
            RawReason { provided_by: None, because: Some(text) } => Ok(Reason::Because(text.into_inner())),
            _ => {
                Err(self
                    .error(span, "say why, in one of two ways: { provided_by = \"runtime\" } or { because = \"…\" }"))
            }
        }
    }

    fn place(&self, plan: &mut Plan, places: Places<'_>) -> Result<()> {
        for (key, (placement, span)) in places.by_key {
            plan.apply(Edit::Move(vec![(key, Some(placement))]))
                .map_err(|refusal| self.error(span, refusal.to_string()))?;
        }
        Ok(())
    }

    fn slim(&self, raw: RawSlim) -> Result<Slim> {
        let words: Vec<(&str, SlimRule)> = SlimRule::ALL.into_iter().map(|rule| (rule.name(), rule)).collect();
        let rules = raw.rules.iter().map(|text| self.one_of(text, &words)).collect::<Result<_>>()?;
        let services = raw.services.map(BTreeSet::from_iter);
        Ok(Slim { rules, exclude: self.globs(raw.exclude)?, keep: self.globs(raw.keep)?, services })
    }

    fn globs(&self, patterns: Vec<Text>) -> Result<Globs> {
        for pattern in &patterns {
            Globs::new(vec![pattern.get_ref().clone()])
                .map_err(|error| self.error(pattern.span(), error.to_string()))?;
        }
        Globs::new(patterns.into_iter().map(Spanned::into_inner).collect())
            .map_err(|error| PlanError::whole(error.to_string()))
    }

    fn pack(&self, raw: &RawPack) -> Result<PackOptions> {
        Ok(PackOptions {
            bytecode: self.word(raw.bytecode.as_ref(), &BytecodeMode::NAMES)?,
            keep_folders: raw.keep_folders,
        })
    }

    /// A text whose shape AWS demands.
    fn shape<T: TryFrom<String, Error: Display>>(&self, text: &Text) -> Result<T> {
        T::try_from(text.get_ref().clone()).map_err(|error| self.error(text.span(), error.to_string()))
    }

    fn parsed<T: std::str::FromStr<Err: Display>>(&self, text: &Text) -> Result<T> {
        text.get_ref().parse().map_err(|error: T::Err| self.error(text.span(), error.to_string()))
    }

    /// One of a few words; the first stands for a missing one.
    fn word<T: Copy>(&self, text: Option<&Text>, words: &[(&str, T)]) -> Result<T> {
        text.map_or(Ok(words[0].1), |text| self.one_of(text, words))
    }

    pub(super) fn one_of<T: Copy>(&self, text: &Text, words: &[(&str, T)]) -> Result<T> {
        words.iter().find(|(word, _)| word == text.get_ref()).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.error(
                text.span(),
                format!("\"{}\" is not known here; write one of {}", text.get_ref(), known.join(", ")),
            )
        })
    }

    pub(super) fn key(&self, text: &Text) -> Result<PackageKey> {
        package_key(self.text, text)
    }

    pub(super) fn fit_to_print(&self, text: &Text) -> Result<String> {
        fit_to_print(self.text, text).map(str::to_owned)
    }

    fn all_fit_to_print(&self, texts: Vec<Text>) -> Result<Vec<String>> {
        texts.iter().map(|text| self.fit_to_print(text)).collect()
    }
}

/// Where each package is put, with the place of its name in the text.
struct Places<'t> {
    text: &'t str,
    by_key: BTreeMap<PackageKey, (Placement, Range<usize>)>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Places<'t> {
        Places { text, by_key: BTreeMap::new() }
    }

    fn put(&mut self, package: Text, placement: Placement) -> Result<()> {
        let key = package_key(self.text, &package)?;
        if let Some((before, _)) = self.by_key.get(&key) {
            let (before, now) = (before.bucket(), placement.bucket());
            let message = if before == now {
                format!("package \"{key}\" is named twice in {now}; name it once")
            } else {
                format!("package \"{key}\" is in {before} and in {now}; it can lie in one bucket only")
            };
            return Err(PlanError::at(self.text, package.span(), message));
        }
        self.by_key.insert(key, (placement, package.span()));
        Ok(())
    }
}

fn package_key(file: &str, text: &Text) -> Result<PackageKey> {
    match fit_to_print(file, text)? {
        "" => Err(PlanError::at(file, text.span(), "a package without a name; write its key, such as numpy")),
        key => Ok(PackageKey::new(key)),
    }
}

/// A text that may be shown as it is. bayplan writes keys that way, so anything else was not written by it.
pub(super) fn fit_to_print<'a>(file: &str, text: &'a Text) -> Result<&'a str> {
    let plain = text.get_ref();
    if printable(plain.as_bytes()) == plain.replace('\\', "\\\\") {
        return Ok(plain);
    }
    let message = "holds characters that cannot be seen; write them as bayplan shows them, such as \\\\u{1B}";
    Err(PlanError::at(file, text.span(), message))
}

fn is_word(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}
