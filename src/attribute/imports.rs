//! What a Python source imports, and when: at once, in a `try`, for type checkers only, or in a function.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtIf, StmtImportFrom, StmtTry};

use super::python::{self, LONGEST_SOURCE};
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::facts::{Import, Timing};
use crate::model::listing::Listing;

/// Reads the imports of one source; `root` is the folder that its module's name counts from.
pub fn read(listing: &Listing, contents: &dyn Contents, entry: EntryId, root: EntryId) -> Result<Vec<Import>, String> {
    let content = contents.read(listing, entry, LONGEST_SOURCE).map_err(|why| why.to_string())?;
    if !content.whole {
        return Err("is too long to be read for imports".to_owned());
    }
    let path = listing.path_below(entry, root);
    parse(&String::from_utf8_lossy(&content.bytes), &path)
        .ok_or_else(|| "nests too deeply to be read for imports".to_owned())
}

fn parse(source: &str, path: &[u8]) -> Option<Vec<Import>> {
    let packages: Vec<String> = path.split(|&byte| byte == b'/').map(printable).collect();
    let packages = packages.split_last().map(|(_, folders)| folders.to_vec()).unwrap_or_default();
    python::with_module(source, |body| found(body, &packages))
}

/// Imports by module and timing, so that `from a import b` and `from a import c` become one.
type Found = BTreeMap<(String, Timing), BTreeSet<String>>;

/// Walks the statements; what waits is kept in a list, so that no nesting deepens the stack.
fn found(body: &[Stmt], packages: &[String]) -> Vec<Import> {
    let mut found = Found::new();
    let mut waiting: Vec<(&[Stmt], Timing)> = vec![(body, Timing::Always)];
    while let Some((body, timing)) = waiting.pop() {
        for statement in body {
            take(&mut found, statement, timing, packages);
            waiting.extend(bodies(statement).into_iter().map(|(body, inner)| (body, timing.max(inner))));
        }
    }
    found
        .into_iter()
        .map(|((module, timing), names)| Import { module, names: names.into_iter().collect(), timing })
        .collect()
}

fn take(found: &mut Found, statement: &Stmt, timing: Timing, packages: &[String]) {
    match statement {
        Stmt::Import(import) => {
            for alias in &import.names {
                found.entry((printable(alias.name.as_bytes()), timing)).or_default();
            }
        }
        Stmt::ImportFrom(import) => {
            let names = found.entry((source_module(import, packages), timing)).or_default();
            names.extend(import.names.iter().map(|alias| printable(alias.name.as_bytes())));
        }
        _ => {}
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

/// The blocks of a statement, each with when it runs.
fn bodies(statement: &Stmt) -> Vec<(&[Stmt], Timing)> {
    match statement {
        Stmt::FunctionDef(function) => vec![(&function.body[..], Timing::InFunction)],
        Stmt::ClassDef(class) => vec![(&class.body[..], Timing::Always)],
        Stmt::If(condition) => branches(condition),
        Stmt::Try(attempt) => attempts(attempt),
        Stmt::With(with) => vec![(&with.body[..], Timing::Always)],
        Stmt::For(each) => vec![(&each.body[..], Timing::Guarded), (&each.orelse[..], Timing::Guarded)],
        Stmt::While(while_) => vec![(&while_.body[..], Timing::Guarded), (&while_.orelse[..], Timing::Guarded)],
        Stmt::Match(choice) => choice.cases.iter().map(|case| (&case.body[..], Timing::Guarded)).collect(),
        _ => Vec::new(),
    }
}

fn branches(condition: &StmtIf) -> Vec<(&[Stmt], Timing)> {
    let for_checkers = is_type_checking(&condition.test);
    let first = if for_checkers { Timing::TypeChecking } else { Timing::Guarded };
    let otherwise = condition.elif_else_clauses.iter().map(|clause| {
        // What is not for type checkers is for everybody else.
        let always = for_checkers && clause.test.is_none();
        (&clause.body[..], if always { Timing::Always } else { Timing::Guarded })
    });
    std::iter::once((&condition.body[..], first)).chain(otherwise).collect()
}

/// `TYPE_CHECKING` or `typing.TYPE_CHECKING`.
fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

fn attempts(attempt: &StmtTry) -> Vec<(&[Stmt], Timing)> {
    let catches = attempt.handlers.iter().any(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        handler.type_.as_deref().is_none_or(catches_import_errors)
    });
    let body = if catches { Timing::Guarded } else { Timing::Always };
    let handlers = attempt.handlers.iter().map(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        (&handler.body[..], Timing::Guarded)
    });
    let plain = [(&attempt.body[..], body), (&attempt.orelse[..], body), (&attempt.finalbody[..], Timing::Always)];
    plain.into_iter().chain(handlers).collect()
}

fn catches_import_errors(caught: &Expr) -> bool {
    let named = |expression: &Expr| match expression {
        Expr::Name(name) => {
            matches!(name.id.as_str(), "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
        }
        _ => false,
    };
    match caught {
        Expr::Tuple(several) => several.elts.iter().any(named),
        one => named(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(source: &str, path: &str) -> Vec<String> {
        let parsed = python::on_deep_stacks(|| parse(source, path.as_bytes())).unwrap().unwrap();
        parsed.iter().map(|import| format!("{} {:?} {:?}", import.module, import.names, import.timing)).collect()
    }

    #[test]
    fn every_import_is_told_with_its_time() {
        let source = "import os.path, numpy as np\n\
                      from typing import TYPE_CHECKING\n\
                      if TYPE_CHECKING:\n    import a\nelse:\n    import b\n\
                      try:\n    import c\nexcept ImportError:\n    c = None\n\
                      try:\n    import d\nfinally:\n    pass\n\
                      def f():\n    import e\n    if x:\n        import g\n\
                      class C:\n    import h\n";
        let expected = [
            "a [] TypeChecking",
            "b [] Always",
            "c [] Guarded",
            "d [] Always",
            "e [] InFunction",
            "g [] InFunction",
            "h [] Always",
            "numpy [] Always",
            "os.path [] Always",
            "typing [\"TYPE_CHECKING\"] Always",
        ];
        assert_eq!(imports(source, "x.py"), expected);
    }

    #[test]
    fn relative_imports_count_from_the_file() {
        let source = "from . import a\nfrom .b import c\nfrom ..d import e\nfrom ...... import f\n";
        let expected = ["...... [\"f\"] Always", "p.d [\"e\"] Always", "p.q [\"a\"] Always", "p.q.b [\"c\"] Always"];
        assert_eq!(imports(source, "p/q/m.py"), expected);
        assert_eq!(imports("from . import a", "p/q/__init__.py"), ["p.q [\"a\"] Always"]);
        assert_eq!(imports("from . import a", "m.py"), [". [\"a\"] Always"], "above the root there is no package");
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
            "f'{".repeat(deep / 2),
            "(\")\" not\n".to_owned() + &"not\n".repeat(deep) + "1)",
            (0..1000).map(|depth| " ".repeat(depth) + "if x:\n").collect(),
        ];
        for source in sources {
            let _ = python::on_deep_stacks(|| parse(&source, b"x.py"));
        }
    }
}
