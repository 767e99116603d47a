//! Tables that have to be tables. What serde derives for a struct would take a list as well, as its fields in their order:
//! `efs = [["numpy"]]` would put a package on EFS, and a field added to the format would change what such a list means.

/// Reads each of these types from a table alone; they derive `Deserialize` with `#[serde(remote = "Self")]`.
macro_rules! tables {
    ($($name:ident)*) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                struct Table;

                impl<'de> serde::de::Visitor<'de> for Table {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a table")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    }
                }

                deserializer.deserialize_map(Table)
            }
        }
    )*};
}

pub(super) use tables;
