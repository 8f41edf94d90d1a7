//! What is said of a campaign at its end.

use std::{
    fmt::{self, Write},
    path::PathBuf,
    time::Duration,
};

use crate::{
    fuzz::campaign::{Finding, Statistics},
    report::escape::printable,
};

/// The end of a campaign.
#[derive(Debug)]
pub struct Summary<'a> {
    /// Its numbers.
    pub statistics: Statistics,
    /// Its seed.
    pub seed: u64,
    /// How long it took.
    pub duration: Duration,
    /// What was found, and where it is written.
    pub findings: &'a [(Finding, PathBuf)],
    /// How to play the findings again.
    pub replay: &'a str,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Statistics { cases, states, unconfirmed, unfinished, .. } = self.statistics;
        let seconds = self.duration.as_secs_f64();
        let rate = cases as f64 / seconds.max(0.001);
        writeln!(
            f,
            "{cases} cases in {seconds:.1} s ({rate:.0}/s), seed {}; {states} states reached",
            self.seed
        )?;
        if unconfirmed > 0 {
            writeln!(f, "{unconfirmed} suspicions did not come again")?;
        }
        match unfinished {
            0 => {}
            1 => writeln!(f, "1 suspicion was not looked into to the end: the time was up")?,
            many => {
                writeln!(f, "{many} suspicions were not looked into to the end: the time was up")?;
            }
        }
        let (count, s) = (self.findings.len(), if self.findings.len() == 1 { "" } else { "s" });
        if count == 0 {
            return writeln!(f, "no findings");
        }
        writeln!(f, "{count} finding{s}:")?;
        for (finding, path) in self.findings {
            write_finding(f, finding, path)?;
        }
        writeln!(f, "play them again: {}", self.replay)
    }
}

fn write_finding(f: &mut impl Write, finding: &Finding, path: &std::path::Path) -> fmt::Result {
    let requirement =
        finding.group.requirement.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let steps = finding.case.as_ref().map_or_else(String::new, |case| {
        let count = case.steps.len();
        format!(", {count} step{}", if count == 1 { "" } else { "s" })
    });
    writeln!(f, "  {}  {requirement}  seen {} times{steps}", finding.group.symptom, finding.seen)?;
    writeln!(f, "    {}", printable(&finding.sentence))?;
    writeln!(f, "    {}", path.display())
}
