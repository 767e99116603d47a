//! `bayplan export PATH --to TOOL`: what deploys the plan, as a file.

use std::path::Path;

use super::arguments::{Deployer, ExportArguments};
use super::report::{load, require_plan};
use super::{Exit, output};
use crate::deploy::dockerfile;
use crate::model::escape::printable;
use crate::model::limits::LIMITS;
use crate::workflow::{Loaded, plan_digest};

/// Writes the file; fails where the tool's own limit would refuse what it deploys.
pub(super) fn run(arguments: &ExportArguments) -> anyhow::Result<Exit> {
    require_plan(&arguments.target)?;
    let loaded = load(&arguments.path, &arguments.target)?;
    let (name, text) = match arguments.to {
        Deployer::Dockerfile => ("Dockerfile", image(&loaded)?),
    };
    match &arguments.out {
        None => output::print_plain(&text)?,
        Some(folder) => write(folder, name, &text, arguments.force)?,
    }
    let total = loaded.bundle.total().bytes;
    if LIMITS.image.is_reached_by(total) {
        output::say(&format!("error: the build has {}; an image may have 10 GB", total.with_exact()));
        return Ok(Exit::Fails);
    }
    Ok(Exit::Done)
}

fn image(loaded: &Loaded) -> anyhow::Result<String> {
    let digest = plan_digest(&loaded.plan).to_string();
    Ok(dockerfile(&loaded.bundle, &loaded.plan, &loaded.target, &digest)?)
}

/// Never over a file that is there, unless that is wanted.
fn write(folder: &Path, name: &str, text: &str, force: bool) -> anyhow::Result<()> {
    let path = folder.join(name);
    let shown = printable(path.as_os_str().as_encoded_bytes());
    std::fs::create_dir_all(folder).map_err(|error| anyhow::anyhow!("{shown} cannot be written: {error}"))?;
    let mut options = std::fs::OpenOptions::new();
    let options = options.write(true).create(force).truncate(force).create_new(!force);
    let written = options.open(&path).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            anyhow::bail!("{shown} is there already and was left as it is; --force writes over it")
        }
        Err(error) => anyhow::bail!("{shown} cannot be written: {error}"),
        Ok(()) => {
            output::say(&format!("wrote {shown}"));
            Ok(())
        }
    }
}
