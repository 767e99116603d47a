//! The mappings of a source map: which source each stretch of the generated text comes from.
//!
//! They are a list of numbers in base 64, each told as the difference to the one before: segments with commas between
//! them, lines with semicolons. A segment reaches to the next one of its line, or through the line's end; columns count
//! UTF-16 units, as JavaScript does, and are turned into bytes here.

/// Why mappings are not those of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Something else than base 64, a number that is too long, or a source that the map does not have.
    #[error("its mappings cannot be read")]
    Broken,
    /// They lead past the end of the text or of one of its lines.
    #[error("it is the map of another build")]
    OtherText,
}

/// The bytes of the text that each of `sources` sources claims.
pub fn bytes_of_sources(mappings: &str, text: &str, sources: usize) -> Result<Vec<u64>, Misfit> {
    let mut bytes = vec![0_u64; sources];
    let mut source = 0_i64;
    let mut lines = text.split_inclusive('\n');
    for segments in mappings.split(';') {
        let line = lines.next();
        if segments.is_empty() {
            continue;
        }
        take_line(segments, line.ok_or(Misfit::OtherText)?, &mut source, &mut bytes)?;
    }
    Ok(bytes)
}

/// One line. The last column is that behind its line end.
fn take_line(segments: &str, line: &str, source: &mut i64, bytes: &mut [u64]) -> Result<(), Misfit> {
    let mut ruler = Ruler::new(line);
    let (mut column, mut claim) = (0_i64, None);
    for segment in segments.split(',').filter(|segment| !segment.is_empty()) {
        let (forth, changed) = numbers(segment)?;
        column = column.checked_add(forth).ok_or(Misfit::Broken)?;
        let stretch = ruler.measure_to(usize::try_from(column).map_err(|_| Misfit::Broken)?)?;
        add(bytes, claim, stretch);
        claim = match changed {
            None => None,
            Some(change) => {
                *source = source.checked_add(change).ok_or(Misfit::Broken)?;
                let claimed = usize::try_from(*source).ok().filter(|&index| index < bytes.len());
                Some(claimed.ok_or(Misfit::Broken)?)
            }
        };
    }
    add(bytes, claim, ruler.rest());
    Ok(())
}

fn add(bytes: &mut [u64], claim: Option<usize>, stretch: usize) {
    if let Some(sum) = claim.and_then(|index| bytes.get_mut(index)) {
        *sum += stretch as u64;
    }
}

/// The column's difference, and that of the source where the segment names one: it has 1, 4 or 5 numbers.
fn numbers(segment: &str) -> Result<(i64, Option<i64>), Misfit> {
    let mut digits = segment.bytes();
    let column = number(&mut digits)?.ok_or(Misfit::Broken)?;
    let source = number(&mut digits)?;
    let mut more = 0;
    while number(&mut digits)?.is_some() {
        more += 1;
    }
    match (source, more) {
        (None, _) | (Some(_), 2 | 3) => Ok((column, source)),
        _ => Err(Misfit::Broken),
    }
}

/// The next number; `None` at the end. Five bits a digit, the lowest first, the sixth says that more follow; the lowest
/// bit of all is the sign.
fn number(digits: &mut impl Iterator<Item = u8>) -> Result<Option<i64>, Misfit> {
    let (mut value, mut shift) = (0_i64, 0);
    for digit in digits {
        let digit = sextet(digit).ok_or(Misfit::Broken)?;
        if shift > 30 {
            return Err(Misfit::Broken);
        }
        value |= i64::from(digit & 31) << shift;
        shift += 5;
        if digit & 32 == 0 {
            let magnitude = value >> 1;
            return Ok(Some(if value & 1 == 1 { -magnitude } else { magnitude }));
        }
    }
    if shift == 0 { Ok(None) } else { Err(Misfit::Broken) }
}

fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Measures a line from its start to its end, column by column.
struct Ruler<'a> {
    left: &'a str,
    column: usize,
    is_ascii: bool,
}

impl<'a> Ruler<'a> {
    fn new(line: &'a str) -> Ruler<'a> {
        Ruler { left: line, column: 0, is_ascii: line.is_ascii() }
    }

    /// The bytes from where it was to `column`. Columns that go back belong to no map of this text.
    fn measure_to(&mut self, column: usize) -> Result<usize, Misfit> {
        let units = column.checked_sub(self.column).ok_or(Misfit::OtherText)?;
        let bytes = if self.is_ascii { units } else { self.bytes_of(units) };
        self.left = self.left.get(bytes..).ok_or(Misfit::OtherText)?;
        self.column = column;
        Ok(bytes)
    }

    fn bytes_of(&self, units: usize) -> usize {
        let mut left = units;
        let whole = self.left.chars().take_while(|letter| {
            let fits = left > 0;
            left = left.saturating_sub(letter.len_utf16());
            fits
        });
        let bytes = whole.map(char::len_utf8).sum::<usize>();
        // Past the end is past the end in bytes as well.
        if left > 0 { usize::MAX } else { bytes }
    }

    fn rest(&self) -> usize {
        self.left.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_reach_to_the_next_and_through_the_line_end() {
        // Two lines; in the first, source 0 from column 0 and source 1 from column 4, in the second source 1 from 2.
        let text = "aaaabbbb\n  bb\n";
        assert_eq!(bytes_of_sources("AAAA,ICAA;EAAA", text, 2), Ok(vec![4, 8]));
        assert_eq!(bytes_of_sources("AAAA,I", text, 1), Ok(vec![4]), "a segment of one number claims nothing");
        assert_eq!(bytes_of_sources("", text, 0), Ok(vec![]));
    }

    #[test]
    fn columns_are_those_of_utf_16() {
        // One letter of two bytes, one of four bytes and two units, then two of one.
        assert_eq!(bytes_of_sources("AAAA,GCAA", "é😀ab", 2), Ok(vec![6, 2]));
    }

    #[test]
    fn the_map_of_another_text_is_told() {
        assert_eq!(bytes_of_sources("AAAA;;AAAA", "one line", 1), Err(Misfit::OtherText));
        assert_eq!(bytes_of_sources("gkBAAA", "short", 1), Err(Misfit::OtherText), "column 576");
        assert_eq!(bytes_of_sources("CAAA,DAAA", "short", 1), Err(Misfit::OtherText), "columns that go back");
        assert_eq!(bytes_of_sources("gkBAAA", "shört", 1), Err(Misfit::OtherText));
    }

    #[test]
    fn broken_mappings_are_told() {
        for broken in ["!", "A A", "AAA", "AA", "AAAAAA", "g", "ggggggggggggggA", "ACAA", "ADAA", "DAAA"] {
            assert_eq!(bytes_of_sources(broken, "some text", 1), Err(Misfit::Broken), "{broken}");
        }
    }

    #[test]
    fn nothing_is_counted_twice_whatever_the_mappings_say() {
        let text = "abc é 😀\ndef\n\nxyz";
        let alphabet = b"ACDEGI,;+/gz9";
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut mappings = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                mappings.push(char::from(alphabet[(state >> 33) as usize % alphabet.len()]));
            }
            if let Ok(bytes) = bytes_of_sources(&mappings, text, 2) {
                assert!(bytes.iter().sum::<u64>() <= text.len() as u64, "{mappings}");
            }
        }
    }
}
