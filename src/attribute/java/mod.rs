//! Java: the jars of a function and of its layers, and what fat ones brought along.

mod coordinates;
mod jar;
