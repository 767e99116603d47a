//! Changes of `sys.path`, and the folders that they name, where the source says so plainly:
//! `sys.path.insert(0, os.path.join(os.path.dirname(__file__), "vendor"))`.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, ExprCall, Operator};

use super::condition::dotted;
use crate::model::escape::printable;
use crate::model::facts::{PathEdit, PathEnd};

/// Expressions are looked into this deep.
const DEEPEST: usize = 10;
/// A longer text is no folder's path.
const LONGEST: usize = 1024;
const SEARCH_PATH: &str = "sys.path";
const TASK_ROOT: &str = "/var/task";

/// The folders that names of the source stand for.
#[derive(Default)]
pub(super) struct Folders(BTreeMap<String, String>);

impl Folders {
    /// `sys.path.append(…)` and its like.
    pub(super) fn call(&self, call: &ExprCall, after: usize) -> Option<PathEdit> {
        let arguments = &call.arguments.args[..];
        let function = dotted(&call.func);
        let (end, folder) = match (function.strip_prefix("sys.path."), arguments) {
            (Some("append"), [folder]) => (PathEnd::Last, self.folder(folder, 0)),
            (Some("insert"), [_, folder]) => (PathEnd::First, self.folder(folder, 0)),
            (Some("extend"), [folders]) => (PathEnd::Last, self.only(folders)),
            (Some("remove" | "pop" | "clear" | "extend" | "append" | "insert"), _) => (PathEnd::First, None),
            _ if function == "site.addsitedir" => (PathEnd::Last, arguments.first().and_then(|it| self.folder(it, 0))),
            _ => return None,
        };
        Some(PathEdit { after, end, folder })
    }

    /// `sys.path = …`, and names that are given to folders.
    pub(super) fn assign(&mut self, targets: &[Expr], value: &Expr, after: usize) -> Option<PathEdit> {
        let [target] = targets else { return None };
        let changed = match target {
            Expr::Subscript(part) => &part.value,
            other => other,
        };
        if dotted(changed) == SEARCH_PATH {
            return Some(PathEdit { after, end: PathEnd::First, folder: None });
        }
        if let (Expr::Name(name), Some(folder)) = (target, self.folder(value, 0)) {
            self.0.insert(name.id.to_string(), folder);
        }
        None
    }

    /// `sys.path += […]`
    pub(super) fn add(&self, target: &Expr, value: &Expr, after: usize) -> Option<PathEdit> {
        let edit = || PathEdit { after, end: PathEnd::Last, folder: self.only(value) };
        (dotted(target) == SEARCH_PATH).then(edit)
    }

    fn only(&self, list: &Expr) -> Option<String> {
        let elements = match list {
            Expr::List(list) => &list.elts[..],
            Expr::Tuple(tuple) => &tuple.elts[..],
            _ => return None,
        };
        let [one] = elements else { return None };
        self.folder(one, 0)
    }

    fn folder(&self, expression: &Expr, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        let inner = |expression: &Expr| self.folder(expression, depth + 1);
        let folder = match expression {
            Expr::StringLiteral(text) => printable(text.value.to_str().as_bytes()),
            Expr::Name(name) if name.id.as_str() == "__file__" => "$FILE".to_owned(),
            Expr::Name(name) => self.0.get(name.id.as_str())?.clone(),
            Expr::BinOp(pair) if pair.op == Operator::Add => inner(&pair.left)? + &inner(&pair.right)?,
            Expr::BinOp(pair) if pair.op == Operator::Div => joined(&inner(&pair.left)?, &inner(&pair.right)?),
            Expr::Attribute(attribute) if attribute.attr.as_str() == "parent" => inner(&attribute.value)? + "/..",
            Expr::Subscript(part) if dotted(&part.value) == "os.environ" => task_root(&part.slice)?,
            Expr::Call(call) => self.called(call, depth)?,
            _ => return None,
        };
        (folder.len() <= LONGEST).then_some(folder)
    }

    fn called(&self, call: &ExprCall, depth: usize) -> Option<String> {
        let inner = |expression: &Expr| self.folder(expression, depth + 1);
        let arguments = &call.arguments.args[..];
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return None,
        };
        match (name, arguments) {
            ("dirname", [path]) => Some(inner(path)? + "/.."),
            ("abspath" | "realpath" | "normpath" | "str" | "Path" | "PurePath" | "fspath", [path]) => inner(path),
            ("join", [first, rest @ ..]) => {
                rest.iter().try_fold(inner(first)?, |path, part| Some(joined(&path, &inner(part)?)))
            }
            ("getcwd" | "cwd", []) => Some(TASK_ROOT.to_owned()),
            ("get" | "getenv", [variable, ..]) => task_root(variable),
            ("resolve" | "absolute" | "as_posix", []) => match &*call.func {
                Expr::Attribute(attribute) => inner(&attribute.value),
                _ => None,
            },
            _ => None,
        }
    }
}

fn joined(path: &str, part: &str) -> String {
    if part.starts_with('/') { part.to_owned() } else { format!("{path}/{part}") }
}

fn task_root(variable: &Expr) -> Option<String> {
    match variable {
        Expr::StringLiteral(name) if name.value.to_str() == "LAMBDA_TASK_ROOT" => Some(TASK_ROOT.to_owned()),
        _ => None,
    }
}
