//! The question as numbers: what may go where, what it weighs, what it risks. Knows no bundle and no plan, so that every
//! case that a test can think of can be asked.

/// A place that an item may have. Layers are counted from 0, those that are there first, then those that may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The function's own zip.
    Function,
    /// A layer of our own.
    Layer(u8),
    /// The file system.
    Efs,
    /// Left out.
    Out,
}

impl Place {
    /// Whether it counts against the budget that function and layers share.
    pub fn is_joint(self) -> bool {
        matches!(self, Place::Function | Place::Layer(_))
    }
}

/// What some files weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Unzipped bytes.
    pub unzipped: u64,
    /// What they add to the function's zip.
    pub in_function: u64,
    /// What they add to a layer's zip.
    pub in_layer: u64,
}

impl Weight {
    /// Both together; hostile lengths saturate.
    pub fn plus(self, other: Weight) -> Weight {
        Weight {
            unzipped: self.unzipped.saturating_add(other.unzipped),
            in_function: self.in_function.saturating_add(other.in_function),
            in_layer: self.in_layer.saturating_add(other.in_layer),
        }
    }

    /// What it adds to the zip of a place.
    pub fn zipped(self, place: Place) -> u64 {
        match place {
            Place::Function => self.in_function,
            Place::Layer(_) => self.in_layer,
            Place::Efs | Place::Out => 0,
        }
    }
}

/// A set of rules, a bit for each.
pub type Rules = u16;
/// The most rules that a problem may have.
pub const MOST_RULES: usize = 12;
/// The most layers that a problem may have.
pub const MOST_LAYERS: usize = 5;

/// A slimming rule that may be on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its risk, 0 for none.
    pub risk: u8,
    /// Whether the present plan has it on.
    pub on: bool,
}

/// What moves as one: a unit, or a family that leaves together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What it weighs, in parts: a part is gone as soon as one of its rules is on. No rule: it always weighs.
    pub parts: Vec<(Rules, Weight)>,
    /// Where it lies in the present plan; `None` is the function.
    pub home: Option<Place>,
    /// Whether it stays there whatever happens.
    pub pinned: bool,
    /// Whether it may move between function and layers.
    pub may_shift: bool,
    /// Whether it may lie on EFS.
    pub may_efs: bool,
    /// Whether it may be left out, and what that risks.
    pub out_risk: Option<u8>,
    /// The items that have to be on EFS, or left out, where this is on EFS: its whole closure, without itself.
    pub needs: Vec<usize>,
}

impl Item {
    /// Where it lies in the present plan.
    pub fn home(&self) -> Place {
        self.home.unwrap_or(Place::Function)
    }

    /// Whether it may lie there. It may always come into the function.
    pub fn may(&self, place: Place) -> bool {
        if self.pinned {
            return place == self.home();
        }
        match place {
            Place::Function => self.may_shift || !matches!(self.home(), Place::Layer(_)),
            Place::Layer(_) => self.may_shift || place == self.home(),
            Place::Efs => self.may_efs,
            Place::Out => self.out_risk.is_some(),
        }
    }

    /// What it weighs with these rules on.
    pub fn weight(&self, on: Rules) -> Weight {
        let kept = self.parts.iter().filter(|(rules, _)| rules & on == 0);
        kept.fold(Weight::default(), |sum, (_, weight)| sum.plus(*weight))
    }

    /// What leaving it there risks, as far as that is open.
    pub fn risk(&self, place: Place) -> u8 {
        if place == Place::Out && !self.pinned { self.out_risk.unwrap_or(0) } else { 0 }
    }
}

/// The whole question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The first joint size that is too much.
    pub limit: u64,
    /// The largest joint size that keeps the headroom.
    pub comfort: u64,
    /// Joint bytes that nothing changes: somebody else's layers.
    pub fixed: u64,
    /// Rules that may be on or off.
    pub rules: Vec<Rule>,
    /// What lies somewhere.
    pub items: Vec<Item>,
    /// Layers of our own that are there.
    pub layers: u8,
    /// Layers that may be made.
    pub free_layers: u8,
    /// The first zip that is too long to be sent directly; `None`: uploads go through S3.
    pub direct: Option<u64>,
    /// What a zip has besides its items.
    pub zip_end: u64,
    /// The highest risk that may be taken.
    pub most_risk: u8,
}

/// Rules and a place for each item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The rules that are on.
    pub rules: Rules,
    /// Where each item lies.
    pub places: Vec<Place>,
}

/// What an arrangement costs, worst first: the smaller value is the better plan. The order is the product's promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    /// (a) Limits that are broken.
    pub errors: u32,
    /// (b) Whether something lies on EFS.
    pub elsewhere: bool,
    /// (c) Whether the headroom is used up.
    pub cramped: bool,
    /// (d) The highest risk taken …
    pub highest_risk: u8,
    /// … and the sum of all.
    pub risks: u32,
    /// (e) Zips too long for a direct upload.
    pub uploads_over: u32,
    /// (f) Moves away from the present plan.
    pub moves: u32,
    /// (g) Layers to publish.
    pub layers: u32,
    /// (h) Bytes on EFS.
    pub efs_bytes: u64,
}

