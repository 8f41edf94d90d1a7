//! What a testee has started, also where it has left the testee's process group.
//!
//! A process hands its environment down, so a variable of a testee's own marks all that come of it:
//! those of other sessions, too, and those whose parents have ended. One that has taken the mark
//! away is found as long as its parents live.

use std::{collections::BTreeSet, fs, path::Path};

use rustix::process::{Pid, Signal, kill_process};

/// How the names of these variables begin.
const PREFIX: &str = "WSPEC_TESTEE_";

/// How often to look for processes that were started while others were ended.
const ROUNDS_MAX: usize = 16;

/// The mark of all that comes of one testee.
#[derive(Clone, Debug)]
pub(super) struct Mark(String);

impl Mark {
    pub(super) fn new() -> Self {
        Self(format!("{PREFIX}{:016x}", rand::random::<u64>()))
    }

    /// The variable that the testee gets; its value does not matter.
    pub(super) fn variable(&self) -> &str {
        &self.0
    }

    /// The mark with this variable.
    pub(super) fn of(variable: &str) -> Option<Self> {
        let digits = variable.strip_prefix(PREFIX)?;
        let is_one = digits.len() == 16 && digits.bytes().all(|octet| octet.is_ascii_hexdigit());
        is_one.then(|| Self(variable.to_owned()))
    }

    /// Ends all processes that have it, and says how many those were. (Where the system does not
    /// show environments, none is found.)
    pub(super) fn end_all(&self) -> usize {
        let mut ended = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let found: Vec<Pid> = processes().filter(|process| self.is_on(*process)).collect();
            let before = ended.len();
            for process in found {
                end(process);
                ended.insert(process.as_raw_nonzero());
            }
            if ended.len() == before {
                break;
            }
        }
        ended.len()
    }

    fn is_on(&self, process: Pid) -> bool {
        let environment = fs::read(file_of(process, "environ")).unwrap_or_default();
        environment.split(|octet| *octet == 0).any(|variable| {
            let rest = variable.strip_prefix(self.0.as_bytes());
            rest.is_some_and(|rest| rest.first() == Some(&b'='))
        })
    }
}

/// The process's children, their children and so on.
pub(super) fn tree_of(root: Pid) -> Vec<Pid> {
    let parents: Vec<(Pid, Pid)> =
        processes().filter_map(|process| Some((process, parent(process)?))).collect();
    let mut tree = vec![root];
    let mut at = 0;
    while let Some(&one) = tree.get(at) {
        tree.extend(parents.iter().filter(|(_, parent)| *parent == one).map(|(child, _)| *child));
        at += 1;
    }
    tree.remove(0);
    tree
}

/// Ends a process that may be gone already.
pub(super) fn end(process: Pid) {
    let _ = kill_process(process, Signal::KILL);
}

fn processes() -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
}

/// The fourth field of `stat`; the second is a name in parentheses, which may hold anything.
fn parent(process: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(file_of(process, "stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Pid::from_raw(fields.split_ascii_whitespace().nth(1)?.parse().ok()?)
}

fn file_of(process: Pid, name: &str) -> impl AsRef<Path> {
    format!("/proc/{}/{name}", process.as_raw_nonzero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_is_written() {
        let mark = Mark::new();
        assert_eq!(Mark::of(mark.variable()).unwrap().0, mark.0);
        assert!(Mark::of("PATH").is_none() && Mark::of("WSPEC_TESTEE_x").is_none());
    }

    #[test]
    fn the_parent_of_this_process_has_it_in_its_tree() {
        if let Some(parent) = parent(rustix::process::getpid()) {
            assert!(tree_of(parent).contains(&rustix::process::getpid()));
        }
    }
}
