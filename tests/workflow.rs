//! Saving a plan: whole or not at all, never into the build, never over somebody else's change unasked.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::Path;

use bayplan::model::edit::Edit;
use bayplan::model::finding::Judged;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Placement;
use bayplan::model::watch::{Unwatched, Watch};
use bayplan::planfile::{parse_lock, parse_plan};
use bayplan::workflow::{self, LoadError, LoadOptions, Loaded, SaveError, assess, load, save_plan};
use bundles::Files;

fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    Files::default()
        .with("app.py", "def handler(event, context): pass\n")
        .with_distribution("", "numpy", "1.24.3", &["numpy/__init__.py"])
        .write(&desk.path().join("my build"));
    desk
}

fn open(desk: &Path) -> Loaded {
    load(&desk.join("my build"), &LoadOptions::default(), &Unwatched).unwrap()
}

fn to_efs(loaded: &mut Loaded) {
    loaded.plan.apply(Edit::Move(vec![(PackageKey::new("numpy"), Some(Placement::Efs))])).unwrap();
}

fn save(loaded: &mut Loaded, overwrite: bool) -> Result<workflow::Saved, SaveError> {
    save_plan(&mut loaded.plan_file, &loaded.plan, &loaded.target, &loaded.bundle, overwrite)
}

#[test]
fn what_is_saved_is_what_is_opened_again() {
    let desk = desk();
    let mut loaded = open(desk.path());
    assert_eq!((loaded.plan.function.name.as_str(), loaded.background.judged), ("my-build", Judged::Bundle));
    assert_eq!(loaded.plan.function.handler.as_ref().unwrap().as_str(), "app.handler");
    to_efs(&mut loaded);
    let saved = save(&mut loaded, false).unwrap();
    assert_eq!(saved.plan, desk.path().join("bayplan.toml"), "beside the build, not in it");
    let again = open(desk.path());
    assert_eq!((&again.plan, again.background.judged), (&loaded.plan, Judged::Plan));
    assert!(again.words().unwrap().starts_with("continues "));
    let lock = again.background.lock.as_ref().unwrap();
    assert_eq!(lock.packages[&PackageKey::new("numpy")].bucket, "efs");
    let drift = assess(&again).verdict.findings.into_iter().find(|finding| finding.id.starts_with("drift."));
    assert_eq!(drift, None, "nothing has changed since");
}

#[test]
fn somebody_elses_change_is_not_written_over_unasked() {
    let desk = desk();
    let plan = desk.path().join("bayplan.toml");
    let mut loaded = open(desk.path());
    to_efs(&mut loaded);
    std::fs::write(&plan, "# theirs\nversion = 1\n[function.f]\n").unwrap();
    assert!(matches!(save(&mut loaded, false), Err(SaveError::Changed(words)) if words.contains("is there already")));
    assert!(!desk.path().join("bayplan.lock").exists(), "both files or none");
    save(&mut loaded, true).unwrap();
    let text = std::fs::read_to_string(&plan).unwrap();
    assert!(text.starts_with("# theirs\n"), "even then their comments stay: {text}");
    assert_eq!(parse_plan(&text).unwrap(), loaded.plan);

    std::fs::write(&plan, text + "# more\n").unwrap();
    assert!(matches!(save(&mut loaded, false), Err(SaveError::Changed(words)) if words.contains("was changed")));
    std::fs::remove_file(&plan).unwrap();
    assert!(matches!(save(&mut loaded, false), Err(SaveError::Changed(words)) if words.contains("was removed")));
}

#[test]
fn saving_twice_changes_no_byte_and_leaves_nothing_else_behind() {
    let desk = desk();
    let mut loaded = open(desk.path());
    to_efs(&mut loaded);
    let read = |name: &str| std::fs::read_to_string(desk.path().join(name)).unwrap();
    save(&mut loaded, false).unwrap();
    let first = (read("bayplan.toml"), read("bayplan.lock"));
    save(&mut loaded, false).unwrap();
    assert_eq!((read("bayplan.toml"), read("bayplan.lock")), first);
    assert!(parse_lock(&first.1).is_ok());
    let mut names: Vec<_> = std::fs::read_dir(desk.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["bayplan.lock", "bayplan.toml", "my build"]);
}

#[test]
fn a_plan_that_cannot_be_written_leaves_no_lock() {
    let desk = desk();
    let options = LoadOptions { plan: Some(desk.path().join("no/such/bayplan.toml")), ..LoadOptions::default() };
    let mut loaded = load(&desk.path().join("my build"), &options, &Unwatched).unwrap();
    let error = save(&mut loaded, false).unwrap_err().to_string();
    assert!(error.contains("no/such") && error.contains("cannot be written"), "{error}");
    assert!(!desk.path().join("no").exists());
}

#[cfg(unix)]
#[test]
fn a_read_only_plan_is_respected_and_a_mode_kept() {
    use std::os::unix::fs::PermissionsExt;
    let desk = desk();
    let plan = desk.path().join("bayplan.toml");
    std::fs::write(&plan, "version = 1\n[function.f]\n").unwrap();
    let mode = |mode| std::fs::set_permissions(&plan, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o444);
    let mut loaded = open(desk.path());
    to_efs(&mut loaded);
    assert!(save(&mut loaded, false).unwrap_err().to_string().contains("read-only"));
    assert!(!desk.path().join("bayplan.lock").exists());
    mode(0o640);
    save(&mut loaded, false).unwrap();
    assert_eq!(std::fs::metadata(&plan).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn the_command_line_wins_over_the_plan_and_the_plan_over_the_bundle() {
    let desk = desk();
    std::fs::write(desk.path().join("bayplan.toml"), "version = 1\n[function.f]\nruntime = \"python3.11\"\n").unwrap();
    assert_eq!(open(desk.path()).target.runtime.unwrap().as_str(), "python3.11");
    let options = LoadOptions {
        runtime: "python3.13".parse().ok(),
        handler: "numpy.run".to_owned().try_into().ok(),
        ..LoadOptions::default()
    };
    let loaded = load(&desk.path().join("my build"), &options, &Unwatched).unwrap();
    assert_eq!(loaded.target.runtime.unwrap().as_str(), "python3.13");
    let planned = loaded.plan.function.target.runtime.unwrap();
    assert_eq!(planned.as_str(), "python3.13", "what is saved, plan and lock, was made for one target");

    let text = "version = 1\n[function.f]\n[efs]\npackages = [\"file:app.py\"]\n";
    std::fs::write(desk.path().join("bayplan.toml"), text).unwrap();
    let options = LoadOptions { handler: "app.handler".to_owned().try_into().ok(), ..LoadOptions::default() };
    let refused = load(&desk.path().join("my build"), &options, &Unwatched).err().unwrap();
    assert!(matches!(&refused, LoadError::Handler(_)), "{refused}");
}

#[test]
fn a_load_that_nobody_wants_any_more_stops() {
    struct Impatient;
    impl Watch for Impatient {
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let desk = desk();
    let error = load(&desk.path().join("my build"), &LoadOptions::default(), &Impatient).err().unwrap();
    assert!(error.to_string().contains("cancelled"), "{error}");
}
