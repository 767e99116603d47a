//! Where a function's Python searches for modules, in its order.
//!
//! The order is that of the managed runtime's own start: without a PYTHONPATH it puts `/var/task` and the layers'
//! folders first; with one it puts `/var/task` first and leaves the layers' folders out.

/// Where the function's zip is unpacked.
pub const TASK: &str = "/var/task";
/// Where layers packed by bayplan have their modules.
pub const LAYERS: &str = "/opt/python";
/// Who says how the path is put together.
pub const SOURCE: &str = "the Python runtime's bootstrap.py";
/// The last Python whose runtime keeps the SDK in `/var/runtime`, which is searched before a PYTHONPATH.
const LAST_WITH_SDK_FIRST: (u8, u8) = (3, 10);

/// One place that is searched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Searched {
    /// A folder, as it is written, without closing slashes.
    Folder(String),
    /// The runtime's folder that has the AWS SDK.
    Sdk,
    /// The standard library.
    StandardLibrary,
}

/// The places in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPath {
    /// First come, first served.
    pub places: Vec<Searched>,
    /// Whether PYTHONPATH is set, by the user or because the plan needs it.
    pub is_set: bool,
}

impl SearchPath {
    /// The search path of a version of Python; `set` is PYTHONPATH.
    pub fn of_python(version: (u8, u8), set: Option<&str>) -> SearchPath {
        let folder = |path: &str| Searched::Folder(path.trim_end_matches('/').to_owned());
        let (major, minor) = version;
        let is_old = version <= LAST_WITH_SDK_FIRST;
        let mut places = vec![folder(TASK)];
        match set {
            None => {
                places.push(Searched::Folder(format!("{LAYERS}/lib/python{major}.{minor}/site-packages")));
                places.extend([folder(LAYERS), Searched::Sdk, Searched::StandardLibrary]);
            }
            Some(set) => {
                places.extend(is_old.then_some(Searched::Sdk));
                places.extend(set.split(':').filter(|part| !part.is_empty()).map(folder));
                places.push(Searched::StandardLibrary);
                places.extend((!is_old).then_some(Searched::Sdk));
            }
        }
        SearchPath { places, is_set: set.is_some() }
    }

    /// Whether `.pth` files in a folder of the function or the layers are read. On EFS they never are.
    pub fn reads_path_files_of(&self, folder: &str) -> bool {
        folder == TASK || (!self.is_set && (folder == LAYERS || folder.starts_with("/opt/python/lib/python")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(version: (u8, u8), set: Option<&str>) -> Vec<String> {
        let word = |place: Searched| match place {
            Searched::Folder(folder) => folder,
            Searched::Sdk => "SDK".to_owned(),
            Searched::StandardLibrary => "library".to_owned(),
        };
        SearchPath::of_python(version, set).places.into_iter().map(word).collect()
    }

    #[test]
    fn a_pythonpath_drops_the_layers_and_its_place_depends_on_the_version() {
        let layers = "/opt/python/lib/python3.10/site-packages";
        assert_eq!(shown((3, 10), None), ["/var/task", layers, "/opt/python", "SDK", "library"]);
        assert_eq!(shown((3, 10), Some("/mnt/a/:/b")), ["/var/task", "SDK", "/mnt/a", "/b", "library"]);
        assert_eq!(shown((3, 13), Some("/mnt/a")), ["/var/task", "/mnt/a", "library", "SDK"]);
        assert_eq!(shown((3, 13), Some("")), ["/var/task", "library", "SDK"], "an empty one is set too");
    }
}
