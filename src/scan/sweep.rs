//! Walks a folder on all threads. Each thread goes depth first on its own, so that a folder is opened from the one
//! above it while that is still at hand, and keeps what it finds to itself. Folders still to be read are given away
//! only while another thread has nothing to do, half of them at once and the outermost first: one huge `node_modules`
//! spreads over all cores as forty small folders do, and the threads hardly ever meet.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::file_system::{Found, Opened, Root};
use super::gathered::Part;
use super::{AtOnce, words};
use crate::model::escape::printable;
use crate::model::problem::Problem;
use crate::model::watch::Watch;

/// The most folders that are held open so that others are opened from them: a process may open 1 024 files, as a rule, and
/// 256 on some systems.
const MOST_OPEN: usize = 64;
/// Deeper ones are opened by their paths, however many threads there are.
const DEEPEST_OPEN: usize = 32;

/// A folder that is still to be read.
struct Pending {
    number: u32,
    depth: usize,
    /// Below the folder that is walked.
    path: Vec<u8>,
    /// The folder that it lies in, if that is still open, and where its own name begins in the path.
    above: Option<(Arc<Opened>, usize)>,
}

/// What the threads share.
struct Walk<'a> {
    root: &'a Root,
    watch: &'a dyn Watch,
    at_once: AtOnce,
    threads: usize,
    next_folder: AtomicU32,
    /// Sweeps that are going on or will be soon.
    sweeps: AtomicUsize,
    /// What was found by threads that are not at work.
    parts: Mutex<Vec<Part>>,
}

/// All that lies below a folder, in as many parts as threads were at work.
pub fn all(root: &Root, at_once: AtOnce, watch: &dyn Watch) -> Vec<Part> {
    let walk = Walk {
        root,
        watch,
        at_once,
        threads: rayon::current_num_threads(),
        next_folder: AtomicU32::new(1),
        sweeps: AtomicUsize::new(1),
        parts: Mutex::default(),
    };
    let first = Pending { number: 0, depth: 0, path: Vec::new(), above: None };
    rayon::scope(|scope| walk.sweep(scope, vec![first]));
    walk.parts.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Walk<'a> {
    /// Reads folders and all that lies below them, as far as no other thread takes that over.
    fn sweep<'s>(&'s self, scope: &Scope<'s>, mut pending: Vec<Pending>)
    where
        'a: 's,
    {
        let mut part = self.parts().pop().unwrap_or_default();
        while let Some(folder) = pending.pop().filter(|_| !self.watch.is_cancelled()) {
            self.read(&mut part, folder, &mut pending);
            if pending.len() > 1 && self.sweeps.load(Ordering::Relaxed) < self.threads {
                self.sweeps.fetch_add(1, Ordering::Relaxed);
                let outermost: Vec<Pending> = pending.drain(..pending.len() / 2).collect();
                scope.spawn(move |scope| self.sweep(scope, outermost));
            }
        }
        self.parts().push(part);
        self.sweeps.fetch_sub(1, Ordering::Relaxed);
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, Vec<Part>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one folder. The folders in it are pending then, the first of them to be read next.
    fn read(&self, part: &mut Part, folder: Pending, pending: &mut Vec<Pending>) {
        let Pending { number, depth, path, above } = folder;
        let opened = match &above {
            Some((above, name)) => above.folder(&path[*name..]),
            None => self.root.folder(&path),
        };
        let opened = opened.and_then(|folder| {
            let own = folder.attributes()?;
            folder.read(|found| take(part, &path, found))?;
            Ok((own, folder))
        });
        let (own, opened) = match opened {
            Ok((own, folder)) => (Some(own), Some(folder)),
            Err(error) => {
                part.problem(Problem::hidden(printable(&path), words(&error)));
                (self.root.attributes(&path).ok(), None)
            }
        };
        let folders = part.sort();
        let first = self.next_folder.fetch_add(folders, Ordering::Relaxed);
        if let Some(folder) = &opened {
            part.keep((self.at_once)(&path), |name, length| folder.content(name, length));
        }
        self.report(part, &path);
        let is_kept = folders > 0 && depth < DEEPEST_OPEN.min(MOST_OPEN / self.threads);
        let above = opened.filter(|_| is_kept).map(Arc::new);
        for (number, name) in (first..first + folders).zip(part.folders()).rev() {
            let path = join(&path, name);
            let above = above.clone().map(|above| (above, path.len() - name.len()));
            pending.push(Pending { number, depth: depth + 1, path, above });
        }
        part.close(number, own, first);
    }

    fn report(&self, part: &Part, path: &[u8]) {
        match path.split(|&byte| byte == b'/').next() {
            Some(top) if !top.is_empty() => {
                let sum = part
                    .files()
                    .fold((0, Default::default()), |(count, bytes), (_, length)| (count + 1, bytes + length));
                self.watch.found(top, sum.0, sum.1);
            }
            _ => part.files().for_each(|(name, length)| self.watch.found(name, 1, length)),
        }
    }
}

fn take(part: &mut Part, path: &[u8], found: std::io::Result<Found<'_>>) {
    let found = match found {
        Ok(found) => found,
        Err(error) => return part.problem(Problem::hidden(printable(path), words(&error))),
    };
    if let Some(what) = found.special {
        let shown = printable(&join(path, found.name));
        part.problem(Problem::unclear(shown, format!("{what} cannot be packed")));
    }
    match found.attributes {
        Ok(attributes) => part.add(found.name, attributes),
        Err(error) => part.problem(Problem::hidden(printable(&join(path, found.name)), words(&error))),
    }
}

fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, name].join(&b'/') }
}
