//! The names of a listing's entries, row by row, in one arena.

use super::columns::Run;
use super::endings::Endings;
use super::listing::TooLarge;

/// Each entry's own name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    arena: Vec<u8>,
    /// Where each name ends in it; the next begins there.
    ends: Vec<u32>,
    endings: Endings,
}

impl Names {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds the name of the next row.
    pub fn push(&mut self, name: &[u8]) -> Result<(), TooLarge> {
        let end = u32::try_from(self.arena.len() + name.len()).map_err(|_| TooLarge::Names)?;
        self.arena.extend_from_slice(name);
        self.ends.push(end);
        self.endings.push(name);
        Ok(())
    }

    /// The name of a row.
    pub fn get(&self, row: usize) -> &[u8] {
        &self.arena[self.start(row) as usize..self.ends[row] as usize]
    }

    fn start(&self, row: usize) -> u32 {
        if row == 0 { 0 } else { self.ends[row - 1] }
    }

    /// The rows whose names end so, in order; see [`Endings::rows`].
    pub fn ending_with<'a>(&'a self, ending: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        self.endings.rows(ending).filter(move |&row| self.get(row).ends_with(ending))
    }

    /// The rows whose names hold a text somewhere, in order.
    pub fn holding<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let finder = memchr::memmem::Finder::new(text);
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let start = from + finder.find(&self.arena[from..])?;
                let row = self.ends.partition_point(|&end| end as usize <= start);
                let end = self.ends[row] as usize;
                if start + text.len() <= end {
                    from = end;
                    return Some(row);
                }
                // What reaches into the next name is in neither.
                from = start + 1;
            }
        })
    }

    /// No name comes any more: whatever room was kept for more is given back.
    pub fn close(&mut self) {
        self.arena.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.endings.close();
    }

    /// Joins parts: the names of all runs, one run behind the other. More than can be addressed are refused.
    pub fn joined(parts: Vec<Names>, runs: &[Run]) -> Result<Names, TooLarge> {
        let bytes: usize = parts.iter().map(|part| part.arena.len()).sum();
        u32::try_from(bytes).map_err(|_| TooLarge::Names)?;
        let rows = runs.iter().map(Run::len).sum();
        let (mut arena, mut ends, mut endings) =
            (Vec::with_capacity(bytes), Vec::with_capacity(rows), Endings::with_capacity(rows));
        for run in runs {
            let (part, rows) = (&parts[run.part as usize], run.range());
            let (start, shift) = (part.start(rows.start), arena.len() as u32);
            let of_run = &part.ends[rows.clone()];
            arena.extend_from_slice(&part.arena[start as usize..of_run.last().map_or(start, |&end| end) as usize]);
            ends.extend(of_run.iter().map(|end| end - start + shift));
            endings.extend(&part.endings, rows);
        }
        Ok(Names { arena, ends, endings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_whole_when_parts_are_joined() {
        let part = |names: &[&str]| {
            let mut part = Names::default();
            names.iter().for_each(|name| part.push(name.as_bytes()).unwrap());
            part
        };
        let parts = vec![part(&["b.js", "a long name.js", ""]), part(&["c.ts"])];
        let runs = [(0, 2..3), (0, 0..1), (1, 0..1), (0, 1..2), (1, 1..1)].map(|(part, rows)| Run { part, rows });
        let names = Names::joined(parts, &runs).unwrap();
        let rows: Vec<&[u8]> = (0..names.len()).map(|row| names.get(row)).collect();
        assert_eq!(rows, [&b""[..], b"b.js", b"c.ts", b"a long name.js"]);
        assert_eq!(names.ending_with(b".js").collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn a_text_that_overlaps_itself_is_found_in_each_name_once() {
        let mut names = Names::default();
        ["...", "..", "a.", ".b"].iter().for_each(|name| names.push(name.as_bytes()).unwrap());
        assert_eq!(names.holding(b"..").collect::<Vec<_>>(), [0, 1]);
    }

    proptest::proptest! {
        #[test]
        fn names_that_hold_a_text_are_found(all in proptest::collection::vec("[ab.]{0,6}", 1..9), text in "[ab.]{1,3}") {
            let mut names = Names::default();
            all.iter().for_each(|name| names.push(name.as_bytes()).unwrap());
            let found: Vec<usize> = names.holding(text.as_bytes()).collect();
            let expected: Vec<usize> = (0..all.len()).filter(|&row| all[row].contains(&text)).collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
