//! The lines of requirements.txt, pyproject.toml and package.json at which packages are asked for, so that a finding
//! about a package can point at them. Nothing is judged here: a line that cannot be read names nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::key::normalised;
use crate::model::package::PackageKey;

/// The first line that asks for each package.
pub fn manifest_lines(name: &str, text: &str) -> BTreeMap<PackageKey, usize> {
    match name {
        "package.json" => node(text),
        "pyproject.toml" => project(text),
        _ => requirements(text),
    }
}

fn first_lines(lines: impl Iterator<Item = (PackageKey, usize)>) -> BTreeMap<PackageKey, usize> {
    let mut first = BTreeMap::new();
    for (key, line) in lines {
        first.entry(key).or_insert(line);
    }
    first
}

fn requirements(text: &str) -> BTreeMap<PackageKey, usize> {
    let lines = text.lines().enumerate();
    first_lines(lines.filter_map(|(index, line)| Some((distribution(line)?, index + 1))))
}

/// `numpy[extra]>=1.24 ; python_version < "3.11"  # why` names numpy; options, paths and addresses name nothing, but
/// `NAME @ address` does.
fn distribution(requirement: &str) -> Option<PackageKey> {
    let text = requirement.trim_start();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name = &text[..text.find(|letter| !is_part(letter)).unwrap_or(text.len())];
    let rest = text[name.len()..].trim_start();
    let ends = rest.is_empty() || rest.starts_with(['[', '<', '>', '=', '!', '~', ';', '@', '#', '(', ',', '\\']);
    let begins = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    (begins && ends).then(|| PackageKey::new(&normalised(name)))
}

#[derive(Deserialize)]
struct ProjectFile {
    project: Option<Project>,
}

#[derive(Deserialize)]
struct Project {
    #[serde(default)]
    dependencies: Vec<Spanned<String>>,
}

fn project(text: &str) -> BTreeMap<PackageKey, usize> {
    let dependencies = toml::from_str::<ProjectFile>(text).ok().and_then(|file| file.project);
    let dependencies = dependencies.map(|project| project.dependencies).unwrap_or_default();
    let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    first_lines(dependencies.iter().filter_map(|it| Some((distribution(it.get_ref())?, line(it.span().start)))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodeManifest {
    #[serde(default)]
    dependencies: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, serde_json::Value>,
}

/// JSON's reader tells no places; the first line that begins with the name as a key is taken.
fn node(text: &str) -> BTreeMap<PackageKey, usize> {
    let Ok(manifest) = serde_json::from_str::<NodeManifest>(text) else { return BTreeMap::new() };
    let names = manifest.dependencies.into_keys().chain(manifest.optional_dependencies.into_keys());
    let line_of = |name: &str| {
        let key = serde_json::Value::from(name).to_string();
        let mut lines = text.lines().enumerate();
        lines.find(|(_, line)| {
            line.trim_start().strip_prefix(&*key).is_some_and(|rest| rest.trim_start().starts_with(':'))
        })
    };
    let found = names.filter_map(|name| {
        let (index, _) = line_of(&name)?;
        Some((PackageKey::new(&format!("npm:{}", crate::model::escape::printable(name.as_bytes()))), index + 1))
    });
    first_lines(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, text: &str) -> Vec<(String, usize)> {
        manifest_lines(name, text).into_iter().map(|(key, line)| (key.as_str().to_owned(), line)).collect()
    }

    #[test]
    fn requirements_are_found_however_they_are_written() {
        let text = "# numpy\n-r base.txt\n--hash=sha256:00\n\nNumPy >=1.24 # why\nscikit_learn[all]==1.2;python_version<'3.11'\n\
                    ./local\ngit+https://x/y\npandas @ file:///x\nrequests\nnumpy\ntyping.extensions==4 \\\n";
        let expected = [("numpy", 5), ("pandas", 9), ("requests", 10), ("scikit-learn", 6), ("typing-extensions", 12)];
        assert_eq!(lines("requirements.txt", text), expected.map(|(key, line)| (key.to_owned(), line)));
    }

    #[test]
    fn manifests_of_projects_and_of_node_are_read() {
        let project = "[project]\nname = \"x\"\ndependencies = [\n  \"numpy>=1\",\n  \"boto3\",\n]\n";
        assert_eq!(lines("pyproject.toml", project), [("boto3".to_owned(), 5), ("numpy".to_owned(), 4)]);
        let node = "{\n  \"name\": \"axios\",\n  \"dependencies\": {\n    \"@aws-sdk/client-s3\": \"^3\",\n    \"axios\" : \"1\"\n  }\n}\n";
        assert_eq!(
            lines("package.json", node),
            [("npm:@aws-sdk/client-s3".to_owned(), 4), ("npm:axios".to_owned(), 5)]
        );
        assert!(lines("package.json", "{").is_empty() && lines("pyproject.toml", "[").is_empty());
    }
}
