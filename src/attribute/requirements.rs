//! Requirements that cannot be read: told once, whatever the target, and no reason to stop.

use crate::model::facts::Facts;
use crate::model::graph::flaw;
use crate::model::listing::Listing;
use crate::model::problem::Problem;

/// How many of one distribution are told one by one, and how much of each.
const MOST: usize = 3;
const LONGEST: usize = 200;

/// What is wrong with the requirements of all distributions.
pub fn problems(listing: &Listing, facts: &Facts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for distribution in &facts.distributions {
        let path = listing.shown_path(distribution.metadata);
        let flawed = distribution.requires.iter().filter_map(|text| Some((text, flaw(text)?)));
        let told: Vec<(&String, String)> = flawed.collect();
        for (text, flaw) in told.iter().take(MOST) {
            let what = format!("the requirement \"{}\" cannot be read and is left out: {}", cut(text), cut(flaw));
            problems.push(Problem::unclear(path.as_str(), what));
        }
        if told.len() > MOST {
            let more = told.len() - MOST;
            problems.push(Problem::unclear(path, format!("{more} more of its requirements cannot be read")));
        }
    }
    problems
}

/// Strangers may write as much as they like. What stands in facts is fit to print, and what the parser quotes of it too.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
