//! The budget of function and layers as a bar, for where a picture says more than a number and only text is to be had.

use crate::model::bytes::Bytes;
use crate::model::limits::LIMITS;

/// How wide it is, the mark of the limit apart.
const CELLS: u64 = 40;

/// `██████████░░░░│` below the limit, `██████████│▓▓▓▓` above. What is used at all has a cell, and so has what is left
/// and what is too much.
pub(super) fn bar(used: Bytes) -> String {
    let limit = LIMITS.unzipped.bytes;
    let repeated = |sign: &str, count: u64| sign.repeat(usize::try_from(count).unwrap_or(0));
    if used < limit {
        let filled = (used.0 * CELLS).div_ceil(limit.0).min(CELLS - 1);
        return format!("{}{}│", repeated("█", filled), repeated("░", CELLS - filled));
    }
    let within = limit.0 * CELLS / used.0;
    format!("{}│{}", repeated("█", within), repeated("▓", CELLS - within))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_the_limit_is_reached() {
        let limit = LIMITS.unzipped.bytes.0;
        let parts = |bytes: u64| ['█', '░', '▓'].map(|sign| bar(Bytes(bytes)).matches(sign).count());
        assert_eq!(parts(0), [0, 40, 0]);
        assert_eq!(parts(1), [1, 39, 0]);
        assert_eq!(parts(limit / 2), [20, 20, 0]);
        assert_eq!(parts(limit - 1), [39, 1, 0]);
        assert_eq!(parts(limit), [40, 0, 0]);
        assert_eq!(parts(limit + 1), [39, 0, 1]);
        assert_eq!(parts(2 * limit), [20, 0, 20]);
        assert_eq!(parts(u64::MAX), [0, 0, 40]);
    }
}
