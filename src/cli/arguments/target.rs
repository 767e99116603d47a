//! What is opened, as what it is judged, and how well its zipped sizes are to be known.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model::shape::Handler;
use crate::model::target::{Architecture, Runtime};
use crate::workflow::{self, LoadOptions, ZippedWish};

/// What is opened, and as what.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct TargetArguments {
    /// The plan's file [default: the bayplan.toml beside PATH]
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// The runtime, such as python3.13, whatever plan and bundle say
    #[arg(long, value_name = "RUNTIME")]
    pub runtime: Option<Runtime>,
    /// The architecture: x86_64 or arm64
    #[arg(long, value_name = "ARCHITECTURE")]
    pub arch: Option<Architecture>,
    /// The handler, such as app.handler, whatever the plan says
    #[arg(long, value_name = "HANDLER", value_parser = handler)]
    pub handler: Option<Handler>,
    /// Zipped sizes: auto is exact where the verdict hangs on them, and where a zip is packed
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Zipped::Auto)]
    pub zipped: Zipped,
    /// Measure zipped sizes anew and keep none for the next run
    #[arg(long)]
    pub no_cache: bool,
}

/// How well zipped sizes are to be known, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Zipped {
    Auto,
    Exact,
    Estimate,
    None,
}

impl From<Zipped> for ZippedWish {
    fn from(zipped: Zipped) -> ZippedWish {
        match zipped {
            Zipped::Auto => ZippedWish::Auto,
            Zipped::Exact => ZippedWish::Exact,
            Zipped::Estimate => ZippedWish::Estimate,
            Zipped::None => ZippedWish::None,
        }
    }
}

impl TargetArguments {
    pub(in crate::cli) fn options(&self) -> LoadOptions {
        LoadOptions {
            plan: self.plan.clone(),
            runtime: self.runtime.clone(),
            architecture: self.arch,
            handler: self.handler.clone(),
            zipped: self.zipped.into(),
            cache: if self.no_cache { None } else { workflow::cache_folder() },
            ..LoadOptions::default()
        }
    }
}

fn handler(text: &str) -> Result<Handler, String> {
    Handler::try_from(text.to_owned()).map_err(|error| error.to_string())
}
