//! Chance that can be repeated: the same seed makes the same numbers.

/// A generator of numbers; xorshift with a multiplication, good enough for a monkey.
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From `BAYPLAN_MONKEY_SEED`, or always the same.
    pub fn seeded() -> Chance {
        Chance::new(number("BAYPLAN_MONKEY_SEED").unwrap_or(7))
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((high * u64::from(limit)) >> 32) as u32
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u32) as usize]
    }
}

/// How many events there are to be: `BAYPLAN_MONKEY`, or a few.
pub fn events(few: u64) -> u64 {
    number("BAYPLAN_MONKEY").unwrap_or(few)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}
