//! bayplan: a terminal explorer for AWS Lambda bundles.
//!
//! A *bay plan* is the drawing that says which container goes in which bay of the ship. bayplan is that drawing for a
//! Lambda bundle: it shows whose bytes push a build over 250 MB, lets a person move packages between the function, its
//! layers and EFS while every budget follows, and writes the plan that CI checks.
//!
//! # Architecture
//!
//! One crate, a library and a thin binary, built as floors. **A floor imports only from lower floors, and neighbours on
//! a floor do not import each other**; `tests/floors.rs` reads the imports and keeps that so.
//!
//! | floor | modules | what they do |
//! |---|---|---|
//! | 5 | [`cli`] | arguments, exit codes, a file per subcommand |
//! | 4 | [`tui`] | the only code that knows a terminal: guard, layout, input, keymap, theme, a view per region |
//! | 3 | [`workflow`] | load, check, save, pack from end to end, for terminal and command line alike |
//! | 2 | [`session`] [`fit`] | the interactive program without a terminal: state, message, update, history, drag; a bundle becomes the best plan, with the proof |
//! | 1 | [`scan`] [`attribute`] [`planfile`] [`verdict`] [`pack`] [`deploy`] [`report`] | from a path to a listing; from a listing to a bundle; plan ↔ text; bundle + plan to findings, and to artifacts; plan to what deploys it; findings to text |
//! | 0 | [`model`] | the words of the product as types. Pure |
//!
//! ## The way of the data
//!
//! A path becomes a [`Listing`](model::listing::Listing), the files as a struct of arrays. From their contents come
//! [`Facts`](model::facts::Facts), read once. Both together become the [`Bundle`](model::bundle::Bundle), in which
//! every byte has one owner and which knows no target. A plan's slimming makes the [`Cargo`](model::cargo::Cargo),
//! packages with totals; from there on a placement is judged from totals alone, never from files, so that every hover
//! of a drag can have its [`Budgets`](model::budget::Budgets). The [`Verdict`](model::finding::Verdict) is made in one
//! place and asked by screen, check and reports alike.
//!
//! ## What never happens
//!
//! * The model reads no file, no clock and no terminal.
//! * A plan is changed by an [`Edit`](model::edit::Edit) alone, and each edit gives back its opposite.
//! * Drawing changes no state; where things lie on the screen is returned by the layout, and the mouse asks it.
//! * No coordinate reaches the session, no key reaches the model.
//! * Text that strangers wrote reaches a screen or a file only through
//!   [`printable`](model::escape::printable).
//! * The build that is opened is never written to.

pub mod attribute;
pub mod cli;
pub mod deploy;
pub mod fit;
pub mod model;
pub mod pack;
pub mod planfile;
pub mod report;
pub mod scan;
pub mod session;
pub mod tui;
pub mod verdict;
pub mod workflow;
