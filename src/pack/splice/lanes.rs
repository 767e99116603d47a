//! Two streams are gone through side by side, each in a lane.
//!
//! To read a symbol is little work and much waiting: a look into a table tells where the next one begins. While one lane
//! waits the other works, as long as the processor has nothing to guess. So a step is the same whatever stands in the
//! stream, and only what matters, or is rare, ends it.

use super::bits::Reader;
use super::block::{Codes, OfDistances, OfLiterals};
use super::seam::{HEADER, Seam};
use super::walk::{BEHIND, Progress, REACH, Walk};

/// So many of the first bytes are remembered at first; hardly any stream has to repeat more of them.
const FEW: usize = HEADER + 16;

/// The seam of each stream; `None`: it has none.
pub fn find_seams(streams: &[&[u8]]) -> Vec<Option<Seam>> {
    let mut seams = walk_through(streams, FEW);
    for (seam, stream) in seams.iter_mut().zip(streams).filter(|(seam, _)| seam.is_none()) {
        *seam = walk_through(&[stream], REACH).pop().flatten();
    }
    seams
}

fn walk_through(streams: &[&[u8]], remembered: usize) -> Vec<Option<Seam>> {
    let mut queue = Queue { streams, next: 0, remembered, seams: streams.iter().map(|_| None).collect() };
    let mut lanes = [queue.next(Box::default()), queue.next(Box::default())];
    let mut has_stopped = [true, true];
    loop {
        for (lane, _) in lanes.iter_mut().zip(has_stopped).filter(|(_, has_stopped)| *has_stopped) {
            queue.approach(lane);
        }
        has_stopped = match &mut lanes {
            [Some(one), Some(other)] => hurry_both(&mut one.walk, &mut other.walk),
            [Some(lane), None] | [None, Some(lane)] => hurry(&mut lane.walk),
            [None, None] => return queue.seams,
        };
    }
}

/// The streams that wait for a lane, and what was found in those that had one.
struct Queue<'a> {
    streams: &'a [&'a [u8]],
    next: usize,
    remembered: usize,
    seams: Vec<Option<Seam>>,
}

/// Where one stream after another is gone through.
struct Lane<'a> {
    /// The stream's place.
    number: usize,
    walk: Walk<'a>,
}

impl<'a> Queue<'a> {
    fn next(&mut self, codes: Box<Codes>) -> Option<Lane<'a>> {
        let number = self.next;
        let stream = self.streams.get(number)?;
        self.next += 1;
        Some(Lane { number, walk: Walk::new(stream, codes, self.remembered) })
    }

    /// Goes on to where the lane can hurry, in this stream or in the next one that waits.
    fn approach(&mut self, lane: &mut Option<Lane<'a>>) {
        while let Some(open) = lane {
            let progress = open.walk.approach();
            if progress == Some(Progress::CanHurry) {
                return;
            }
            let Some(Lane { number, walk }) = lane.take() else { return };
            let (seam, codes) = walk.finish();
            self.seams[number] = progress.and(seam);
            *lane = self.next(codes);
        }
    }
}

/// Goes past what cannot matter in both streams, until something else comes in one of them: which one it is.
fn hurry_both(one: &mut Walk<'_>, other: &mut Walk<'_>) -> [bool; 2] {
    let (mut first, mut second) = (Head::of(one), Head::of(other));
    let (stop_first, stop_second) = loop {
        let (next_first, stop_first) = first.step();
        let (next_second, stop_second) = second.step();
        if stop_first | stop_second < 0 {
            break (stop_first, stop_second);
        }
        (first, second) = (next_first, next_second);
    };
    let (first, second) = ((first.reader, first.place), (second.reader, second.place));
    (one.reader, one.place) = first;
    (other.reader, other.place) = second;
    [stop_first < 0, stop_second < 0]
}

/// The same in one stream. Whichever lane it is in, it has stopped.
fn hurry(walk: &mut Walk<'_>) -> [bool; 2] {
    let mut head = Head::of(walk);
    loop {
        let (next, stop) = head.step();
        if stop < 0 {
            break;
        }
        head = next;
    }
    (walk.reader, walk.place) = (head.reader, head.place);
    [true, true]
}

/// Where a walk is, and the codes that it reads by.
#[derive(Clone, Copy)]
struct Head<'a, 'c> {
    reader: Reader<'a>,
    place: usize,
    literals: &'c OfLiterals,
    distances: &'c OfDistances,
}

impl<'a, 'c> Head<'a, 'c> {
    fn of(walk: &'c Walk<'a>) -> Head<'a, 'c> {
        let Codes { literals, distances, .. } = &*walk.codes;
        Head { reader: walk.reader, place: walk.place, literals, distances }
    }

    /// One step on: past a literal if there is one, and past a literal or a match behind it. A negative number beside
    /// it: that step must not be taken, as something comes that matters, or is neither.
    #[inline(always)]
    fn step(mut self) -> (Self, i64) {
        self.reader.refill();
        let ahead = self.literals.look_up(self.reader.bits());
        self.reader.pass(ahead.bits_alone());
        self.place += ahead.literals() as usize;
        let bits = self.reader.bits();
        let symbol = self.literals.look_up(bits);
        self.reader.pass(symbol.bits());
        let behind = self.reader.bits();
        let distance = self.distances.look_up(behind);
        // All bits of it are set where the symbol is no literal, and a distance follows.
        let is_match = symbol.literals().wrapping_sub(1);
        let from = self.place as i64 - distance.number_in(behind) as i64;
        let near = distance.word() | (from - HEADER as i64);
        let stop = symbol.word() | (near & is_match as i64) | (BEHIND as i64 - 1 - self.place as i64);
        self.reader.pass(distance.bits() & is_match as u32);
        self.place += symbol.number_in(bits);
        (self, stop)
    }
}
