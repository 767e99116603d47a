//! The few questions that a scan asks the file system, never following a link below the folder that was named.
//!
//! On Unix everything goes through descriptors (`openat`), so that a path may be longer than the system takes in one
//! call, and a folder that is swapped for a link while bayplan looks is refused instead of followed.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::model::contents::Stamp;
use crate::model::listing::Attributes;

/// One thing in a folder, while its name lies where the system wrote it.
pub struct Found<'a> {
    /// Its own name.
    pub name: &'a [u8],
    /// What it is, or what the system said when it was asked. Of a folder perhaps only that it is one: the rest is told
    /// when it is read.
    pub attributes: io::Result<Attributes>,
    /// For what cannot be packed: what it is.
    pub special: Option<&'static str>,
}

#[cfg(not(unix))]
pub use portable::{Opened, Root, stamp_at, stamp_of};
#[cfg(unix)]
pub use unix::{Opened, Root, stamp_at, stamp_of};

#[cfg(unix)]
mod unix {
    use std::ffi::CStr;
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
    use std::os::unix::ffi::OsStrExt;

    use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, openat, readlinkat, stat as stat_at, statat};

    use super::{Attributes, File, Found, Path, Stamp, io};
    use crate::model::bytes::Bytes;
    use crate::model::entry::EntryKind;

    /// The most bytes of a path given to the system at once; Linux takes 4 096 with the closing zero.
    const LONGEST_STEP: usize = 4000;

    /// How a file is opened: no link is followed, and no FIFO's writer waited for.
    const FILE: OFlags =
        OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOFOLLOW).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

    /// How a folder is opened: it is one, and no link.
    const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

    /// The folder that the user named, held open.
    pub struct Root(OwnedFd);

    /// A folder at or below it, held open.
    pub struct Opened(OwnedFd);

    impl Root {
        /// Opens the folder; if its path is a link, the folder that the link names.
        pub fn open(path: &Path) -> io::Result<Root> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Root(rustix::fs::open(path, flags, Mode::empty())?))
        }

        /// Opens the folder at `path` below the root.
        pub fn folder(&self, path: &[u8]) -> io::Result<Opened> {
            self.open_folder(path).map(Opened)
        }

        /// What the thing at `path` is, for who cannot open it.
        pub fn attributes(&self, path: &[u8]) -> io::Result<Attributes> {
            let (folder, name) = self.open_above(path)?;
            Ok(attributes(statat(folder, std::ffi::OsStr::from_bytes(name), AtFlags::SYMLINK_NOFOLLOW)?))
        }

        /// Opens a regular file, so that no link is followed, and without waiting for a FIFO's writer.
        pub fn open_file(&self, path: &[u8]) -> io::Result<Option<File>> {
            let file = match open_at_once(&self.0, path, FILE) {
                Some(file) => file,
                None => {
                    let (folder, name) = self.open_above(path)?;
                    openat(folder, std::ffi::OsStr::from_bytes(name), FILE, Mode::empty())?
                }
            };
            let is_file = FileType::from_raw_mode(fstat(&file)?.st_mode) == FileType::RegularFile;
            Ok(is_file.then(|| File::from(file)))
        }

        /// What a file or link looks like now.
        pub fn stamp(&self, path: &[u8]) -> io::Result<Stamp> {
            let (folder, name) = self.open_above(path)?;
            let stat = statat(folder, std::ffi::OsStr::from_bytes(name), AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(stamp(&stat))
        }

        /// The text of a link.
        pub fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
            let (folder, name) = self.open_above(path)?;
            Ok(readlinkat(folder, std::ffi::OsStr::from_bytes(name), Vec::new())?.into_bytes())
        }

        /// The folder that holds what the path names, and the name in it. Step by step, so that no link is followed.
        fn open_above<'p>(&self, path: &'p [u8]) -> io::Result<(OwnedFd, &'p [u8])> {
            let (folder, name) = match path.iter().rposition(|&byte| byte == b'/') {
                Some(slash) => (&path[..slash], &path[slash + 1..]),
                None => (&path[..0], path),
            };
            if let Some(folder) = open_at_once(&self.0, folder, FOLDER) {
                return Ok((folder, name));
            }
            let mut parts = folder.split(|&byte| byte == b'/').filter(|part| !part.is_empty());
            let first = open_step(&self.0, parts.next().unwrap_or(b"."))?;
            Ok((parts.try_fold(first, |at, part| open_step(&at, part))?, name))
        }

        /// Opens a folder in as few steps as the system allows.
        fn open_folder(&self, path: &[u8]) -> io::Result<OwnedFd> {
            let mut rest = path;
            let mut above: Option<OwnedFd> = None;
            let open = |above: &Option<OwnedFd>, path: &[u8]| match above {
                Some(above) => open_step(above, path),
                None => open_step(&self.0, path),
            };
            while rest.len() > LONGEST_STEP {
                let Some(slash) = rest[..LONGEST_STEP].iter().rposition(|&byte| byte == b'/') else { break };
                above = Some(open(&above, &rest[..slash])?);
                rest = &rest[slash + 1..];
            }
            open(&above, if rest.is_empty() { b"." } else { rest })
        }
    }

    impl Opened {
        /// Opens a folder directly in this one. That is less work for the system than the way from the root.
        pub fn folder(&self, name: &[u8]) -> io::Result<Opened> {
            open_step(&self.0, name).map(Opened)
        }

        /// What the folder itself is.
        pub fn attributes(&self) -> io::Result<Attributes> {
            Ok(attributes(fstat(&self.0)?))
        }

        /// All of a file directly in the folder, as long as it was a moment ago; `None`: it is not that any more, or
        /// cannot be read, which is told to who asks in earnest.
        pub fn content(&self, name: &[u8], length: usize) -> Option<Vec<u8>> {
            let file = openat(&self.0, std::ffi::OsStr::from_bytes(name), FILE, Mode::empty()).ok()?;
            // A byte more than there is, so that one call reads it and tells that no more is there.
            let mut bytes = Vec::with_capacity(length + 1);
            let count = rustix::io::read(&file, rustix::buffer::spare_capacity(&mut bytes)).ok()?;
            (count == length).then_some(bytes)
        }

        /// Gives everything directly in the folder.
        pub fn read(&self, mut take: impl FnMut(io::Result<Found<'_>>)) -> io::Result<()> {
            for_each_name(self.0.as_fd(), |item| match item {
                Ok((name, _)) if matches!(name.to_bytes(), b"." | b"..") => {}
                // To ask the system about a name takes it longer than about what is open, and each folder will be.
                Ok((name, FileType::Directory)) => take(Ok(only_a_folder(name))),
                Ok((name, _)) => take(Ok(look_at(self.0.as_fd(), name))),
                Err(error) => take(Err(error.into())),
            })
        }
    }

    fn open_step(from: impl AsFd, path: &[u8]) -> io::Result<OwnedFd> {
        Ok(openat(from, std::ffi::OsStr::from_bytes(path), FOLDER, Mode::empty())?)
    }

    /// Opens what lies below a folder in one call that follows no link on the way. `None`: the system cannot, or found
    /// something in the way, which going step by step tells in words.
    #[cfg(target_os = "linux")]
    fn open_at_once(root: &OwnedFd, path: &[u8], flags: OFlags) -> Option<OwnedFd> {
        use rustix::fs::{ResolveFlags, openat2};
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        openat2(root, std::ffi::OsStr::from_bytes(path), flags, Mode::empty(), resolve).ok()
    }

    #[cfg(not(target_os = "linux"))]
    fn open_at_once(_: &OwnedFd, _: &[u8], _: OFlags) -> Option<OwnedFd> {
        None
    }

    /// Gives every name in a folder with what the folder says it is. Names lie where the system wrote them and are not
    /// copied for this. After an error there is no more.
    #[cfg(target_os = "linux")]
    fn for_each_name(
        folder: BorrowedFd<'_>,
        mut take: impl FnMut(rustix::io::Result<(&CStr, FileType)>),
    ) -> io::Result<()> {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 32 << 10];
        let mut items = rustix::fs::RawDir::new(folder, &mut buffer);
        while let Some(item) = items.next() {
            match item {
                Ok(item) => take(Ok((item.file_name(), item.file_type()))),
                Err(error) => {
                    take(Err(error));
                    break;
                }
            }
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn for_each_name(
        folder: BorrowedFd<'_>,
        mut take: impl FnMut(rustix::io::Result<(&CStr, FileType)>),
    ) -> io::Result<()> {
        let mut items = rustix::fs::Dir::read_from(folder)?;
        while let Some(item) = items.next() {
            match item {
                Ok(item) => take(Ok((item.file_name(), item.file_type()))),
                Err(error) => {
                    take(Err(error));
                    break;
                }
            }
        }
        Ok(())
    }

    fn stamp(stat: &Stat) -> Stamp {
        Stamp {
            length: u64::try_from(stat.st_size).unwrap_or(0),
            number: stat.st_ino,
            modified: i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec),
        }
    }

    /// What an open file looks like now.
    pub fn stamp_of(file: &File) -> io::Result<Stamp> {
        Ok(stamp(&fstat(file)?))
    }

    /// What lies at a path looks like now.
    pub fn stamp_at(path: &Path) -> io::Result<Stamp> {
        Ok(stamp(&stat_at(path)?))
    }

    fn only_a_folder(name: &CStr) -> Found<'_> {
        let attributes = Attributes { mode: 0, ..Attributes::directory() };
        Found { name: name.to_bytes(), attributes: Ok(attributes), special: None }
    }

    fn look_at(folder: impl AsFd, name: &CStr) -> Found<'_> {
        let stat = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW);
        let special = stat.as_ref().ok().and_then(|stat| special(FileType::from_raw_mode(stat.st_mode)));
        Found { name: name.to_bytes(), attributes: stat.map(attributes).map_err(io::Error::from), special }
    }

    fn attributes(stat: Stat) -> Attributes {
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Symlink => EntryKind::Link,
            FileType::Directory => EntryKind::Directory,
            _ => EntryKind::Special,
        };
        let length = match kind {
            EntryKind::File | EntryKind::Link => u64::try_from(stat.st_size).unwrap_or(0),
            EntryKind::Directory | EntryKind::Special => 0,
        };
        Attributes {
            kind,
            mode: (stat.st_mode & 0o7777) as u16,
            length: Bytes(length),
            modified: stat.st_mtime,
            zipped: None,
        }
    }

    fn special(kind: FileType) -> Option<&'static str> {
        match kind {
            FileType::RegularFile | FileType::Symlink | FileType::Directory => None,
            FileType::Fifo => Some("a FIFO"),
            FileType::Socket => Some("a socket"),
            _ => Some("a device"),
        }
    }
}

