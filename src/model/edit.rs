//! A change of the plan, as a value with an opposite.

use super::bucket::{Bucket, LayerName};
use super::limits::LIMITS;
use super::package::PackageKey;
use super::plan::{Layer, Placement, Plan, Reason};
use super::slim::Slim;

/// One change of a plan. Applying it gives back the edit that undoes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Puts packages where they are named to go; `None` is the function.
    Move(Vec<(PackageKey, Option<Placement>)>),
    /// Puts a layer at a place in the order.
    AddLayer {
        /// Its place, from 0.
        at: usize,
        /// The layer.
        layer: Layer,
    },
    /// Takes an empty layer away.
    RemoveLayer(LayerName),
    /// Gives a layer another name; what lies in it stays.
    RenameLayer {
        /// The name it has.
        from: LayerName,
        /// The name it gets.
        to: LayerName,
    },
    /// Puts a layer at another place in the order.
    MoveLayer {
        /// Its place now.
        from: usize,
        /// Its place afterwards.
        to: usize,
    },
    /// Replaces all that is slimmed.
    Slim(Slim),
    /// Several edits, in this order, all or none.
    Batch(Vec<Edit>),
}

/// Why an edit cannot be done. The plan is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Lambda takes five layers.
    #[error("a function takes {} layers, and all are in use: merge two layers or use EFS", LIMITS.layers.count)]
    TooManyLayers,
    /// No layer of that name.
    #[error("the plan has no layer \"{0}\"; it has {1}")]
    NoSuchLayer(LayerName, String),
    /// Two layers of one name.
    #[error("there is a layer \"{0}\" already; choose another name")]
    NameTaken(LayerName),
    /// A layer with packages in it cannot go.
    #[error("layer \"{0}\" holds {1}; move them out first")]
    NotEmpty(LayerName, String),
    /// Somebody else's layer cannot be filled.
    #[error("layer \"{0}\" is somebody else's and cannot be filled; make a layer of your own")]
    Foreign(LayerName),
    /// The module that Lambda calls has to be in the function.
    #[error("{0} holds the handler and stays in the function")]
    HandlerStays(PackageKey),
    /// No such place in the order of layers.
    #[error("there is no layer {0}; the plan has {1}")]
    NoSuchPlace(usize, usize),
}

impl Plan {
    /// Does an edit and returns its opposite. After a refusal the plan is as it was.
    pub fn apply(&mut self, edit: Edit) -> Result<Edit, Refusal> {
        match edit {
            Edit::Move(moves) => self.move_packages(moves),
            Edit::AddLayer { at, layer } => self.add_layer(at, layer),
            Edit::RemoveLayer(name) => self.remove_layer(&name),
            Edit::RenameLayer { from, to } => self.rename_layer(from, to),
            Edit::MoveLayer { from, to } => self.move_layer(from, to),
            Edit::Slim(slim) => Ok(Edit::Slim(std::mem::replace(&mut self.slim, slim))),
            Edit::Batch(edits) => self.apply_all(edits),
        }
    }

    /// Whether an edit would be refused, and why, without doing it.
    pub fn refuses(&self, edit: Edit) -> Option<Refusal> {
        self.clone().apply(edit).err()
    }

    fn move_packages(&mut self, moves: Vec<(PackageKey, Option<Placement>)>) -> Result<Edit, Refusal> {
        for (key, placement) in &moves {
            if let Some(placement) = placement {
                self.may_place(key, placement)?;
            }
        }
        let mut opposite: Vec<_> = moves
            .into_iter()
            .map(|(key, placement)| {
                let before = match placement {
                    Some(placement) => self.placements.insert(key.clone(), placement),
                    None => self.placements.remove(&key),
                };
                (key, before)
            })
            .collect();
        opposite.reverse();
        Ok(Edit::Move(opposite))
    }

    fn may_place(&self, key: &PackageKey, placement: &Placement) -> Result<(), Refusal> {
        if self.holds_handler(key) {
            return Err(Refusal::HandlerStays(key.clone()));
        }
        match placement {
            Placement::Layer(name) => match self.layer(name) {
                None => Err(self.no_such_layer(name)),
                Some(layer) if layer.foreign().is_some() => Err(Refusal::Foreign(name.clone())),
                Some(_) => Ok(()),
            },
            Placement::Efs | Placement::LeftOut(_) => Ok(()),
        }
    }

    fn no_such_layer(&self, name: &LayerName) -> Refusal {
        let names: Vec<&str> = self.layers.iter().map(|layer| layer.name.as_str()).collect();
        let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Refusal::NoSuchLayer(name.clone(), has)
    }

    fn place_of(&self, name: &LayerName) -> Result<usize, Refusal> {
        self.layers.iter().position(|layer| layer.name == *name).ok_or_else(|| self.no_such_layer(name))
    }

    fn add_layer(&mut self, at: usize, layer: Layer) -> Result<Edit, Refusal> {
        if self.layers.len() >= LIMITS.layers.count {
            return Err(Refusal::TooManyLayers);
        }
        if self.layer(&layer.name).is_some() {
            return Err(Refusal::NameTaken(layer.name));
        }
        let name = layer.name.clone();
        self.layers.insert(at.min(self.layers.len()), layer);
        Ok(Edit::RemoveLayer(name))
    }