impl Problem {
    /// The present plan.
    pub fn present(&self) -> Arrangement {
        let on = self.rules.iter().enumerate().filter(|(_, rule)| rule.on);
        let rules = on.fold(0, |rules, (bit, _)| rules | 1 << bit);
        Arrangement { rules, places: self.items.iter().map(Item::home).collect() }
    }

    /// What lies in function and layers together.
    pub fn joint(&self, arrangement: &Arrangement) -> u64 {
        let joint = self.items.iter().zip(&arrangement.places).filter(|(_, place)| place.is_joint());
        joint.fold(self.fixed, |sum, (item, _)| sum.saturating_add(item.weight(arrangement.rules).unzipped))
    }

    /// What an arrangement costs; `None`: it is none that may be chosen.
    pub fn value(&self, arrangement: &Arrangement) -> Option<Value> {
        let Arrangement { rules, places } = arrangement;
        let is_allowed = |(item, place): (&Item, &Place)| item.may(*place) && self.has(*place);
        if !self.items.iter().zip(places).all(is_allowed) || !self.is_closed(places) {
            return None;
        }
        let joint = self.joint(arrangement);
        let risks = self.risks(arrangement);
        let on_efs = || self.items.iter().zip(places).filter(|(_, place)| **place == Place::Efs);
        let elsewhere = on_efs().next().is_some();
        let highest_risk = risks.iter().copied().max().unwrap_or(0);
        if highest_risk > self.most_risk || (elsewhere && highest_risk > 0) {
            return None;
        }
        let value = Value {
            errors: u32::from(joint >= self.limit),
            elsewhere,
            cramped: joint > self.comfort,
            highest_risk,
            risks: risks.iter().map(|&risk| u32::from(risk)).sum(),
            uploads_over: self.uploads_over(arrangement),
            moves: self.moves(arrangement),
            layers: u32::from(self.layers) + self.new_layers(places)?,
            efs_bytes: on_efs().fold(0, |sum, (item, _)| sum.saturating_add(item.weight(*rules).unzipped)),
        };
        Some(value)
    }

    /// Whether the place exists, or may be made.
    fn has(&self, place: Place) -> bool {
        match place {
            Place::Layer(number) => number < self.layers + self.free_layers,
            Place::Function | Place::Efs | Place::Out => true,
        }
    }

    /// Whether what lies on EFS has all that it needs beside it.
    pub fn is_closed(&self, places: &[Place]) -> bool {
        let has_all = |item: &Item| item.needs.iter().all(|&need| !places[need].is_joint());
        self.items.iter().zip(places).all(|(item, place)| *place != Place::Efs || has_all(item))
    }

    fn risks(&self, arrangement: &Arrangement) -> Vec<u8> {
        let on = self.rules.iter().enumerate().filter(|(bit, _)| arrangement.rules & (1 << bit) != 0);
        let out = self.items.iter().zip(&arrangement.places).map(|(item, place)| item.risk(*place));
        on.map(|(_, rule)| rule.risk).chain(out).collect()
    }

    /// How many zips are too long to be sent directly.
    fn uploads_over(&self, arrangement: &Arrangement) -> u32 {
        let Some(limit) = self.direct else { return 0 };
        let mut zips = [self.zip_end; MOST_LAYERS + 1];
        for (item, place) in self.items.iter().zip(&arrangement.places) {
            if let Some(zip) = zip_of(*place) {
                zips[zip] = zips[zip].saturating_add(item.weight(arrangement.rules).zipped(*place));
            }
        }
        zips.iter().filter(|zip| **zip >= limit).count() as u32
    }

    fn moves(&self, arrangement: &Arrangement) -> u32 {
        let turned = (arrangement.rules ^ self.present().rules).count_ones();
        let moved = self.items.iter().zip(&arrangement.places).filter(|(item, place)| item.home() != **place);
        turned + moved.count() as u32
    }

    /// How many layers have to be made; `None` where one is left out in between, which is the same with other names.
    fn new_layers(&self, places: &[Place]) -> Option<u32> {
        let mut used = [false; MOST_LAYERS];
        for place in places {
            if let Place::Layer(number) = place {
                used[usize::from(*number)] = true;
            }
        }
        let new = &used[usize::from(self.layers)..];
        let count = new.iter().filter(|used| **used).count();
        new[..count].iter().all(|used| *used).then_some(count as u32)
    }
}

/// Which zip a place is packed into: 0 is the function's.
pub fn zip_of(place: Place) -> Option<usize> {
    match place {
        Place::Function => Some(0),
        Place::Layer(number) => Some(usize::from(number) + 1),
        Place::Efs | Place::Out => None,
    }
}
