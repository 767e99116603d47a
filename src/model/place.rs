//! Where in somebody's files a finding is to be mended: what annotations and quality reports point at.

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, fit to print; from the repository's root where it lies below it.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// The first line of a file.
    pub fn top(path: String) -> Place {
        Place { path, line: 1 }
    }
}

/// Where everything that a verdict says is to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// A place for each finding, in their order.
    pub findings: Vec<Place>,
    /// Where what concerns the whole is to be mended: the plan, or the bundle where there is none.
    pub whole: Place,
}
