//! What Linux tells of processes: how much one takes, whom it has started, and who is left.

use std::fs;
use std::path::PathBuf;

/// What a process takes at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Resident memory in KiB.
    pub(crate) memory: u64,
    /// Open file descriptors.
    pub(crate) files: u64,
    pub(crate) threads: u64,
    /// Processes that it has started and not taken leave of yet, dead ones included.
    pub(crate) children: u64,
}

impl Sample {
    /// Nothing if the process has ended.
    pub(crate) fn of(process: u32) -> Option<Self> {
        let folder = PathBuf::from(format!("/proc/{process}"));
        let status = fs::read_to_string(folder.join("status")).ok()?;
        let number = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Some(Self {
            // A process that has ended and was not asked after has no memory.
            memory: number("VmRSS:")?,
            files: fs::read_dir(folder.join("fd")).ok()?.count() as u64,
            threads: number("Threads:")?,
            children: children(process).len() as u64,
        })
    }
}

/// The processes that one has started.
pub(crate) fn children(process: u32) -> Vec<u32> {
    // After the name, which may hold anything: the state, and the number of the parent.
    let parent = |other: u32| -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{other}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    };
    processes().into_iter().filter(|other| parent(*other) == Some(process)).collect()
}

/// The processes that have a mark in their environment or among their arguments, each with its arguments.
pub(crate) fn marked(mark: &str) -> Vec<(u32, String)> {
    let has = |process: u32, file: &str| {
        let bytes = fs::read(format!("/proc/{process}/{file}")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).replace('\0', " ");
        text.contains(mark).then_some(text)
    };
    let found = |process: u32| has(process, "cmdline").or_else(|| has(process, "environ").map(|_| String::new()));
    processes()
        .into_iter()
        .filter(|process| *process != std::process::id())
        .filter_map(|process| Some((process, found(process)?)))
        .collect()
}

fn processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// A quantity over a run: the medians of its first and its last third, and the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Course {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) most: u64,
}

impl Course {
    pub(crate) fn of(samples: &[Sample], quantity: fn(&Sample) -> u64) -> Self {
        let third = samples.len().div_ceil(3);
        Self {
            first: median(samples.get(..third).unwrap_or_default(), quantity),
            last: median(samples.get(samples.len() - third..).unwrap_or_default(), quantity),
            most: samples.iter().map(quantity).max().unwrap_or_default(),
        }
    }
}

pub(crate) fn median(samples: &[Sample], quantity: fn(&Sample) -> u64) -> u64 {
    let mut sorted: Vec<u64> = samples.iter().map(quantity).collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
