//! A rectangle of cells cut into rectangles whose areas are as weights are, each as near to a square as it can be.
//!
//! The way of Bruls, Huizing and van Wijk (2000): strips are laid along the shorter side, and a strip takes one more
//! item as long as that makes its worst shape better. Edges lie on whole cells, so that nothing overlaps and no cell is
//! left; what rounding takes from one strip, the rest of the area gives to the next.

/// A cell of a terminal is so many times as high as it is wide.
const CELL: f64 = 2.0;

/// Cells from a corner on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Columns from the left.
    pub x: u16,
    /// Rows from the top.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Room {
    /// How many cells it has.
    pub fn cells(self) -> u32 {
        u32::from(self.width) * u32::from(self.height)
    }
}

/// Cuts the room for the weights, which come largest first. An item that no cell is left for gets an empty room.
pub fn squarify(weights: &[u64], mut room: Room) -> Vec<Room> {
    let mut rooms = Vec::with_capacity(weights.len());
    let mut rest = weights;
    while !rest.is_empty() {
        if room.cells() == 0 {
            rooms.resize(weights.len(), Room { width: 0, height: 0, ..room });
            break;
        }
        let count = strip_length(rest, room);
        let (strip, after) = rest.split_at(count);
        let thickness = thickness(strip, rest, room);
        let (taken, left) = split(room, thickness);
        deal(&mut rooms, strip, taken, is_upright(room));
        room = left;
        rest = after;
    }
    rooms
}

/// Whether a strip is a column at the left; else it is a row at the top.
fn is_upright(room: Room) -> bool {
    f64::from(room.width) >= f64::from(room.height) * CELL
}

/// The cells along a strip, and those across all strips.
fn sides(room: Room) -> (u16, u16) {
    if is_upright(room) { (room.height, room.width) } else { (room.width, room.height) }
}

/// How many items the next strip takes.
fn strip_length(rest: &[u64], room: Room) -> usize {
    let (along, across) = sides(room);
    let most = rest.len().min(usize::from(along));
    if across == 1 {
        return most;
    }
    let mut best = f64::INFINITY;
    for count in 1..=most {
        let worst = worst_shape(&rest[..count], rest, room);
        if worst > best {
            return count - 1;
        }
        best = worst;
    }
    most
}

/// How far the worst item of a strip is from a square; 1 is a square.
fn worst_shape(strip: &[u64], rest: &[u64], room: Room) -> f64 {
    let (along, across) = sides(room);
    let (sum, all) = (total(strip), total(rest));
    let (side, thickness) = (f64::from(along), f64::from(across) * sum / all);
    let (side, thickness) = if is_upright(room) { (side * CELL, thickness) } else { (side, thickness * CELL) };
    let shape = |weight: &u64| {
        let length = side * (*weight).max(1) as f64 / sum;
        (length / thickness).max(thickness / length)
    };
    strip.iter().map(shape).fold(1.0, f64::max)
}

fn total(weights: &[u64]) -> f64 {
    weights.iter().map(|&weight| weight.max(1) as f64).sum()
}

/// The cells across a strip: at least one, and one for what comes after it.
fn thickness(strip: &[u64], rest: &[u64], room: Room) -> u16 {
    let (_, across) = sides(room);
    if strip.len() == rest.len() {
        return across;
    }
    let wanted = (f64::from(across) * total(strip) / total(rest)).round() as u16;
    wanted.clamp(1, across.saturating_sub(1).max(1))
}

/// The strip, and what is left of the room.
fn split(room: Room, thickness: u16) -> (Room, Room) {
    if is_upright(room) {
        let left = Room { x: room.x + thickness, width: room.width - thickness, ..room };
        (Room { width: thickness, ..room }, left)
    } else {
        let left = Room { y: room.y + thickness, height: room.height - thickness, ..room };
        (Room { height: thickness, ..room }, left)
    }
}

/// Cuts a strip for its items, each at least a cell long.
fn deal(rooms: &mut Vec<Room>, strip: &[u64], taken: Room, is_upright: bool) {
    let along = if is_upright { taken.height } else { taken.width };
    let sum = total(strip);
    let (mut from, mut before) = (0_u16, 0.0);
    for (number, weight) in strip.iter().enumerate() {
        before += (*weight).max(1) as f64;
        let after = (strip.len() - number - 1) as u16;
        let wanted = (f64::from(along) * before / sum).round() as u16;
        let to = if after == 0 { along } else { wanted.clamp(from + 1, along - after) };
        rooms.push(if is_upright {
            Room { y: taken.y + from, height: to - from, ..taken }
        } else {
            Room { x: taken.x + from, width: to - from, ..taken }
        });
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes_come_near_to_squares() {
        let rooms = squarify(&[6, 6, 4, 3, 2, 2, 1], Room { width: 60, height: 20, ..Room::default() });
        let shape = |room: &Room| f64::from(room.width) / (f64::from(room.height) * CELL);
        assert!(rooms.iter().all(|room| (0.3..3.5).contains(&shape(room))), "{rooms:?}");
        assert_eq!(rooms[0], Room { x: 0, y: 0, width: 30, height: 10 }, "a quarter of the area, and square");
    }

    proptest! {
        #[test]
        fn no_cell_is_lost_and_none_is_given_twice(
            mut weights in proptest::collection::vec(0_u64..1_000_000, 1..40), width in 1_u16..120, height in 1_u16..50
        ) {
            weights.sort_unstable_by(|a, b| b.cmp(a));
            let rooms = squarify(&weights, Room { x: 3, y: 5, width, height });
            prop_assert_eq!(rooms.len(), weights.len());
            let mut taken = vec![0_u8; usize::from(width) * usize::from(height)];
            for room in &rooms {
                for y in room.y..room.y + room.height {
                    for x in room.x..room.x + room.width {
                        taken[usize::from(y - 5) * usize::from(width) + usize::from(x - 3)] += 1;
                    }
                }
            }
            prop_assert!(taken.iter().all(|&times| times == 1), "{rooms:?}");
        }
    }
}
