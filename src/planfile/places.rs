//! The lines of a plan's text at which its settings, buckets and packages stand, so that a finding can point at them.

use std::ops::Range;

use toml_edit::{Document, Item, Key, TableLike};

use crate::model::bucket::Bucket;
use crate::model::package::PackageKey;

/// A plan's text, to be asked for lines.
#[derive(Debug)]
pub struct PlanLines<'t> {
    text: &'t str,
    document: Document<&'t str>,
}

impl<'t> PlanLines<'t> {
    /// Reads the text; `None` where it is no TOML.
    pub fn new(text: &'t str) -> Option<PlanLines<'t>> {
        Some(PlanLines { text, document: Document::parse(text).ok()? })
    }

    /// The line of a setting, `function.handler` or `check.growth`, or of a table, `left-out`. The function's own name is
    /// skipped.
    pub fn setting(&self, path: &str) -> Option<usize> {
        let Some((table, name)) = path.split_once('.') else { return self.line(self.entry(path)?.0.span()?) };
        let (_, item) = self.entry(table)?;
        let item = if table == "function" { item.as_table_like()?.iter().next()?.1 } else { item };
        let (key, _) = entry(item.as_table_like()?, name)?;
        self.line(key.span()?)
    }

    /// The line at which a bucket's table begins.
    pub fn bucket(&self, bucket: &Bucket) -> Option<usize> {
        let below = |table: &str, name: Option<&str>| {
            let (_, item) = self.entry(table)?;
            let tables = item.as_table_like()?;
            let name = name.or_else(|| tables.iter().next().map(|(name, _)| name))?;
            Some(entry(tables, name)?.0)
        };
        let key = match bucket {
            Bucket::Function => below("function", None),
            Bucket::Layer(layer) => below("layer", Some(layer.as_str())),
            Bucket::Efs => self.entry("efs").map(|(key, _)| key),
            Bucket::LeftOut => self.entry("left-out").map(|(key, _)| key),
        };
        self.line(key?.span()?)
    }

    /// The line that puts a package somewhere.
    pub fn package(&self, package: &PackageKey) -> Option<usize> {
        self.listed(package)
            .or_else(|| {
                let (_, left_out) = self.entry("left-out")?;
                entry(left_out.as_table_like()?, package.as_str())?.0.span()
            })
            .and_then(|span| self.line(span))
    }

    /// Its place in the list of a layer or of EFS.
    fn listed(&self, package: &PackageKey) -> Option<Range<usize>> {
        let layers = self.entry("layer").and_then(|(_, layers)| layers.as_table_like());
        let layers = layers.into_iter().flat_map(|layers| layers.iter().map(|(_, layer)| layer));
        let efs = self.entry("efs").map(|(_, efs)| efs);
        let mut lists = layers.chain(efs).filter_map(|bucket| bucket.get("packages")?.as_array());
        lists.find_map(|list| list.iter().find(|value| value.as_str() == Some(package.as_str()))?.span())
    }

    fn entry(&self, key: &str) -> Option<(&Key, &Item)> {
        self.document.as_table().get_key_value(key)
    }

    fn line(&self, span: Range<usize>) -> Option<usize> {
        Some(self.text.get(..span.start)?.matches('\n').count() + 1)
    }
}

fn entry<'a>(table: &'a dyn TableLike, key: &str) -> Option<(&'a Key, &'a Item)> {
    table.get_key_value(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "version = 1\n\n[function.f]\n# why\nhandler = \"app.handler\"\nlayers = [\"a\"]\n\n[layer.a]\n\
                        packages = [\n    \"numpy\",\n    \"pandas\",\n]\n\n[efs]\npackages = [\"scipy\"]\n\n[left-out]\n\
                        \"file:docs/\" = { because = \"x\" }\n\n[check]\nwarn_at_percent = 80\n";

    #[test]
    fn everything_a_plan_says_has_its_line() {
        let lines = PlanLines::new(PLAN).unwrap();
        let package = |key: &str| lines.package(&PackageKey::new(key));
        assert_eq!((package("pandas"), package("scipy"), package("file:docs/")), (Some(11), Some(15), Some(18)));
        assert_eq!(package("requests"), None, "what no bucket names stands nowhere");
        assert_eq!((lines.setting("function.handler"), lines.setting("check.warn_at_percent")), (Some(5), Some(21)));
        assert_eq!((lines.setting("function.upload"), lines.setting("pack.bytecode")), (None, None));
        assert_eq!((lines.setting("left-out"), lines.setting("slim")), (Some(17), None));
        let layer = |name: &str| lines.bucket(&Bucket::Layer(name.parse().unwrap()));
        assert_eq!((layer("a"), layer("b")), (Some(8), None));
        let others = [Bucket::Function, Bucket::Efs, Bucket::LeftOut].map(|bucket| lines.bucket(&bucket));
        assert_eq!(others, [Some(3), Some(14), Some(17)]);
    }

    #[test]
    fn dotted_and_inline_tables_have_lines_too() {
        let lines =
            PlanLines::new("version = 1\nfunction.f = { handler = \"a.b\" }\nefs.packages = [\"numpy\"]\n").unwrap();
        assert_eq!((lines.setting("function.handler"), lines.package(&PackageKey::new("numpy"))), (Some(2), Some(3)));
        assert_eq!(lines.bucket(&Bucket::Function), Some(2));
        assert!(PlanLines::new("= no plan").is_none());
    }
}
