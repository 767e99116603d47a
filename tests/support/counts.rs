//! How much the suites try that hold the promises of the README: they size their own tables by this, and the README's
//! table is written from it.

#![allow(dead_code, reason = "each suite uses its own")]

/// Builds made to hurt, and those of them that must never pass.
pub const HOSTILE_BUILDS: usize = 20;
/// Of the hostile builds, those that would fail in Lambda or that nobody can know.
pub const BROKEN_BUILDS: usize = 6;
/// Names that want to be more than names.
pub const NAMES: usize = 25;
/// Commands that each hostile build goes through.
pub const COMMANDS: usize = 16;
/// Places at which a zip is cut off.
pub const CUTS: usize = 64;
/// Archives altered at random and read by others as well.
pub const ALTERED: usize = 3_000;
/// Commands that write.
pub const WRITERS: usize = 14;
/// What befalls a call that writes.
pub const FAULTS: usize = 11;
/// Sizes of a disk for each command that writes onto it.
pub const DISKS: usize = 20;
/// What the screen is doing when it is ended.
pub const PHASES: usize = 7;
/// What ends it.
pub const ENDINGS: usize = 6;
/// Plans that are refused by name.
pub const PLANS: usize = 54;
/// Settings of a plan with a value of the wrong type.
pub const SETTINGS: usize = 327;
/// Readings of locks that are refused by name.
pub const LOCKS: usize = 137;
/// Lists of files that lie about their distribution.
pub const RECORDS: usize = 15;
/// Source maps and metafiles.
pub const MAPS: usize = 13;
/// Manifests of artifacts.
pub const MANIFESTS: usize = 27;
/// Files and folders in the place of those in which measured sizes are kept.
pub const KEPT: usize = 23;
/// Files of keys.
pub const KEY_FILES: usize = 33;
/// Names of themes.
pub const THEMES: usize = 9;
