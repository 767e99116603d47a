//! What a Python source imports, when, and what its failing means; and what else it does to the search for modules.

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtImportFrom};

use super::python::{self, LONGEST_SOURCE};
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::facts::{Import, ModuleFacts, Submodules, Timing};
use crate::model::listing::Listing;

mod binds;
mod blocks;
mod condition;
mod lazy;
mod names;
mod path_edit;

use binds::Binds;
use blocks::{Context, Numbering};
use lazy::Lazy;
use names::Lists;
use path_edit::Folders;

/// Reads one source; `root` is the folder that its module's name counts from.
pub fn read(listing: &Listing, contents: &dyn Contents, entry: EntryId, root: EntryId) -> Result<ModuleFacts, String> {
    let content = contents.read(listing, entry, LONGEST_SOURCE).map_err(|why| why.to_string())?;
    if !content.whole {
        return Err("is too long to be read for imports".to_owned());
    }
    let path = listing.path_below(entry, root);
    parse(&String::from_utf8_lossy(&content.bytes), &path)
        .ok_or_else(|| "nests too deeply to be read for imports".to_owned())
}

fn parse(source: &str, path: &[u8]) -> Option<ModuleFacts> {
    let packages: Vec<String> = path.split(|&byte| byte == b'/').map(printable).collect();
    let packages = packages.split_last().map(|(_, folders)| folders.to_vec()).unwrap_or_default();
    python::with_module(source, |body| {
        let mut reader = Reader {
            packages,
            facts: ModuleFacts::default(),
            folders: Folders::default(),
            lists: Lists::default(),
            lazy: Lazy::default(),
            raises_in_the_end: names::raises_in_the_end(body),
        };
        let mut binds = Binds::new(source);
        reader.read(body, &mut binds);
        ModuleFacts { binds: binds.names(), gives: reader.lazy.names(), submodules: submodules(source), ..reader.facts }
    })
}

/// What a source mentions that makes modules or changes where they are found. Mentioning is enough: what is taken for
/// found that is not there is less harm than the other way round.
fn submodules(source: &str) -> Submodules {
    let mentions = |signs: &[&str]| signs.iter().any(|sign| source.contains(sign));
    if mentions(&["extend_path(", "declare_namespace("]) {
        Submodules::EveryFolder
    } else if mentions(&["sys.modules[", "sys.modules.", "meta_path", "__path__", "ModuleType("]) {
        Submodules::Made
    } else {
        Submodules::OwnFolder
    }
}

/// Walks the statements in their order. What waits is kept in a list, so that no nesting deepens the stack.
struct Reader {
    packages: Vec<String>,
    facts: ModuleFacts,
    folders: Folders,
    lists: Lists,
    lazy: Lazy,
    raises_in_the_end: bool,
}

impl Reader {
    fn read(&mut self, body: &[Stmt], binds: &mut Binds) {
        let mut numbering = Numbering::default();
        let mut open = vec![(body.iter(), Context::default())];
        while let Some((statements, context)) = open.last_mut() {
            let Some(statement) = statements.next() else {
                open.pop();
                continue;
            };
            let context = context.clone();
            self.take(statement, &context);
            if context.is_top_level() {
                binds.take(statement);
                self.lazy.take(statement);
            }
            let surely_loops = context.is_top_level() && self.lists.take(statement);
            let mut inner = numbering.blocks(statement, &context);
            if let Some((_, looped)) = inner.first_mut().filter(|_| surely_loops) {
                *looped = context.clone();
            }
            open.extend(inner.into_iter().rev().map(|(body, context)| (body.iter(), context)));
        }
    }

    fn take(&mut self, statement: &Stmt, context: &Context) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.add(Import { module: printable(alias.name.as_bytes()), ..context.import() });
                }
            }
            Stmt::ImportFrom(import) => self.add(Import {
                module: source_module(import, &self.packages),
                names: import.names.iter().map(|alias| printable(alias.name.as_bytes())).collect(),
                relative: import.level > 0,
                ..context.import()
            }),
            Stmt::Expr(expression) => self.take_expression(&expression.value, context),
            Stmt::Assign(assign) => {
                self.take_expression(&assign.value, context);
                if context.is_top_level() {
                    let edits = self.folders.assign(&assign.targets, &assign.value, self.facts.imports.len());
                    self.facts.path_edits.extend(edits);
                }
            }
            Stmt::AugAssign(assign) if context.is_top_level() => {
                self.facts.path_edits.extend(self.folders.add(&assign.target, &assign.value, self.facts.imports.len()));
            }
            _ => {}
        }
    }

    fn take_expression(&mut self, expression: &Expr, context: &Context) {
        let Expr::Call(call) = expression else { return };
        if is_import(call) {
            let names = call.arguments.args.first().and_then(|name| self.lists.texts(name));
            match names.filter(|names| names.iter().all(|name| !name.starts_with('.'))) {
                Some(names) => names.into_iter().for_each(|module| self.add_called(module, context)),
                None => self.facts.computes_names |= context.is_top_level(),
            }
        } else if context.is_top_level() {
            self.facts.path_edits.extend(self.folders.call(call, self.facts.imports.len()));
        }
    }

    /// Several are often tried one by one, and what failed is raised in the end.
    fn add_called(&mut self, module: String, context: &Context) {
        let import = Import { module, ..context.import() };
        let within = if self.raises_in_the_end { Vec::new() } else { import.within.clone() };
        self.add(Import { within, ..import });
    }

    /// The same statement twice in a row tells nothing new.
    fn add(&mut self, import: Import) {
        if import.timing != Timing::Never && self.facts.imports.last() != Some(&import) {
            self.facts.imports.push(import);
        }
    }
}

/// `importlib.import_module(…)`, `import_module(…)` or `__import__(…)`.
fn is_import(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Name(name) => matches!(name.id.as_str(), "__import__" | "import_module"),
        Expr::Attribute(attribute) => attribute.attr.as_str() == "import_module",
        _ => false,
    }
}

/// The module that names are taken from, absolute. One that leads above the root keeps its dots.
fn source_module(import: &StmtImportFrom, packages: &[String]) -> String {
    let named = import.module.as_ref().map(|module| printable(module.as_bytes()));
    let level = import.level as usize;
    let Some(up) = level.checked_sub(1) else { return named.unwrap_or_default() };
    let Some(kept) = packages.len().checked_sub(up).filter(|&kept| kept > 0) else {
        return format!("{}{}", ".".repeat(level), named.unwrap_or_default());
    };
    packages[..kept].iter().cloned().chain(named).collect::<Vec<_>>().join(".")
}
