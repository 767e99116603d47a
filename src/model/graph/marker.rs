//! Markers: `python_version < "3.11" and (extra == "test" or os_name == "nt")`.
//!
//! How comparisons are joined is read here, without recursion and in time that grows with the text alone: strangers
//! write markers, and nothing they nest or combine may cost more than its length. What one comparison means is left to
//! `pep508_rs`.

use std::str::FromStr;

use pep508_rs::{ExtraName, MarkerTree};

use super::environment::Environments;

/// The longest comparison that is looked at; versions in a list are compared each with each.
const LONGEST_COMPARISON: usize = 1024;

/// A condition, read. Steps stand behind what they join, so that one pass with a stack answers it.
#[derive(Clone, Debug, Default)]
pub(super) struct Marker(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    /// What is known of the environment.
    Python(Answer),
    /// Whether extras were asked for.
    Extra(MarkerTree),
    Join(Operator),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    /// A parenthesis that waits for its end.
    Open,
}

/// A bit for each Python: for which a condition holds for certain, and for which it may.
#[derive(Clone, Copy, Debug, Default)]
struct Answer {
    surely: u64,
    perhaps: u64,
}

impl Answer {
    fn joined(self, operator: Operator, other: Answer) -> Answer {
        match operator {
            Operator::And => Answer { surely: self.surely & other.surely, perhaps: self.perhaps & other.perhaps },
            Operator::Or | Operator::Open => {
                Answer { surely: self.surely | other.surely, perhaps: self.perhaps | other.perhaps }
            }
        }
    }
}

/// When a requirement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// For no Python that the target leaves open.
    Never,
    /// For some of them.
    Perhaps,
    /// For all of them.
    Surely,
}

impl Marker {
    /// Reads a marker for some Pythons; what is wrong with it as a phrase.
    pub fn read(text: &str, environments: &Environments) -> Result<Marker, String> {
        let mut reader =
            Reader { environments, steps: Vec::new(), waiting: Vec::new(), comparison: String::new(), closed: false };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (piece, after) = rest.split_at(piece_length(rest, first)?);
            reader.take(piece)?;
            rest = after;
        }
        reader.finish()
    }

    /// Whether any comparison asks for extras.
    pub fn asks_for_extras(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Extra(_)))
    }

    /// The answer, given the extras that were asked for.
    pub fn holds(&self, environments: &Environments, extras: &[ExtraName]) -> Holds {
        let all = environments.all();
        let mut stack: Vec<Answer> = Vec::new();
        for step in &self.0 {
            let answer = match step {
                Step::Python(answer) => *answer,
                Step::Extra(tree) => {
                    let is_asked = environments.any().is_some_and(|any| tree.evaluate(any, extras));
                    if is_asked { Answer { surely: all, perhaps: all } } else { Answer::default() }
                }
                Step::Join(operator) => {
                    let (right, left) = (stack.pop().unwrap_or_default(), stack.pop().unwrap_or_default());
                    left.joined(*operator, right)
                }
            };
            stack.push(answer);
        }
        match stack.pop() {
            None => Holds::Surely,
            Some(answer) if answer.surely == all => Holds::Surely,
            Some(answer) if answer.perhaps == 0 => Holds::Never,
            Some(_) => Holds::Perhaps,
        }
    }
}

/// Reads from left to right; operators wait until what they join is there, `and` before `or`.
struct Reader<'a> {
    environments: &'a Environments,
    steps: Vec<Step>,
    waiting: Vec<Operator>,
    comparison: String,
    /// Whether the last thing read was a whole condition in parentheses.
    closed: bool,
}

