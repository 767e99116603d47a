//! Imports by names that a loop takes from a list: `for name in ("numpy", "pytz"): __import__(name)`.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};

use super::condition::dotted;
use crate::model::escape::printable;

/// More names than this are no list of modules.
const MOST: usize = 100;

/// Lists of texts that names of the source stand for.
#[derive(Default)]
pub(super) struct Lists(BTreeMap<String, Vec<String>>);

impl Lists {
    /// Notes `name = ("a", "b")` and `for name in …`. Whether the statement is such a loop, which surely runs.
    pub(super) fn take(&mut self, statement: &Stmt) -> bool {
        match statement {
            Stmt::Assign(assign) => {
                if let ([Expr::Name(name)], Some(texts)) = (&assign.targets[..], self.texts(&assign.value)) {
                    self.0.insert(name.id.to_string(), texts);
                }
                false
            }
            Stmt::For(each) => match (&*each.target, self.texts(&each.iter)) {
                (Expr::Name(name), Some(texts)) => {
                    self.0.insert(name.id.to_string(), texts);
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The texts that an expression may be.
    pub(super) fn texts(&self, expression: &Expr) -> Option<Vec<String>> {
        let elements = match expression {
            Expr::Tuple(tuple) => &tuple.elts[..],
            Expr::List(list) => &list.elts[..],
            Expr::Name(name) => return self.0.get(name.id.as_str()).cloned(),
            Expr::StringLiteral(_) => std::slice::from_ref(expression),
            _ => return None,
        };
        let text = |element: &Expr| match element {
            Expr::StringLiteral(text) => Some(printable(text.value.to_str().as_bytes())),
            _ => None,
        };
        if elements.is_empty() || elements.len() > MOST { None } else { elements.iter().map(text).collect() }
    }
}

/// What a call imports below its own package: `__import__(__package__ + ".a")`, `import_module(".a", __package__)`.
pub(super) fn below_own_package(call: &ExprCall) -> Option<String> {
    let is_package = |expression: &Expr| matches!(dotted(expression).as_str(), "__package__" | "__spec__.parent");
    let below = |text: &Expr| match text {
        Expr::StringLiteral(text) => {
            let name = text.value.to_str().strip_prefix('.')?;
            (!name.is_empty() && !name.starts_with('.')).then(|| printable(name.as_bytes()))
        }
        _ => None,
    };
    match call.arguments.args.first()? {
        Expr::BinOp(pair) if pair.op == Operator::Add && is_package(&pair.left) => below(&pair.right),
        text => {
            let package = call.arguments.find_argument_value("package", 1)?;
            below(text).filter(|_| is_package(package))
        }
    }
}

/// Whether a module raises in the end what it has caught before: `if missing: raise ImportError(…)`.
pub(super) fn raises_in_the_end(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::If(condition) => condition.body.iter().any(raises_import_error),
        _ => false,
    })
}

fn raises_import_error(statement: &Stmt) -> bool {
    let Stmt::Raise(raise) = statement else { return false };
    let raised = match raise.exc.as_deref() {
        Some(Expr::Call(call)) => &*call.func,
        Some(other) => other,
        None => return false,
    };
    matches!(raised, Expr::Name(name) if matches!(name.id.as_str(), "ImportError" | "ModuleNotFoundError"))
}
