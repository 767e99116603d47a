//! Something that is made from a key and kept until another key is asked for.

use std::fmt;
use std::sync::{Arc, Mutex};

/// Keeps the last thing made. Copies share it.
pub struct Remembered<K, V>(Kept<K, V>);

type Kept<K, V> = Arc<Mutex<Option<(K, Arc<V>)>>>;

impl<K: PartialEq, V> Remembered<K, V> {
    /// What belongs to a key; made if it is not the one that is kept.
    pub fn get(&self, key: K, make: impl FnOnce(&K) -> V) -> Arc<V> {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, value)) = kept.as_ref().filter(|(known, _)| *known == key) {
            return value.clone();
        }
        let value = Arc::new(make(&key));
        *kept = Some((key, value.clone()));
        value
    }
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Remembered(Arc::default())
    }
}

impl<K, V> Clone for Remembered<K, V> {
    fn clone(&self) -> Self {
        Remembered(self.0.clone())
    }
}

impl<K, V> fmt::Debug for Remembered<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Remembered")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_made_once_for_a_key() {
        let (kept, mut made) = (Remembered::default(), 0);
        for key in ["a", "a", "b", "b", "a"] {
            let value = kept.get(key, |key| {
                made += 1;
                key.to_owned()
            });
            assert_eq!(*value, key);
        }
        assert_eq!(made, 3);
    }
}
