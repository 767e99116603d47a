//! The names that a module's top level binds, so that a handler can be looked for among them.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr, Stmt};

use crate::model::escape::printable;

/// More names than this are not kept.
const MOST: usize = 5_000;
/// What binds names that cannot be seen.
const HIDDEN: [&str; 3] = ["globals()", "exec(", "sys.modules["];

/// Collects names, until something binds what cannot be told.
pub(super) struct Binds(Option<BTreeSet<String>>);

impl Binds {
    pub(super) fn new(source: &str) -> Binds {
        let hides = HIDDEN.iter().any(|sign| source.contains(sign));
        Binds((!hides).then(BTreeSet::new))
    }

    pub(super) fn names(self) -> Option<Vec<String>> {
        self.0.filter(|names| names.len() <= MOST).map(|names| names.into_iter().collect())
    }

    pub(super) fn take(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) if function.name.as_str() == "__getattr__" => self.0 = None,
            Stmt::FunctionDef(function) => self.bind(function.name.as_str()),
            Stmt::ClassDef(class) => self.bind(class.name.as_str()),
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.bind_all(target)),
            Stmt::AnnAssign(assign) if assign.value.is_some() => self.bind_all(&assign.target),
            Stmt::AugAssign(assign) => self.bind_all(&assign.target),
            Stmt::For(each) => self.bind_all(&each.target),
            Stmt::With(with) => {
                with.items.iter().filter_map(|item| item.optional_vars.as_deref()).for_each(|it| self.bind_all(it));
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let first = alias.name.as_str().split('.').next().unwrap_or_default();
                    self.bind(alias.asname.as_ref().map_or(first, |name| name.as_str()));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.0 = None;
                    }
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name).as_str());
                }
            }
            // A match may bind anything.
            Stmt::Match(_) => self.0 = None,
            _ => {}
        }
    }

    fn bind(&mut self, name: &str) {
        if let Some(names) = self.0.as_mut().filter(|names| names.len() <= MOST) {
            names.insert(printable(name.as_bytes()));
        }
    }

    /// The names of a target; those of tuples in tuples are not looked for.
    fn bind_all(&mut self, target: &Expr) {
        let elements = match target {
            Expr::Tuple(tuple) => &tuple.elts[..],
            Expr::List(list) => &list.elts[..],
            one => std::slice::from_ref(one),
        };
        for element in elements {
            match element {
                Expr::Name(name) => self.bind(name.id.as_str()),
                Expr::Tuple(_) | Expr::List(_) | Expr::Starred(_) => self.0 = None,
                _ => {}
            }
        }
    }
}
