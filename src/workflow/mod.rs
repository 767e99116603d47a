//! Floor 3: load, check, save, pack from end to end, for terminal and command line alike.
//!
//! The steps can be taken one by one ([`find_plan`], [`load_bundle`]) or all at once ([`load`]). Nothing is written but
//! by [`save_plan`], [`save_lock`] and [`fn@pack`], and never into the build that is open.
//!
//! # Where the plan lies
//!
//! With `--plan FILE` there, whether it exists already or is yet to be written. Else the first of these that exists:
//!
//! 1. `bayplan.toml` beside PATH: in the folder that holds the build's folder or zip;
//! 2. `bayplan.toml` where the user stands, if PATH lies below (`bayplan .aws-sam/build/Function`) and is nothing that
//!    was packed already: the manifest beside an artifact names it, and it is judged as it is;
//! 3. `bayplan.toml` inside PATH, if somebody put one there. It is read; to change it, it has to be moved out.
//!
//! Before each of the first two, the plan of this build's own name is looked for, `bayplan-worker.toml` for `worker.zip`:
//! several builds in one folder each have theirs. A plan that is another build's, by its `source` or its function's
//! name, is not taken, and that is said. A namesake that lies beside the plan has the better claim to it.
//!
//! Where there is none, a new one is saved beside PATH; for `demo:`, where the user stands, and it says that it is the
//! recording's. The lock lies beside the
//! plan under the same name, with the ending `.lock`.

mod about;
mod advise;
mod compare;
mod deployed;
mod deployment;
mod draft;
mod export;
mod files;
mod inspect;
mod load;
mod locate;
mod manifest;
mod nearby;
mod pack;
mod places;
mod report_file;
mod save;
mod today;
mod whose;
mod zipped;

pub use about::about;
pub use advise::{Question, advise};
pub use compare::{changed, compare};
pub use deployment::DeploymentError;
pub use draft::{Draft, image_objection};
pub use export::{Existing, ExportFailure, Exported, write_files};
pub use files::{FileError, words as system_words};
pub use inspect::{InspectError, inspect};
pub use load::{LoadError, LoadOptions, Loaded, load, load_bundle, load_without_lock};
pub use locate::{OpenedPlan, PlanFile, find_plan};
pub use manifest::plan_digest;
pub use pack::{Errors, Outcome, PackFailure, PackOptions, bytes_to_pack, pack};
pub use places::places;
pub use report_file::{Guarded, ReportFileError, append_report, write_report};
pub use save::{SaveError, Saved, save_lock, save_plan};
pub use today::today;
pub use zipped::{Packing, ZippedWish, assess_as_loaded, cache_folder, measure};

use crate::model::escape::shown_path as shown;
use crate::session::Assessment;

/// What a loaded plan comes to.
pub fn assess(loaded: &Loaded) -> Assessment {
    Assessment::new(&loaded.bundle, &loaded.plan, &loaded.target, &loaded.background)
}
