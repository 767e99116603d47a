//! What nothing can cost less than: the heaviest undecided items are taken away until function and layers, and the
//! function's zip, are small enough. How they would be dealt out and what they need is not asked, so nothing better is
//! ever cut off.

use super::problem::Place;
use super::search::{Rest, Search, Stage};

impl Search<'_> {
    /// By how much function and layers are too large as things lie.
    pub(super) fn excess(&self) -> u64 {
        self.tally.joint.saturating_sub(self.terms.target)
    }

    /// By how much the function's zip is too long as things lie.
    pub(super) fn zip_excess(&self) -> u64 {
        match self.problem.direct {
            Some(limit) if self.least_over == 0 => (self.tally.zips[0] + 1).saturating_sub(limit),
            _ => 0,
        }
    }

    /// Nothing that can still be made of it costs less; `None`: nothing can.
    pub(super) fn bound(&self) -> Option<Rest> {
        let tally = &self.tally;
        let to_leave = self.fewest(
            self.excess(),
            &self.by_size,
            |item| tally.weights[item].unzipped,
            |item| self.can_leave(item),
        )?;
        let over = self.least_over.max(self.surely_over());
        let to_shift = if over > 0 {
            0
        } else {
            let in_function = |item: usize| tally.places[item] == Place::Function && self.can_shift(item);
            self.fewest(self.zip_excess(), &self.by_zip, |item| tally.weights[item].in_function, in_function)
                .unwrap_or(0)
        };
        let moves = self.terms.turned + tally.moves + to_leave.max(to_shift);
        let layers = u32::from(self.problem.layers) + self.layers_at_least(over);
        let efs = tally.efs_bytes - self.undecided_on_efs();
        let efs = if self.terms.elsewhere && !self.has_free_outs { efs + self.excess() } else { efs };
        Some((over, moves, layers, efs))
    }

    /// The fewest undecided items that weigh as much as has to leave. Those that have moved anyway cost no move more.
    fn fewest(
        &self,
        excess: u64,
        order: &[usize],
        weight: impl Fn(usize) -> u64,
        can: impl Fn(usize) -> bool,
    ) -> Option<u32> {
        if excess == 0 {
            return Some(0);
        }
        let moved = |item: usize| self.tally.places[item] != self.problem.items[item].home();
        let open = |item: &usize| self.stages[*item] < Stage::Placed && can(*item);
        let free = if !self.has_moved {
            0
        } else {
            order.iter().copied().filter(open).filter(|&item| moved(item)).map(&weight).sum()
        };
        let mut rest = excess.saturating_sub(free);
        let mut count = 0;
        for item in order.iter().copied().filter(open).filter(|&item| !moved(item)) {
            if rest == 0 {
                break;
            }
            rest = rest.saturating_sub(weight(item));
            count += 1;
        }
        (rest == 0).then_some(count)
    }

    /// Whether an item in function or layers can leave both.
    fn can_leave(&self, item: usize) -> bool {
        let is_free_to_go = self.problem.items[item]
            .out_risk
            .is_some_and(|risk| risk <= self.terms.highest_risk && self.risk + u32::from(risk) <= self.terms.risks);
        self.stages[item] == Stage::Open && self.tally.places[item].is_joint() && (self.can_efs[item] || is_free_to_go)
    }

    fn can_shift(&self, item: usize) -> bool {
        self.problem.items[item].may_shift || self.can_leave(item)
    }

    /// Bytes on EFS that may still come back.
    fn undecided_on_efs(&self) -> u64 {
        if self.tally.efs_items == 0 {
            return 0;
        }
        let open = (0..self.stages.len())
            .filter(|&item| self.stages[item] == Stage::Open && self.tally.places[item] == Place::Efs);
        open.map(|item| self.tally.weights[item].unzipped).sum()
    }

    /// Zips that are too long by what is decided alone.
    fn surely_over(&self) -> u32 {
        let Some(limit) = self.problem.direct else { return 0 };
        let mut zips = self.tally.zips;
        for (item, place) in self.tally.places.iter().enumerate().filter(|(item, _)| self.stages[*item] < Stage::Placed)
        {
            if let Some(zip) = super::problem::zip_of(*place) {
                zips[zip] = zips[zip].saturating_sub(self.tally.weights[item].zipped(*place));
            }
        }
        zips.iter().filter(|zip| **zip >= limit).count() as u32
    }

    /// The fewest layers that have to be made: what the function's zip is too long by goes nowhere else, if nothing may
    /// leave.
    fn layers_at_least(&self, over: u32) -> u32 {
        let made = self.tally.new_layers().unwrap_or(0);
        let excess = self.zip_excess();
        let may_leave = self.terms.elsewhere || self.has_free_outs || self.terms.risks > self.risk;
        if excess == 0 || over > 0 || may_leave {
            return made;
        }
        let limit = self.problem.direct.unwrap_or(u64::MAX);
        let there = usize::from(self.problem.layers) + made as usize;
        let room = |zip: &u64| (limit - 1).saturating_sub(*zip);
        let movable = (0..self.stages.len())
            .any(|item| self.stages[item] < Stage::Placed && matches!(self.tally.places[item], Place::Layer(_)));
        let free: u64 = self.tally.zips[1..=there].iter().map(room).sum();
        let empty = (limit - 1).saturating_sub(self.problem.zip_end).max(1);
        let more = if movable { 0 } else { excess.saturating_sub(free).div_ceil(empty) as u32 };
        made + more
    }

    /// Uploads that are too long however everything is dealt out: an item that is too long alone, or more than all zips
    /// hold together.
    pub(super) fn least_over(&self) -> u32 {
        let Some(limit) = self.problem.direct else { return 0 };
        let stays = |item: &usize| {
            let it = &self.problem.items[*item];
            let may_leave = it.out_risk.is_some() || (self.terms.elsewhere && self.can_efs[*item]);
            if it.pinned { it.home().is_joint() } else { !may_leave }
        };
        let staying: Vec<u64> =
            (0..self.stages.len()).filter(stays).map(|item| self.tally.weights[item].in_function).collect();
        let room = (limit - 1).saturating_sub(self.problem.zip_end);
        let zips = 1 + u64::from(self.problem.layers) + u64::from(self.problem.free_layers);
        let is_over =
            staying.iter().any(|&item| item > room) || staying.iter().sum::<u64>() > room.saturating_mul(zips);
        u32::from(is_over)
    }
}