impl Reader<'_> {
    fn take(&mut self, piece: &str) -> Result<(), String> {
        match piece {
            "(" if self.is_at_start() => self.waiting.push(Operator::Open),
            ")" => {
                self.end_comparison()?;
                self.join_while(|operator| operator != Operator::Open);
                self.waiting.pop().ok_or("a parenthesis is closed that was never opened")?;
                self.closed = true;
            }
            "and" | "or" => {
                self.end_comparison()?;
                let operator = if piece == "and" { Operator::And } else { Operator::Or };
                self.join_while(|waiting| waiting == Operator::And || waiting == operator);
                self.waiting.push(operator);
                self.closed = false;
            }
            _ if self.closed && !piece.trim().is_empty() => return Err("\"and\" or \"or\" is missing".to_owned()),
            _ if self.comparison.len() + piece.len() > LONGEST_COMPARISON => {
                return Err(format!("a comparison is longer than {LONGEST_COMPARISON} bytes"));
            }
            _ => self.comparison.push_str(piece),
        }
        Ok(())
    }

    fn is_at_start(&self) -> bool {
        !self.closed && self.comparison.trim().is_empty()
    }

    fn end_comparison(&mut self) -> Result<(), String> {
        if !self.closed {
            let text = std::mem::take(&mut self.comparison);
            self.steps.push(comparison(text.trim(), self.environments)?);
        }
        self.comparison.clear();
        Ok(())
    }

    fn join_while(&mut self, is_next: impl Fn(Operator) -> bool) {
        while let Some(operator) = self.waiting.pop_if(|operator| is_next(*operator)) {
            self.steps.push(Step::Join(operator));
        }
    }

    fn finish(mut self) -> Result<Marker, String> {
        self.end_comparison()?;
        self.join_while(|operator| operator != Operator::Open);
        if self.waiting.is_empty() { Ok(Marker(self.steps)) } else { Err("a parenthesis is never closed".to_owned()) }
    }
}

/// How many bytes of the text belong together: a quoted text, a word, or one other character.
fn piece_length(text: &str, first: char) -> Result<usize, String> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
    match first {
        '"' | '\'' => {
            let end = text[1..].find(first).ok_or("a quotation is never ended")?;
            Ok(end + 2)
        }
        _ if is_word(first) => Ok(text.find(|letter| !is_word(letter)).unwrap_or(text.len())),
        _ => Ok(first.len_utf8()),
    }
}

/// One comparison, asked of every Python at once. Markers are ASCII, and the parser gives up on anything else.
fn comparison(text: &str, environments: &Environments) -> Result<Step, String> {
    if !text.is_ascii() {
        return Err(format!("\"{text}\" is no comparison"));
    }
    let tree = MarkerTree::from_str(text).map_err(|error| error.message.to_string())?;
    if names(text, &["extra"]) {
        return Ok(Step::Extra(tree));
    }
    if names(text, &["platform_release", "platform_version"]) {
        return Ok(Step::Python(Answer { surely: 0, perhaps: environments.all() }));
    }
    let bits = environments.iter().map(|environment| u64::from(tree.evaluate(environment, &[])));
    let holds = bits.enumerate().fold(0, |all, (place, bit)| all | bit << place);
    Ok(Step::Python(Answer { surely: holds, perhaps: holds }))
}

