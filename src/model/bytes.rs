//! Sizes: a newtype over a count of bytes, how sure a number is, and the one place that prints both.
//!
//! AWS writes MB for 1 048 576 bytes, so bayplan does too. Where a limit is near, the exact number of bytes is
//! printed beside it.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use humansize::{BaseUnit, FormatSizeOptions, Kilo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One megabyte as AWS counts it.
pub const MEGABYTE: Bytes = Bytes(1_048_576);

/// A number of bytes. Sums saturate instead of overflowing: a hostile archive may declare any length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl Bytes {
    /// No bytes at all.
    pub const ZERO: Bytes = Bytes(0);

    /// What is left after taking `other` away; zero if there is less than that.
    pub fn less(self, other: Bytes) -> Bytes {
        Bytes(self.0.saturating_sub(other.0))
    }

    /// This size as a share of `whole`, in percent. An empty whole has no shares: 0.
    pub fn percent_of(self, whole: Bytes) -> f64 {
        if whole == Bytes::ZERO { 0.0 } else { self.0 as f64 * 100.0 / whole.0 as f64 }
    }

    /// In megabytes with one decimal and without the unit, for meters that name the unit once.
    pub fn in_megabytes(self) -> String {
        format!("{:.1}", self.0 as f64 / MEGABYTE.0 as f64)
    }

    /// The exact count, its digits in groups of three: `262 144 000`.
    pub fn grouped(self) -> String {
        group_digits(self.0)
    }

    /// For people and for arithmetic: `352.9 MB (370 064 218 bytes)`.
    pub fn with_exact(self) -> String {
        format!("{self} ({} bytes)", self.grouped())
    }
}

/// A count with its digits in groups of three, for numbers that are not sizes.
pub fn group_digits(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// Things with their number: `1 file`, `11 288 files`.
pub fn counted(count: u64, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {thing}{ending}", group_digits(count))
}

impl fmt::Display for Bytes {
    /// `352.9 MB`, `2.1 kB`, `17 B`. Nothing below 1 GB is shown in GB, and megabytes keep their decimal, so that a
    /// column of sizes can be compared by eye.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = FormatSizeOptions::from(humansize::WINDOWS)
            .base_unit(BaseUnit::Byte)
            .kilo(Kilo::Binary)
            .units(Kilo::Decimal)
            .decimal_places(1)
            .decimal_zeroes(if self.0 < 1024 { 0 } else { 1 });
        f.pad(&humansize::format_size(self.0, options))
    }
}

impl Add for Bytes {
    type Output = Bytes;
    fn add(self, other: Bytes) -> Bytes {
        Bytes(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Bytes) {
        *self = *self + other;
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Bytes>>(sizes: I) -> Bytes {
        sizes.fold(Bytes::ZERO, Add::add)
    }
}

/// How sure a number is. The order matters: a sum is as sure as its least sure part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// To the byte.
    #[default]
    Exact,
    /// Close, and said so: `≈`.
    Estimate,
    /// A lower bound: something could not be measured: `≥`.
    AtLeast,
}

/// A size and how sure it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    /// The number.
    pub bytes: Bytes,
    /// How sure it is.
    pub certainty: Certainty,
}

impl Amount {
    /// A size known to the byte.
    pub fn exact(bytes: Bytes) -> Amount {
        Amount { bytes, certainty: Certainty::Exact }
    }

    /// The same number, no surer than `certainty`.
    pub fn at_most(self, certainty: Certainty) -> Amount {
        Amount { certainty: self.certainty.max(certainty), ..self }
    }

    /// The sign that stands before the number: nothing, `≈` or `≥`.
    pub fn sign(self) -> &'static str {
        match self.certainty {
            Certainty::Exact => "",
            Certainty::Estimate => "≈ ",
            Certainty::AtLeast => "≥ ",
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}", self.sign(), self.bytes))
    }
}

impl Add for Amount {
    type Output = Amount;
    fn add(self, other: Amount) -> Amount {
        Amount { bytes: self.bytes + other.bytes, certainty: self.certainty.max(other.certainty) }
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        amounts.fold(Amount::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_printed_as_aws_counts_them() {
        assert_eq!(Bytes(262_144_000).to_string(), "250.0 MB");
        assert_eq!(Bytes(17).to_string(), "17 B");
        assert_eq!(Bytes(2_150).to_string(), "2.1 kB");
        assert_eq!(Bytes(370_064_218).with_exact(), "352.9 MB (370 064 218 bytes)");
        assert_eq!(Bytes(0).to_string(), "0 B");
    }

    #[test]
    fn a_sum_is_as_sure_as_its_least_sure_part() {
        let sum = Amount::exact(Bytes(1)) + Amount { bytes: Bytes(2), certainty: Certainty::AtLeast };
        assert_eq!(sum, Amount { bytes: Bytes(3), certainty: Certainty::AtLeast });
        assert_eq!(Bytes(u64::MAX) + Bytes(1), Bytes(u64::MAX), "declared lengths cannot overflow a sum");
    }
}
