//! Floor 0: the words of the product as types. Pure: knows no disk, no clock, no terminal, and cannot fail but by
//! saying so in a value.

pub mod bucket;
pub mod budget;
pub mod bundle;
pub mod bytes;
pub mod cargo;
pub mod class;
pub mod container;
pub mod contents;
pub mod diff;
pub mod duplicates;
pub mod edit;
pub mod entry;
pub mod escape;
pub mod facts;
pub mod finding;
pub mod graph;
pub mod interpreter;
pub mod limits;
pub mod listing;
pub mod lock;
pub mod modules;
pub mod package;
pub mod path_file;
pub mod plan;
pub mod problem;
pub mod provided;
pub mod remembered;
pub mod search_path;
pub mod shape;
pub mod slim;
pub mod standard_library;
pub mod suspects;
pub mod target;
pub mod watch;
pub mod zipped;