/// Whether a comparison speaks of one of these, outside of quotes.
fn names(comparison: &str, sought: &[&str]) -> bool {
    let mut rest = comparison;
    while let Some(first) = rest.chars().next() {
        let Ok(length) = piece_length(rest, first) else { return false };
        if sought.contains(&&rest[..length]) {
            return true;
        }
        rest = &rest[length..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::target::{Architecture, Target};

    fn environments(runtime: &str, architecture: Architecture) -> Environments {
        Environments::of(&Target { runtime: runtime.parse().ok(), architecture: Some(architecture) })
    }

    fn holds(text: &str) -> Holds {
        holds_with(text, &[])
    }

    fn holds_with(text: &str, extras: &[&str]) -> Holds {
        let environments = environments("python3.10", Architecture::Arm64);
        let extras: Vec<ExtraName> = extras.iter().map(|extra| extra.parse().unwrap()).collect();
        Marker::read(text, &environments).unwrap().holds(&environments, &extras)
    }

    #[test]
    fn markers_are_asked_of_the_target_and_not_of_this_machine() {
        assert_eq!(holds("platform_machine == 'aarch64' and sys_platform == 'linux'"), Holds::Surely);
        assert_eq!(holds("platform_machine=='x86_64'or os_name=='nt'"), Holds::Never);
        assert_eq!(holds("'linux' in sys_platform and python_version < '3.11'"), Holds::Surely);
        assert_eq!(holds("python_full_version >= '3.11' or platform_python_implementation == 'PyPy'"), Holds::Never);
    }

    #[test]
    fn what_the_target_leaves_open_holds_perhaps() {
        assert_eq!(holds("python_full_version < '3.10.4'"), Holds::Perhaps, "some patch level");
        assert_eq!(holds("platform_release >= '5'"), Holds::Perhaps, "some kernel");
        assert_eq!(holds("platform_release >= '5' and os_name == 'nt'"), Holds::Never);
        assert_eq!(holds("platform_release >= '5' or os_name == 'posix'"), Holds::Surely);
        let open = Environments::of(&Target::default());
        let ask = |text| Marker::read(text, &open).unwrap().holds(&open, &[]);
        assert_eq!(ask("python_version < '3.11'"), Holds::Perhaps);
        assert_eq!(ask("python_version >= '3.8'"), Holds::Surely);
        assert_eq!(ask("platform_machine == 'x86_64' or platform_machine == 'aarch64'"), Holds::Surely);
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert_eq!(holds("os_name == 'posix' or os_name == 'nt' and os_name == 'nt'"), Holds::Surely);
        assert_eq!(holds("(os_name == 'posix' or os_name == 'nt') and os_name == 'nt'"), Holds::Never);
        assert_eq!(holds("os_name == 'nt' and os_name == 'nt' or os_name == 'posix'"), Holds::Surely);
    }

    #[test]
    fn extras_count_once_they_are_asked_for() {
        let text = "(python_version < '3.12') and extra == 'Fast_Math'";
        assert_eq!(holds(text), Holds::Never);
        assert_eq!(holds_with(text, &["fast-math"]), Holds::Surely, "whichever way it is written");
        assert_eq!(holds("sys_platform == 'extra'"), Holds::Never, "a word in quotes is no question for extras");
    }

    #[test]
    fn what_is_no_marker_is_told() {
        for bad in [
            "",
            "and",
            "os_name ==",
            "os_name == 'a' 'b'",
            "(os_name == 'nt'",
            "os_name == 'nt')",
            "()",
            "'open",
            "(os_name == 'nt') os_name == 'nt'",
            "os_name == 'nt' (os_name == 'nt')",
            "größe == '1'",
            "os_name == 'nt' or",
        ] {
            let read = Marker::read(bad, &environments("python3.10", Architecture::X86_64));
            assert!(read.is_err(), "{bad:?} reads as {read:?}");
        }
    }

    #[test]
    fn nesting_and_length_cost_no_more_than_the_text_is_long() {
        let deep = format!("{}os_name == 'posix'{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(holds(&deep), Holds::Surely);
        // Pairs of questions that a diagram of decisions would need 2^400 nodes for.
        let pairs: Vec<String> = (0..400).map(|n| format!("('a{n}' in sys_platform and 'b{n}' in os_name)")).collect();
        assert_eq!(holds(&pairs.join(" or ")), Holds::Never);
    }

    proptest::proptest! {
        #[test]
        fn no_text_stops_the_reader(text in "[ -~é]{0,40}|([()]|and|or| |os_name|extra|==|'a'|python_version|<|\"3.1\"){0,30}") {
            let environments = environments("python3.10", Architecture::X86_64);
            if let Ok(marker) = Marker::read(&text, &environments) {
                marker.holds(&environments, &[]);
            }
        }
    }
}
