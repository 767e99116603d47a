//! How rows are arranged: their order, and which size counts.

/// The order of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Largest first, by the size that is shown.
    #[default]
    Size,
    /// By name.
    Name,
    /// Most files first.
    Files,
    /// Largest zipped size first.
    Zipped,
    /// By bucket, then size.
    Bucket,
}

impl Order {
    /// The one after it.
    pub(super) fn next(self) -> Order {
        match self {
            Order::Size => Order::Name,
            Order::Name => Order::Files,
            Order::Files => Order::Zipped,
            Order::Zipped => Order::Bucket,
            Order::Bucket => Order::Size,
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Order::Size => "size",
            Order::Name => "name",
            Order::Files => "files",
            Order::Zipped => "zipped",
            Order::Bucket => "bucket",
        }
    }
}

/// Which size counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// As it lies on disk, which is what the 250 MB are about.
    #[default]
    Unzipped,
    /// As it lies in the archive, which is what the 50 MB are about.
    Zipped,
}

/// Which bytes a package's size counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// What it owns.
    #[default]
    Own,
    /// What would go if it went.
    Retained,
    /// It and all that it needs, each once.
    WithNeeds,
}

impl Scope {
    /// The one after it.
    pub fn next(self) -> Scope {
        match self {
            Scope::Own => Scope::Retained,
            Scope::Retained => Scope::WithNeeds,
            Scope::WithNeeds => Scope::Own,
        }
    }

    /// The head of its column, at most nine letters.
    pub fn column(self) -> &'static str {
        match self {
            Scope::Own => "unzipped",
            Scope::Retained => "retained",
            Scope::WithNeeds => "+ needs",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Scope::Own => "sizes are what each package owns",
            Scope::Retained => "sizes are what would go if the package went",
            Scope::WithNeeds => "sizes are the package and all that it needs, each once",
        }
    }
}
