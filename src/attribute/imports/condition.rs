//! Conditions that Lambda answers: the version of Python, the system, whether a type checker looks.

use ruff_python_ast::{CmpOp, Expr, ExprCompare, Number, UnaryOp};

/// When a block runs that stands below a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Always,
    Never,
    /// From this Python on.
    Since(u8, u8),
    /// With Pythons before this one.
    Before(u8, u8),
    NotKnown,
}

impl Answer {
    /// When the other branch runs.
    pub(super) fn otherwise(self) -> Answer {
        match self {
            Answer::Always => Answer::Never,
            Answer::Never => Answer::Always,
            Answer::Since(major, minor) => Answer::Before(major, minor),
            Answer::Before(major, minor) => Answer::Since(major, minor),
            Answer::NotKnown => Answer::NotKnown,
        }
    }
}

/// What is known of a condition.
pub(super) fn answer(test: &Expr) -> Answer {
    match test {
        Expr::UnaryOp(negated) if negated.op == UnaryOp::Not => simple(&negated.operand).otherwise(),
        other => simple(other),
    }
}

fn simple(test: &Expr) -> Answer {
    match test {
        Expr::BooleanLiteral(literal) => {
            if literal.value {
                Answer::Always
            } else {
                Answer::Never
            }
        }
        Expr::Compare(comparison) => compared(comparison),
        _ => match dotted(test).rsplit('.').next() {
            Some("TYPE_CHECKING" | "PY2") => Answer::Never,
            Some("PY3") => Answer::Always,
            _ => Answer::NotKnown,
        },
    }
}

fn compared(comparison: &ExprCompare) -> Answer {
    let ([operator], [right]) = (&comparison.ops[..], &comparison.comparators[..]) else { return Answer::NotKnown };
    match (&*comparison.left, right) {
        (left, Expr::StringLiteral(text)) => {
            let is_so = match (dotted(left).as_str(), text.value.to_str()) {
                ("__name__", "__main__") => false,
                ("sys.platform", system) => system == "linux",
                ("os.name" | "_os.name", system) => system == "posix",
                _ => return Answer::NotKnown,
            };
            match operator {
                CmpOp::Eq if is_so => Answer::Always,
                CmpOp::NotEq if !is_so => Answer::Always,
                CmpOp::Eq | CmpOp::NotEq => Answer::Never,
                _ => Answer::NotKnown,
            }
        }
        (left, right) if is_version(left) => version(right).map_or(Answer::NotKnown, |it| versions(*operator, it)),
        _ => Answer::NotKnown,
    }
}

/// `sys.version_info`, a part of it from its start, or its first item.
fn is_version(expression: &Expr) -> bool {
    let whole = match expression {
        Expr::Subscript(part) => match &*part.slice {
            Expr::Slice(slice) if slice.lower.is_none() => &part.value,
            Expr::NumberLiteral(_) if number(&part.slice) == Some(0) => &part.value,
            _ => return false,
        },
        other => other,
    };
    matches!(dotted(whole).as_str(), "sys.version_info" | "version_info" | "sys.version_info.major")
}

/// `(3, 8)`, `(3,)`, `3`: as far as a minor version, and whether more follows.
fn version(expression: &Expr) -> Option<(u8, u8)> {
    let parts: Vec<u8> = match expression {
        Expr::Tuple(tuple) => tuple.elts.iter().map(number).collect::<Option<_>>()?,
        other => vec![number(other)?],
    };
    match parts[..] {
        [major] => Some((major, 0)),
        [major, minor, ..] => Some((major, minor)),
        [] => None,
    }
}

fn versions(operator: CmpOp, (major, minor): (u8, u8)) -> Answer {
    match operator {
        CmpOp::GtE => Answer::Since(major, minor),
        CmpOp::Lt => Answer::Before(major, minor),
        // A version has more parts than what it is compared with, so 3.8.1 is above (3, 8).
        CmpOp::Gt if minor > 0 => Answer::Since(major, minor),
        CmpOp::LtE if minor > 0 => Answer::Before(major, minor),
        CmpOp::Eq if minor == 0 => {
            if major == 3 {
                Answer::Always
            } else {
                Answer::Never
            }
        }
        CmpOp::Gt if major < 3 => Answer::Always,
        _ => Answer::NotKnown,
    }
}

fn number(expression: &Expr) -> Option<u8> {
    match expression {
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(int) => int.as_u8(),
            _ => None,
        },
        _ => None,
    }
}

/// `sys.version_info` as text; empty for what is no such name.
pub(super) fn dotted(expression: &Expr) -> String {
    match expression {
        Expr::Name(name) => name.id.to_string(),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(name) => format!("{}.{}", name.id, attribute.attr),
            Expr::Attribute(inner) => match &*inner.value {
                Expr::Name(name) => format!("{}.{}.{}", name.id, inner.attr, attribute.attr),
                _ => String::new(),
            },
            _ => String::new(),
        },
        _ => String::new(),
    }
}