    fn remove_layer(&mut self, name: &LayerName) -> Result<Edit, Refusal> {
        let at = self.place_of(name)?;
        let bucket = Bucket::Layer(name.clone());
        let inside: Vec<&str> = self
            .placements
            .iter()
            .filter(|(_, placement)| placement.bucket() == bucket)
            .map(|(key, _)| key.as_str())
            .collect();
        if !inside.is_empty() {
            return Err(Refusal::NotEmpty(name.clone(), inside.join(", ")));
        }
        Ok(Edit::AddLayer { at, layer: self.layers.remove(at) })
    }

    fn rename_layer(&mut self, from: LayerName, to: LayerName) -> Result<Edit, Refusal> {
        let at = self.place_of(&from)?;
        if from != to && self.layer(&to).is_some() {
            return Err(Refusal::NameTaken(to));
        }
        self.layers[at].name = to.clone();
        for placement in self.placements.values_mut() {
            match placement {
                Placement::Layer(name) if *name == from => *name = to.clone(),
                Placement::LeftOut(Reason::ProvidedBy(by)) if by == from.as_str() => *by = to.to_string(),
                _ => {}
            }
        }
        Ok(Edit::RenameLayer { from: to, to: from })
    }

    fn move_layer(&mut self, from: usize, to: usize) -> Result<Edit, Refusal> {
        let count = self.layers.len();
        for place in [from, to] {
            if place >= count {
                return Err(Refusal::NoSuchPlace(place + 1, count));
            }
        }
        let layer = self.layers.remove(from);
        self.layers.insert(to, layer);
        Ok(Edit::MoveLayer { from: to, to: from })
    }

    fn apply_all(&mut self, edits: Vec<Edit>) -> Result<Edit, Refusal> {
        let mut opposites = Vec::with_capacity(edits.len());
        for edit in edits {
            match self.apply(edit) {
                Ok(opposite) => opposites.push(opposite),
                Err(refusal) => {
                    for opposite in opposites.into_iter().rev() {
                        self.apply(opposite).expect("the opposite of an edit just done can be done");
                    }
                    return Err(refusal);
                }
            }
        }
        opposites.reverse();
        Ok(Edit::Batch(opposites))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> PackageKey {
        PackageKey::new(text)
    }

    fn layer(text: &str) -> Layer {
        Layer::own(text.parse().unwrap())
    }

    fn add(text: &str) -> Edit {
        Edit::AddLayer { at: usize::MAX, layer: layer(text) }
    }

    #[test]
    fn an_edit_and_its_opposite_is_nothing() {
        let mut plan = Plan::new("f");
        plan.apply(add("a")).unwrap();
        plan.apply(add("b")).unwrap();
        plan.apply(Edit::Move(vec![(key("numpy"), Some(Placement::Layer("a".parse().unwrap())))])).unwrap();
        let edits = [
            Edit::Move(vec![(key("numpy"), None), (key("scipy"), Some(Placement::Efs)), (key("scipy"), None)]),
            Edit::RenameLayer { from: "a".parse().unwrap(), to: "c".parse().unwrap() },
            Edit::MoveLayer { from: 0, to: 1 },
            Edit::Batch(vec![add("c"), Edit::Move(vec![(key("x"), Some(Placement::Layer("c".parse().unwrap())))])]),
        ];
        for edit in edits {
            let before = plan.clone();
            let opposite = plan.apply(edit.clone()).unwrap();
            assert_ne!(plan, before, "{edit:?} did nothing");
            plan.apply(opposite).unwrap();
            assert_eq!(plan, before, "{edit:?}");
        }
    }

    #[test]
    fn a_sixth_layer_is_refused_and_a_batch_is_all_or_none() {
        let mut plan = Plan::new("f");
        for name in ["a", "b", "c", "d"] {
            plan.apply(add(name)).unwrap();
        }
        let before = plan.clone();
        assert_eq!(plan.apply(Edit::Batch(vec![add("e"), add("f")])), Err(Refusal::TooManyLayers));
        assert_eq!(plan, before);
    }

    #[test]
    fn a_layer_with_packages_is_not_removed() {
        let mut plan = Plan::new("f");
        plan.apply(add("a")).unwrap();
        plan.apply(Edit::Move(vec![(key("numpy"), Some(Placement::Layer("a".parse().unwrap())))])).unwrap();
        let refusal = plan.apply(Edit::RemoveLayer("a".parse().unwrap())).unwrap_err();
        assert_eq!(refusal.to_string(), "layer \"a\" holds numpy; move them out first");
    }

    #[test]
    fn the_handler_stays_in_the_function() {
        let mut plan = Plan::new("f");
        plan.function.handler = crate::model::shape::Handler::try_from("app.handler".to_owned()).ok();
        let refusal = plan.refuses(Edit::Move(vec![(key("file:app.py"), Some(Placement::Efs))]));
        assert_eq!(refusal, Some(Refusal::HandlerStays(key("file:app.py"))));
    }
}
