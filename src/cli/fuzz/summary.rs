//! What is said of a campaign at its end.

use std::{
    fmt::{self, Write},
    path::PathBuf,
    time::Duration,
};

use crate::{
    case::counted,
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
            "{} in {seconds:.1} s ({rate:.0}/s), seed {}; {} reached",
            counted(cases, "case"),
            self.seed,
            counted(states, "state")
        )?;
        if unconfirmed > 0 {
            writeln!(f, "{} did not come again", counted(unconfirmed, "suspicion"))?;
        }
        match unfinished {
            0 => {}
            1 => writeln!(f, "1 suspicion was not looked into to the end: the time was up")?,
            many => {
                writeln!(f, "{many} suspicions were not looked into to the end: the time was up")?;
            }
        }
        if self.findings.is_empty() {
            return writeln!(f, "no findings");
        }
        writeln!(f, "{}:", counted(self.findings.len(), "finding"))?;
        for (finding, path) in self.findings {
            write_finding(f, finding, path)?;
        }
        writeln!(f, "play them again: {}", self.replay)
    }
}

fn write_finding(f: &mut impl Write, finding: &Finding, path: &std::path::Path) -> fmt::Result {
    let requirement =
        finding.group.requirement.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let steps = finding
        .case
        .as_ref()
        .map_or_else(String::new, |case| format!(", {}", counted(case.steps.len(), "step")));
    let seen = counted(finding.seen, "time");
    writeln!(f, "  {}  {requirement}  seen {seen}{steps}", finding.group.symptom)?;
    writeln!(f, "    {}", printable(&finding.sentence))?;
    writeln!(f, "    {}", path.display())
}
