//! Reads a gem's specification: Ruby code, of which RubyGems writes every line in one way. It is never run.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::escape::printable;
use crate::model::ruby::GemNeed;

/// More than any honest gem asks for.
const MOST_NEEDS: usize = 1000;

/// What a specification says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specification {
    /// Name, version and platform; a platform of `ruby` is none.
    pub title: Option<Title>,
    /// What it asks for at run time, each name once.
    pub needs: Vec<GemNeed>,
    /// The commands that it installs.
    pub executables: Vec<String>,
}

/// How a gem is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// `nokogiri`
    pub name: String,
    /// `1.16.0`
    pub version: Option<String>,
    /// `x86_64-linux`
    pub platform: Option<String>,
}

static NEED: LazyLock<Regex> = LazyLock::new(|| {
    let name = r#"(?:%q<([^>\n]+)>|"([^"\n]+)"|'([^'\n]+)')"#;
    Regex::new(&format!(r"add_(?:runtime_)?dependency[ (]\s*{name}([^\n]*)")).expect("it is compiled in and tested")
});
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""([^"\n]*)"|'([^'\n]*)'"#).expect("it is compiled in and tested"));

/// Reads it.
pub fn read(text: &str) -> Specification {
    let mut needs: Vec<GemNeed> = Vec::new();
    for found in NEED.captures_iter(for_today(text)).take(MOST_NEEDS) {
        let name = found.get(1).or(found.get(2)).or(found.get(3)).map_or("", |name| name.as_str());
        let name = printable(name.as_bytes());
        if !needs.iter().any(|need| need.name == name) {
            needs.push(GemNeed { name, versions: quoted(found.get(4).map_or("", |it| it.as_str())).join(", ") });
        }
    }
    let executables = text.lines().find_map(|line| line.trim().strip_prefix("s.executables = ")).map(quoted);
    Specification { title: stub(text), needs, executables: executables.unwrap_or_default() }
}

/// Older specifications say everything again for a RubyGems that tells no development from run time: behind `else`.
fn for_today(text: &str) -> &str {
    let end = text.match_indices("else").find(|(at, word)| {
        let is_alone = |rest: &str| rest.chars().next().is_none_or(char::is_whitespace);
        is_alone(&text[at + word.len()..]) && text[..*at].trim_end_matches([' ', '\t']).ends_with('\n')
    });
    end.map_or(text, |(at, _)| &text[..at])
}

fn quoted(text: &str) -> Vec<String> {
    let found = QUOTED.captures_iter(text).take(MOST_NEEDS);
    found.filter_map(|it| it.get(1).or(it.get(2))).map(|it| printable(it.as_str().as_bytes())).collect()
}

/// `# stub: nokogiri 1.16.0 x86_64-linux lib`, among the first lines of what RubyGems writes.
fn stub(text: &str) -> Option<Title> {
    let line = text.lines().take(5).find_map(|line| line.strip_prefix("# stub: "))?;
    let mut words = line.split(' ').map(|word| printable(word.as_bytes())).filter(|word| !word.is_empty());
    let (name, version, platform) = (words.next()?, words.next()?, words.next());
    starts_with_digit(&version).then(|| Title {
        name,
        version: Some(version),
        platform: platform.filter(|it| it != "ruby"),
    })
}

/// The same from a full name: `nokogiri-1.16.0-x86_64-linux`. Names and platforms may have dashes, too; the version is
/// what begins with a digit behind one, preferably with a dot in it.
pub fn by_full_name(full_name: &str) -> Title {
    let ends = full_name.match_indices('-').map(|(at, _)| at).filter(|at| starts_with_digit(&full_name[at + 1..]));
    let ends: Vec<usize> = ends.collect();
    let word = |at: usize| full_name[at + 1..].split('-').next().unwrap_or_default();
    let end = ends.iter().copied().find(|&at| word(at).contains('.')).or_else(|| ends.first().copied());
    let Some(end) = end else { return Title { name: printable(full_name.as_bytes()), version: None, platform: None } };
    let version = word(end);
    let platform = full_name[end + 1 + version.len()..].strip_prefix('-');
    Title {
        name: printable(&full_name.as_bytes()[..end]),
        version: Some(printable(version.as_bytes())),
        platform: platform.map(|platform| printable(platform.as_bytes())),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOKOGIRI: &str = r#"# -*- encoding: utf-8 -*-
# stub: nokogiri 1.16.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.executables = ["nokogiri".freeze, "x".freeze]
  s.add_dependency "mini_portile2", '~> 2.8'
  if s.respond_to? :add_runtime_dependency then
    s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4".freeze, ">= 1.4.2".freeze])
    s.add_development_dependency(%q<minitest>.freeze, ["= 5.20.0"])
  else
    s.add_dependency(%q<racc>.freeze, ["~> 1.4"])
    s.add_dependency(%q<minitest>.freeze, ["= 5.20.0"])
  end
end
"#;

    fn title(name: &str, version: &str, platform: Option<&str>) -> Title {
        Title { name: name.to_owned(), version: Some(version.to_owned()), platform: platform.map(str::to_owned) }
    }

    #[test]
    fn a_specification_tells_name_needs_and_commands() {
        let read = read(NOKOGIRI);
        assert_eq!(read.title, Some(title("nokogiri", "1.16.0", Some("x86_64-linux"))));
        let needs: Vec<String> = read.needs.iter().map(|need| format!("{} {}", need.name, need.versions)).collect();
        assert_eq!(needs, ["mini_portile2 ~> 2.8", "racc ~> 1.4, >= 1.4.2"]);
        assert_eq!(read.executables, ["nokogiri", "x"]);
    }

    #[test]
    fn full_names_are_taken_apart_at_the_version() {
        assert_eq!(by_full_name("aws-sdk-s3-1.143.0"), title("aws-sdk-s3", "1.143.0", None));
        assert_eq!(by_full_name("ffi-1.16.3-x86_64-darwin-22"), title("ffi", "1.16.3", Some("x86_64-darwin-22")));
        assert_eq!(by_full_name("a-2-b-1.0.0.pre1"), title("a-2-b", "1.0.0.pre1", None));
        assert_eq!(by_full_name("a-2"), title("a", "2", None));
        assert_eq!(by_full_name("rack").version, None);
    }

    #[test]
    fn what_is_no_specification_says_nothing() {
        for hostile in ["", "# stub: ", "# stub: a b", "s.add_dependency(", "\u{0}\u{1b}[2J"] {
            let read = read(hostile);
            assert_eq!((read.title, read.needs.len()), (None, 0), "{hostile:?}");
        }
        let many = "s.add_dependency(%q<a>, [])\n".repeat(100_000);
        assert_eq!(read(&many).needs.len(), 1);
    }
}
