//! Names that a module gives when they are asked for: `__getattr__` over a table such as
//! `{"BaseModel": (__spec__.parent, ".main")}`.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, Stmt};

use crate::model::escape::printable;

/// More names than this are no such table.
const MOST: usize = 5_000;

/// The tables of a source, and whether it gives names at all.
#[derive(Default)]
pub(super) struct Lazy {
    names: BTreeMap<String, String>,
    gives: bool,
}

impl Lazy {
    pub(super) fn take(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.gives |= function.name.as_str() == "__getattr__",
            Stmt::Assign(assign) => self.table(&assign.value),
            Stmt::AnnAssign(assign) => assign.value.iter().for_each(|value| self.table(value)),
            _ => {}
        }
    }

    /// The module that each name comes from, as the table writes it.
    pub(super) fn names(self) -> BTreeMap<String, String> {
        if self.gives { self.names } else { BTreeMap::new() }
    }

    fn table(&mut self, value: &Expr) {
        let Expr::Dict(table) = value else { return };
        for item in &table.items {
            let (Some(Expr::StringLiteral(name)), Some(module)) = (&item.key, module(&item.value)) else { continue };
            if self.names.len() < MOST {
                self.names.insert(printable(name.value.to_str().as_bytes()), module);
            }
        }
    }
}

/// The text of a value, or of several the first that has a dot.
fn module(value: &Expr) -> Option<String> {
    let elements = match value {
        Expr::Tuple(tuple) => &tuple.elts[..],
        Expr::List(list) => &list.elts[..],
        one => std::slice::from_ref(one),
    };
    let texts = elements.iter().filter_map(|element| match element {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        _ => None,
    });
    let is_name = |text: &&str| {
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        !text.is_empty() && text.chars().all(is_letter)
    };
    let texts: Vec<&str> = texts.filter(is_name).collect();
    let dotted = texts.iter().find(|text| text.contains('.')).or(texts.first())?;
    Some(printable(dotted.as_bytes()))
}
