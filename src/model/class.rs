//! What kind of bytes a file holds. Each file has one primary class, so that slimming is a sum of classes.

use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// The primary class of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Sources that the runtime reads.
    Code,
    /// Compiled Python: `.pyc`.
    Bytecode,
    /// Anything in a folder named `tests` or `test`, bytecode apart.
    Tests,
    /// Bytecode in a folder named `tests` or `test`: leaves with either rule, counted once.
    TestBytecode,
    /// Type stubs and declarations.
    Stubs,
    /// Shared libraries and extension modules.
    Native,
    /// Native files for macOS or Windows, which Lambda never loads.
    Foreign,
    /// Headers and sources of compiled code.
    Headers,
    /// Static libraries.
    StaticLibraries,
    /// Documentation.
    Docs,
    /// Source maps.
    Maps,
    /// Packages as they were fetched, before they were installed: `cache/*.gem`.
    Archives,
    /// What describes the package: `*.dist-info`.
    Metadata,
    /// Metadata whose content depends on where and how the build ran: `RECORD`, `INSTALLER`, `bin/` scripts.
    BuildMetadata,
    /// Everything else.
    Data,
}

impl Class {
    /// All classes, in the order in which they are shown.
    pub const ALL: [Class; 15] = [
        Class::Code,
        Class::Bytecode,
        Class::Tests,
        Class::TestBytecode,
        Class::Stubs,
        Class::Native,
        Class::Foreign,
        Class::Headers,
        Class::StaticLibraries,
        Class::Docs,
        Class::Maps,
        Class::Archives,
        Class::Metadata,
        Class::BuildMetadata,
        Class::Data,
    ];

    /// For people and reports.
    pub fn name(self) -> &'static str {
        match self {
            Class::Code => "code",
            Class::Bytecode => "bytecode",
            Class::Tests => "tests",
            Class::TestBytecode => "test bytecode",
            Class::Stubs => "type stubs",
            Class::Native => "native",
            Class::Foreign => "for other systems",
            Class::Headers => "headers",
            Class::StaticLibraries => "static libraries",
            Class::Docs => "docs",
            Class::Maps => "source maps",
            Class::Archives => "package archives",
            Class::Metadata => "metadata",
            Class::BuildMetadata => "build metadata",
            Class::Data => "data",
        }
    }

    /// Whether such files are the same from a laptop and from a runner.
    pub fn is_stable(self) -> bool {
        !matches!(self, Class::Bytecode | Class::TestBytecode | Class::BuildMetadata)
    }
}

/// One value for each class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerClass<T>([T; Class::ALL.len()]);

impl<T> PerClass<T> {
    /// The values with their classes.
    pub fn iter(&self) -> impl Iterator<Item = (Class, &T)> {
        Class::ALL.into_iter().zip(&self.0)
    }
}

impl<T> Index<Class> for PerClass<T> {
    type Output = T;
    fn index(&self, class: Class) -> &T {
        &self.0[class as usize]
    }
}

impl<T> IndexMut<Class> for PerClass<T> {
    fn index_mut(&mut self, class: Class) -> &mut T {
        &mut self.0[class as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_stand_in_the_order_of_their_numbers() {
        for (index, class) in Class::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, index);
        }
    }
}