#[cfg(not(unix))]
mod portable {
    use super::{Attributes, File, Found, Path, Stamp, io};
    use crate::model::bytes::Bytes;
    use crate::model::entry::EntryKind;

    /// The folder that the user named.
    pub struct Root(std::path::PathBuf);

    /// A folder at or below it.
    pub struct Opened(std::path::PathBuf);

    impl Root {
        /// Remembers the folder.
        pub fn open(path: &Path) -> io::Result<Root> {
            std::fs::read_dir(path)?;
            Ok(Root(path.to_owned()))
        }

        /// Remembers the folder at `path` below the root.
        pub fn folder(&self, path: &[u8]) -> io::Result<Opened> {
            Ok(Opened(self.path(path)))
        }

        /// What the thing at `path` is, for who cannot open it.
        pub fn attributes(&self, path: &[u8]) -> io::Result<Attributes> {
            Ok(attributes(&std::fs::symlink_metadata(self.path(path))?))
        }

        /// Opens a regular file. Whether a folder above it became a link meanwhile cannot be told here.
        pub fn open_file(&self, path: &[u8]) -> io::Result<Option<File>> {
            let path = self.path(path);
            if !std::fs::symlink_metadata(&path)?.is_file() {
                return Ok(None);
            }
            File::open(path).map(Some)
        }

