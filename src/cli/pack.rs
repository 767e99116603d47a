//! `bayplan pack PATH`: the artifacts that the plan promises, and what became of them.

use std::path::Path;

use super::arguments::PackArguments;
use super::conclude::conclude;
use super::progress::Progress;
use super::report::{load_with, require_plan};
use super::{Exit, output};
use crate::model::bucket::Bucket;
use crate::model::bytes::{Amount, Bytes, Certainty, counted};
use crate::model::escape::{printable, shown_path as shown};
use crate::model::finding::{Finding, Severity};
use crate::model::limits::LIMITS;
use crate::model::manifest::{Manifest, PackedZip};
use crate::pack::{Effort, Look, Reuse};
use crate::report::finding_text;
use crate::workflow::{self, Errors, LoadOptions, Loaded, Outcome, PackFailure, PackOptions};

pub(super) fn run(arguments: &PackArguments) -> anyhow::Result<Exit> {
    require_plan(&arguments.target)?;
    let wanted = LoadOptions { packs: !arguments.recompress, ..arguments.target.options() };
    let loaded = load_with(&arguments.path, &wanted)?;
    let options = options(arguments, &loaded);
    let packing = loaded.packing();
    let progress = Progress::begin("packing", workflow::bytes_to_pack(&packing, &loaded.background.zipped))?;
    let outcome = workflow::pack(&packing, &loaded.background, &options, &progress);
    let seconds = progress.end();
    match outcome {
        Ok(outcome) => tell(&outcome, &options, seconds),
        Err(PackFailure::Judged(errors)) => {
            errors.iter().for_each(say_error);
            let it = if errors.len() == 1 { "it" } else { "them" };
            output::say(&format!("nothing was packed; cure {it}, or pack all the same with --force"));
            Ok(Exit::Fails)
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) fn say_error(finding: &Finding) {
    output::say(finding_text(finding).trim_end());
}

fn options(arguments: &PackArguments, loaded: &Loaded) -> PackOptions {
    // A folder has nothing that lies deflated.
    let anew = arguments.recompress && loaded.bundle.listing.has_zipped_sizes();
    PackOptions {
        out: arguments.out.clone().unwrap_or_else(|| loaded.plan_file.artifacts()),
        reuse: if anew { Reuse::Never } else { Reuse::AsItLies },
        look: if arguments.verify { Look::Everything } else { Look::Headers },
        effort: if arguments.smallest { Effort::Smallest } else { Effort::Usual },
        errors: if arguments.force { Errors::PackAnyway } else { Errors::Refuse },
    }
}

fn tell(outcome: &Outcome, options: &PackOptions, seconds: f64) -> anyhow::Result<Exit> {
    let Outcome { out, manifest, verdict, foretold } = outcome;
    let errors: Vec<&Finding> = verdict.findings.iter().filter(|it| it.severity == Severity::Error).collect();
    errors.iter().for_each(|finding| say_error(finding));
    output::print(&text(out, manifest, foretold, options))?;
    output::say(&format!("packed in {seconds:.1} s"));
    Ok(conclude(verdict))
}

fn text(out: &Path, manifest: &Manifest, foretold: &[(Bucket, Option<Amount>)], options: &PackOptions) -> String {
    let mut lines = vec![format!("{}:", shown(out))];
    for zip in &manifest.artifacts {
        let before = foretold.iter().find(|(bucket, _)| *bucket == zip.bucket()).and_then(|(_, zip)| *zip);
        let before = before.map(|amount| foretold_of(amount, options.reuse));
        lines.extend(zip_lines(zip, before, options.effort));
    }
    if let Some(tree) = &manifest.efs {
        lines.push(format!("  {}/  {}, {}", tree.folder, counted(tree.entries, "file"), tree.bytes.with_exact()));
        lines.push(format!("    copy it to {} on the file system", tree.path));
    }
    lines.push("  manifest.json".to_owned());
    if options.look == Look::Everything {
        lines.push("every file in them was read back and is whole".to_owned());
    }
    lines.push(String::new());
    lines.push(format!(
        "function + layers unzipped: {} of {} MB",
        manifest.joint_bytes.in_megabytes(),
        LIMITS.unzipped.bytes.in_megabytes()
    ));
    lines.extend(manifest.environment.iter().map(|(name, value)| {
        let pair = format!("{name}={value}");
        format!("set {}", printable(pair.as_bytes()))
    }));
    lines.extend(bytecode_lines(manifest));
    lines.into_iter().map(|line| line + "\n").collect()
}

/// What was foretold is what copying comes to; for deflating anew it is no more than an estimate.
fn foretold_of(amount: Amount, reuse: Reuse) -> Amount {
    match reuse {
        Reuse::AsItLies => amount,
        Reuse::Never => Amount { certainty: Certainty::Estimate, ..amount },
    }
}

fn zip_lines(zip: &PackedZip, foretold: Option<Amount>, effort: Effort) -> Vec<String> {
    let mut lines = vec![
        format!(
            "  {}  {}, {}, {} unzipped",
            zip.file,
            zip.bytes.with_exact(),
            counted(zip.entries, "file"),
            zip.unzipped_bytes
        ),
        format!("    CodeSha256 {}", zip.code_sha256),
    ];
    lines.extend(match (effort, foretold) {
        (Effort::Smallest, Some(before)) => Some(gain(zip.bytes, before)),
        (Effort::Usual, Some(before)) if before.certainty == Certainty::Exact && before.bytes == zip.bytes => {
            Some("    as foretold, to the byte".to_owned())
        }
        (_, Some(before)) => Some(format!("    foretold: {}{}", before.sign(), before.bytes)),
        (_, None) => None,
    });
    lines
}

/// What time was spent for, measured against what a request may carry.
fn gain(packed: Bytes, before: Amount) -> String {
    let sign = before.sign();
    let limit = &LIMITS.direct_upload;
    let place = match (limit.is_reached_by(before.bytes), limit.is_reached_by(packed)) {
        (true, false) => "now below the 50 MB of a direct upload".to_owned(),
        (true, true) => format!("still {} over the 50 MB of a direct upload", limit.excess(packed)),
        (false, _) => format!("{} below the 50 MB of a direct upload", limit.bytes.less(packed)),
    };
    format!("    {} smaller than the {sign}{} of the usual effort; {place}", before.bytes.less(packed), before.bytes)
}

fn bytecode_lines(manifest: &Manifest) -> Vec<String> {
    let bytecode = &manifest.bytecode;
    let mut lines = Vec::new();
    if bytecode.hash_based > 0 {
        let (know, their) = if bytecode.hash_based == 1 { ("knows", "its source") } else { ("know", "their sources") };
        let stay = if bytecode.hash_based == 1 { "stays" } else { "stay" };
        lines
            .push(format!("{} {know} {their} by hash now and {stay} valid", counted(bytecode.hash_based, ".pyc file")));
    }
    lines.extend(bytecode.kept.iter().map(|(why, &count)| {
        let were = if count == 1 { "was" } else { "were" };
        format!(
            "{} {were} packed as {}: {why}",
            counted(count, ".pyc file"),
            if count == 1 { "it is" } else { "they are" }
        )
    }));
    lines
}
