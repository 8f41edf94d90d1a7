//! The memory of a testee that we started, as the system counts it.

use std::fs;

/// A testee may grow to so many times what it had, and so many octets more, before that is told.
const GROWTH_FACTOR: u64 = 2;
const GROWTH_OCTETS: u64 = 128 * 1024 * 1024;

/// Cases after which a testee has taken what it needs for its work.
const SETTLED_AFTER: u64 = 2000;

/// Watches the memory of a testee.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MemoryWatch {
    /// What it had when it was at work for a while.
    settled: Option<u64>,
}

impl MemoryWatch {
    /// Takes a look, after so many cases: from how many octets to how many it grew, if that is too
    /// much.
    pub(super) fn look(&mut self, group: i32, cases: u64) -> Option<(u64, u64)> {
        if cases < SETTLED_AFTER {
            return None;
        }
        let now = octets_of_group(group)?;
        let settled = *self.settled.get_or_insert(now);
        (now > settled * GROWTH_FACTOR + GROWTH_OCTETS).then_some((settled, now))
    }
}

/// The octets that the processes of a group have in memory; `None` where the system does not tell.
fn octets_of_group(group: i32) -> Option<u64> {
    let processes = fs::read_dir("/proc").ok()?;
    let octets = processes.flatten().filter_map(|entry| {
        entry.file_name().to_str()?.parse::<u32>().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // Behind the name, which may hold anything: state, parent, group.
        let (_, rest) = stat.rsplit_once(')')?;
        let own_group: i32 = rest.split_ascii_whitespace().nth(2)?.parse().ok()?;
        (own_group == group).then(|| resident_octets(&entry.path().join("status")))?
    });
    Some(octets.sum())
}

fn resident_octets(status: &std::path::Path) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_group_has_some_memory() {
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let octets = octets_of_group(group).unwrap();
        assert!(octets > 1024 * 1024, "{octets}");
        assert_eq!(octets_of_group(-7), Some(0));
    }
}