        /// What a file or link looks like now.
        pub fn stamp(&self, path: &[u8]) -> io::Result<Stamp> {
            Ok(stamp(&std::fs::symlink_metadata(self.path(path))?))
        }

        /// The text of a link.
        pub fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
            Ok(std::fs::read_link(self.path(path))?.to_string_lossy().into_owned().into_bytes())
        }

        fn path(&self, below: &[u8]) -> std::path::PathBuf {
            self.0.join(String::from_utf8_lossy(below).as_ref())
        }
    }

    impl Opened {
        /// Remembers a folder directly in this one.
        pub fn folder(&self, name: &[u8]) -> io::Result<Opened> {
            Ok(Opened(self.0.join(String::from_utf8_lossy(name).as_ref())))
        }

        /// `None`: whoever asks for a file's content finds it by its path.
        pub fn content(&self, _: &[u8], _: usize) -> Option<Vec<u8>> {
            None
        }

        /// What the folder itself is.
        pub fn attributes(&self) -> io::Result<Attributes> {
            Ok(attributes(&std::fs::symlink_metadata(&self.0)?))
        }

        /// Gives everything directly in the folder.
        pub fn read(&self, mut take: impl FnMut(io::Result<Found<'_>>)) -> io::Result<()> {
            for item in std::fs::read_dir(&self.0)? {
                match item {
                    Ok(item) => {
                        let name = item.file_name().to_string_lossy().into_owned().into_bytes();
                        take(Ok(look_at(&item, &name)));
                    }
                    Err(error) => take(Err(error)),
                }
            }
            Ok(())
        }
    }

    fn stamp(metadata: &std::fs::Metadata) -> Stamp {
        let since = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.map_or(0, |since| since.as_nanos() as i128);
        Stamp { length: metadata.len(), modified, ..Stamp::default() }
    }

    /// What an open file looks like now.
    pub fn stamp_of(file: &File) -> io::Result<Stamp> {
        Ok(stamp(&file.metadata()?))
    }

    /// What lies at a path looks like now.
    pub fn stamp_at(path: &Path) -> io::Result<Stamp> {
        Ok(stamp(&std::fs::metadata(path)?))
    }

    fn look_at<'a>(item: &std::fs::DirEntry, name: &'a [u8]) -> Found<'a> {
        let attributes = item.metadata().map(|metadata| attributes(&metadata));
        let special = matches!(&attributes, Ok(found) if found.kind == EntryKind::Special).then_some("a device");
        Found { name, attributes, special }
    }

    fn attributes(metadata: &std::fs::Metadata) -> Attributes {
        let kind = match metadata.file_type() {
            kind if kind.is_dir() => EntryKind::Directory,
            kind if kind.is_symlink() => EntryKind::Link,
            kind if kind.is_file() => EntryKind::File,
            _ => EntryKind::Special,
        };
        let since = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.map_or(0, |since| since.as_secs() as i64);
        Attributes { kind, mode: 0, length: Bytes(metadata.len()), modified, zipped: None }
    }
}
