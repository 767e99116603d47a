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
    let source = String::from_utf8_lossy(&content.bytes);
    let module = parse(&source, &path).ok_or_else(|| "nests too deeply to be read for imports".to_owned())?;
    // In another encoding than UTF-8 what is no Python here may be Python all the same.
    let is_as_written = matches!(source, std::borrow::Cow::Borrowed(_));
    Ok(ModuleFacts { broken: module.broken.filter(|_| is_as_written), ..module })
}

fn parse(source: &str, path: &[u8]) -> Option<ModuleFacts> {
    let packages: Vec<String> = path.split(|&byte| byte == b'/').map(printable).collect();
    let packages = packages.split_last().map(|(_, folders)| folders.to_vec()).unwrap_or_default();
    python::with_checked_module(source, |body, error| {
        let mut reader = Reader {
            packages,
            facts: ModuleFacts {
                broken: error.map(|(line, words)| format!("line {line}: {words}")),
                ..ModuleFacts::default()
            },
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
            self.take_call(call, context);
        } else if context.is_top_level() {
            self.facts.path_edits.extend(self.folders.call(call, self.facts.imports.len()));
        }
    }

    fn take_call(&mut self, call: &ExprCall, context: &Context) {
        if let Some(below) = names::below_own_package(call) {
            let module = self.packages.iter().map(String::as_str).chain([below.as_str()]).collect::<Vec<_>>().join(".");
            return self.add(Import { module, relative: true, ..context.import() });
        }
        let names = call.arguments.args.first().and_then(|name| self.lists.texts(name));
        match names.filter(|names| names.iter().all(|name| !name.starts_with('.'))) {
            Some(names) => names.into_iter().for_each(|module| self.add_called(module, context)),
            None => self.facts.computes_names |= context.is_top_level(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(source: &str, path: &str) -> ModuleFacts {
        python::on_deep_stacks(|| parse(source, path.as_bytes())).unwrap().unwrap()
    }

    fn imports(source: &str, path: &str) -> Vec<String> {
        let shown = |import: &Import| {
            let within: Vec<String> = import.within.iter().map(|branch| format!(" {branch:?}")).collect();
            format!("{} {:?} {:?}{}", import.module, import.names, import.timing, within.concat())
        };
        facts(source, path).imports.iter().map(shown).collect()
    }

    #[test]
    fn every_import_is_told_in_its_order_with_its_time() {
        let source = "import os.path, numpy as np\n\
                      from typing import TYPE_CHECKING\n\
                      if TYPE_CHECKING:\n    import a\nelse:\n    import b\n\
                      try:\n    import c\nexcept ImportError:\n    import i\nelse:\n    import j\n\
                      try:\n    import d\nfinally:\n    pass\n\
                      def f():\n    import e\n    if x:\n        import g\n\
                      class C:\n    import h\n\
                      if x:\n    import k\n";
        let expected = [
            "os.path [] Always",
            "numpy [] Always",
            "typing [\"TYPE_CHECKING\"] Always",
            "b [] Always",
            "c [] Always Try(1)",
            "j [] Always Else(1)",
            "i [] Always Except(1)",
            "d [] Always",
            "e [] InFunction",
            "g [] InFunction",
            "h [] Always",
            "k [] Conditional",
        ];
        assert_eq!(imports(source, "x.py"), expected);
    }

    #[test]
    fn what_catches_and_raises_again_catches_nothing() {
        let tried = |handler: &str| imports(&format!("try:\n    import a\nexcept {handler}\n"), "x.py");
        assert_eq!(tried("ImportError as e:\n    print(e)\n    raise"), ["a [] Always"]);
        assert_eq!(tried("ImportError as e:\n    raise ImportError('x') from e"), ["a [] Always"]);
        assert_eq!(tried("KeyError:\n    pass"), ["a [] Always"]);
        assert_eq!(tried("(KeyError, ModuleNotFoundError):\n    pass"), ["a [] Always Try(1)"]);
        assert_eq!(tried("ImportError:\n    if x:\n        raise"), ["a [] Always Try(1)"]);
        let suppressed = "import contextlib\nwith contextlib.suppress(ImportError):\n    import a\n";
        assert_eq!(imports(suppressed, "x.py")[1], "a [] Always Try(1)");
    }

    #[test]
    fn conditions_that_lambda_answers_are_answered() {
        let below = |test: &str| imports(&format!("if {test}:\n    import a\nelse:\n    import b\n"), "x.py");
        assert_eq!(below("sys.version_info >= (3, 11)"), ["a [] Always Since(3, 11)", "b [] Always Before(3, 11)"]);
        assert_eq!(below("sys.version_info[:2] < (3, 8)"), ["a [] Always Before(3, 8)", "b [] Always Since(3, 8)"]);
        assert_eq!(below("sys.version_info[0] == 2"), ["b [] Always"]);
        assert_eq!(below("not sys.version_info < (3, 8)"), ["a [] Always Since(3, 8)", "b [] Always Before(3, 8)"]);
        assert_eq!(below("os.name == 'nt'"), ["b [] Always"]);
        assert_eq!(below("sys.platform != 'win32'"), ["a [] Always"]);
        assert_eq!(below("__name__ == '__main__'"), ["b [] Always"]);
        assert_eq!(below("x"), ["a [] Conditional", "b [] Conditional"]);
    }

    #[test]
    fn relative_imports_count_from_the_file() {
        let source = "from . import a\nfrom .b import c\nfrom ..d import e\nfrom ...... import f\n";
        let expected = ["p.q [\"a\"] Always", "p.q.b [\"c\"] Always", "p.d [\"e\"] Always", "...... [\"f\"] Always"];
        assert_eq!(imports(source, "p/q/m.py"), expected);
        assert_eq!(imports("from . import a", "p/q/__init__.py"), ["p.q [\"a\"] Always"]);
        assert_eq!(imports("from . import a", "m.py"), [". [\"a\"] Always"], "above the root there is no package");
    }

    #[test]
    fn calls_import_too() {
        assert_eq!(imports("import_module('a.b')\nx = __import__('c')\n", "x.py"), ["a.b [] Always", "c [] Always"]);
        let loop_ = "names = ('a', 'b')\nfor name in names:\n    __import__(name)\n";
        assert_eq!(imports(loop_, "x.py"), ["a [] Always", "b [] Always"]);
        for below in [
            "__import__(__package__ + '.a')",
            "import_module('.a', __package__)",
            "import_module('.a', package=__package__)",
        ] {
            assert_eq!(imports(below, "p/q/x.py"), ["p.q.a [] Always"], "{below}");
        }
        assert!(facts("importlib.import_module(name)", "x.py").computes_names);
        assert!(!facts("def f():\n    importlib.import_module(name)", "x.py").computes_names);
    }

    #[test]
    fn bound_names_are_told_where_all_can_be_seen() {
        let binds = |source: &str| facts(source, "x.py").binds;
        let source =
            "import a.b, c as d\nfrom e import f\ng = h, i = 1\ndef j(): k = 1\nclass l: m = 1\nif x: n: int = 1\n";
        assert_eq!(binds(source).unwrap(), ["a", "d", "f", "g", "h", "i", "j", "l", "n"]);
        for hiding in ["from a import *", "def __getattr__(name): pass", "globals()['x'] = 1"] {
            assert_eq!(binds(hiding), None, "{hiding}");
        }
    }

    #[test]
    fn names_given_on_demand_are_told_with_their_modules() {
        let table = "t = {'A': (__spec__.parent, '.main'), 'B': 'b', 'C': 3}\n";
        assert_eq!(facts(table, "x.py").gives.len(), 0, "nothing gives them");
        let gives = facts(&format!("{table}def __getattr__(name): pass\n"), "x.py").gives;
        let pairs: Vec<(&str, &str)> = gives.iter().map(|(name, module)| (name.as_str(), module.as_str())).collect();
        assert_eq!(pairs, [("A", ".main"), ("B", "b")]);
    }

    #[test]
    fn broken_sources_give_what_can_be_understood() {
        assert_eq!(imports("import a\ndef f(:\nimport b\n", "x.py").first().map(String::as_str), Some("a [] Always"));
        assert_eq!(imports("\0\u{feff}(((", "x.py"), Vec::<String>::new());
    }

    #[test]
    fn nesting_of_any_depth_is_refused_or_read_and_never_crashes() {
        let deep = 150_000;
        let sources = [
            "(".repeat(deep),
            "-".repeat(deep) + "1",
            "not \\\n".repeat(deep) + "1",
            "lambda a,b:".repeat(deep / 2) + "1",
            "x".to_owned() + &".a".repeat(deep),
            "x".to_owned() + &"[0,".repeat(deep),
            "1+".repeat(deep) + "1",
            "sys.path.append(".to_owned() + &"'a'+".repeat(5_000) + "'a')",
            "f'{".repeat(deep / 2),
            "(\")\" not\n".to_owned() + &"not\n".repeat(deep) + "1)",
            (0..1000).map(|depth| " ".repeat(depth) + "if x:\n").collect(),
            (0..1000).map(|depth| " ".repeat(depth) + "try:\n").collect(),
        ];
        for source in sources {
            let _ = python::on_deep_stacks(|| parse(&source, b"x.py"));
        }
    }
}
