//! What a baseline had to say.

use std::fmt::{self, Write};

use super::{View, wrap::wrap};
use crate::{
    case::CaseId,
    judge::Verdict,
    report::{AgentReport, KnownFailure, Report, Standing, escape::printable, finding::ranges},
};

/// Columns that further lines stand in.
const INDENT: usize = 2;

/// Prints the agent's failures that are known, a line a known failure with its reason.
///
/// # Errors
/// What `out` says.
pub fn failures(out: &mut dyn Write, agent: &AgentReport, view: &View) -> fmt::Result {
    let mut by_entry: Vec<(&KnownFailure, Vec<&CaseId>)> = Vec::new();
    for case in &agent.cases {
        let Standing::Known(known) = view.bar.standing(&agent.agent, case) else {
            continue;
        };
        match by_entry.iter_mut().find(|(entry, _)| std::ptr::eq(*entry, known)) {
            Some((_, ids)) => ids.push(&case.id),
            None => by_entry.push((known, vec![&case.id])),
        }
    }
    if by_entry.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", view.palette.quiet("known failures"))?;
    for (known, ids) in by_entry {
        let line = format!("{}: {}", ranges(&ids), printable(&known.reason));
        print_wrapped(out, &line, view)?;
    }
    writeln!(out)
}

/// Prints what is to be changed in the baseline: what expired and so counts again, and what passes
/// now.
///
/// # Errors
/// What `out` says.
pub fn changes(out: &mut dyn Write, report: &Report, view: &View) -> fmt::Result {
    let mut expired: Vec<&KnownFailure> = Vec::new();
    for (agent, case) in report.cases() {
        if let Standing::Fails { expired: Some(known) } = view.bar.standing(&agent.agent, case)
            && !expired.iter().any(|other| std::ptr::eq(*other, known))
        {
            expired.push(known);
        }
    }
    if !expired.is_empty() {
        let text = "expired in the baseline, so these count again:";
        writeln!(out, "{}", view.palette.verdict(Verdict::Fail, text))?;
    }
    for known in expired {
        let day = known.expires.map_or(String::new(), |day| format!(" ({day})"));
        print_wrapped(out, &(line(known) + &day), view)?;
    }
    let mut healed = view.bar.healed(report).peekable();
    if healed.peek().is_some() {
        let text = "these pass now; take them out of the baseline (or --write-baseline):";
        writeln!(out, "{}", view.palette.verdict(Verdict::Pass, text))?;
    }
    healed.try_for_each(|known| print_wrapped(out, &line(known), view))
}

fn line(known: &KnownFailure) -> String {
    let cases = printable(known.cases.text());
    match &known.agents {
        None => format!("{cases}: {}", printable(&known.reason)),
        Some(agents) => {
            format!("{cases} of {}: {}", printable(&agents.text), printable(&known.reason))
        }
    }
}

fn print_wrapped(out: &mut dyn Write, text: &str, view: &View) -> fmt::Result {
    let mut lines = wrap(text, view.width.saturating_sub(2 * INDENT)).into_iter();
    if let Some(first) = lines.next() {
        writeln!(out, "{:INDENT$}{first}", "")?;
    }
    lines.try_for_each(|line| writeln!(out, "{:width$}{line}", "", width = 2 * INDENT))
}
