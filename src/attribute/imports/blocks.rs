//! The blocks of statements, each with when it runs and what the failing of an import in it means.

use ruff_python_ast::{ExceptHandler, ExceptHandlerExceptHandler, Expr, Stmt, StmtIf, StmtTry, StmtWith};

use super::condition::{self, Answer};
use crate::model::facts::{Branch, Import, Timing};

/// More branches in each other than this are a condition that is not known.
const DEEPEST: usize = 12;

/// What is known of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    timing: Timing,
    within: Vec<Branch>,
    in_class: bool,
}

impl Context {
    /// An import statement of the block, without its module.
    pub(super) fn import(&self) -> Import {
        Import { timing: self.timing, within: self.within.clone(), ..Import::default() }
    }

    /// Whether what it binds are names of the module.
    pub(super) fn is_top_level(&self) -> bool {
        !self.in_class && matches!(self.timing, Timing::Always | Timing::Conditional)
    }

    fn at(&self, timing: Timing) -> Context {
        Context { timing: self.timing.max(timing), ..self.clone() }
    }

    fn inside(&self, branch: Branch) -> Context {
        let mut context = self.clone();
        if context.within.len() < DEEPEST {
            context.within.push(branch);
            context
        } else {
            context.at(Timing::Conditional)
        }
    }

    fn of(&self, answer: Answer) -> Context {
        match answer {
            Answer::Always => self.clone(),
            Answer::Never => self.at(Timing::Never),
            Answer::Since(major, minor) => self.inside(Branch::Since(major, minor)),
            Answer::Before(major, minor) => self.inside(Branch::Before(major, minor)),
            Answer::NotKnown => self.at(Timing::Conditional),
        }
    }
}

type Block<'a> = (&'a [Stmt], Context);

/// Numbers the `try` statements of a source.
#[derive(Default)]
pub(super) struct Numbering(u32);

impl Numbering {
    /// The blocks of a statement in the order in which they run.
    pub(super) fn blocks<'a>(&mut self, statement: &'a Stmt, context: &Context) -> Vec<Block<'a>> {
        let maybe = || context.at(Timing::Conditional);
        match statement {
            Stmt::FunctionDef(function) => vec![(&function.body[..], context.at(Timing::InFunction))],
            Stmt::ClassDef(class) => vec![(&class.body[..], Context { in_class: true, ..context.clone() })],
            Stmt::If(condition) => branches(condition, context),
            Stmt::Try(attempt) => self.attempt(attempt, context),
            Stmt::With(with) => vec![(&with.body[..], self.with(with, context))],
            Stmt::For(each) => vec![(&each.body[..], maybe()), (&each.orelse[..], maybe())],
            Stmt::While(while_) => vec![(&while_.body[..], maybe()), (&while_.orelse[..], maybe())],
            Stmt::Match(choice) => choice.cases.iter().map(|case| (&case.body[..], maybe())).collect(),
            _ => Vec::new(),
        }
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.saturating_add(1);
        self.0
    }

    /// `with suppress(ImportError):` catches like a `try`.
    fn with(&mut self, with: &StmtWith, context: &Context) -> Context {
        let catches = with.items.iter().any(|item| match &item.context_expr {
            Expr::Call(call) => is_named(&call.func, &["suppress"]) && call.arguments.args.iter().any(catches_imports),
            _ => false,
        });
        if catches { context.inside(Branch::Try(self.next())) } else { context.clone() }
    }

    /// A handler that raises again catches nothing: what fails in the body fails the module.
    fn attempt<'a>(&mut self, attempt: &'a StmtTry, context: &Context) -> Vec<Block<'a>> {
        let catching = attempt.handlers.iter().position(|handler| handler_of(handler).is_some_and(catches_all));
        let raises = catching.is_some_and(|place| raises_again(&attempt.handlers[place]));
        let number = catching.filter(|_| !raises).map(|_| self.next());
        let (tried, otherwise) = match number {
            Some(number) => (context.inside(Branch::Try(number)), context.inside(Branch::Else(number))),
            None => (context.clone(), context.clone()),
        };
        let handlers = attempt.handlers.iter().enumerate().map(|(place, handler)| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let runs = match number {
                Some(number) if Some(place) == catching => context.inside(Branch::Except(number)),
                _ => context.at(Timing::Conditional),
            };
            (&handler.body[..], runs)
        });
        let handlers: Vec<Block<'_>> = if raises { Vec::new() } else { handlers.collect() };
        let last = (&attempt.finalbody[..], context.clone());
        [(&attempt.body[..], tried), (&attempt.orelse[..], otherwise)]
            .into_iter()
            .chain(handlers)
            .chain([last])
            .collect()
    }
}

fn branches<'a>(condition: &'a StmtIf, context: &Context) -> Vec<Block<'a>> {
    let first = condition::answer(&condition.test);
    let mut blocks = vec![(&condition.body[..], context.of(first))];
    let mut rest = context.of(first.otherwise());
    for clause in &condition.elif_else_clauses {
        let answer = clause.test.as_ref().map_or(Answer::Always, condition::answer);
        blocks.push((&clause.body[..], rest.of(answer)));
        rest = rest.of(answer.otherwise());
    }
    blocks
}

fn handler_of(handler: &ExceptHandler) -> Option<&ExceptHandlerExceptHandler> {
    let ExceptHandler::ExceptHandler(handler) = handler;
    Some(handler)
}

fn catches_all(handler: &ExceptHandlerExceptHandler) -> bool {
    handler.type_.as_deref().is_none_or(catches_imports)
}

/// Whether the handler ends in `raise` or in leaving the program, whatever comes before.
fn raises_again(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    matches!(handler.body.last(), Some(Stmt::Raise(_)))
}

/// Whether an exception's type, or one of several, is that of a failing import or above it.
fn catches_imports(caught: &Expr) -> bool {
    let named = |one: &Expr| is_named(one, &["ImportError", "ModuleNotFoundError", "Exception", "BaseException"]);
    match caught {
        Expr::Tuple(several) => several.elts.iter().any(named),
        one => named(one),
    }
}

/// Whether an expression is one of these names, or an attribute of that name.
fn is_named(expression: &Expr, names: &[&str]) -> bool {
    match expression {
        Expr::Name(name) => names.contains(&name.id.as_str()),
        Expr::Attribute(attribute) => names.contains(&attribute.attr.as_str()),
        _ => false,
    }
}
