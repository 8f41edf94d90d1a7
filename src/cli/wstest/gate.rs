//! The exit status, by Autobahn's verdicts.

use super::{WstestArguments, console::note};
use crate::{
    cli::Exit,
    report::{Gate, Report, escape::printable},
};

/// Says which cases failed, and what follows from it: nothing, if nobody asked for the gate.
pub fn judge(arguments: &WstestArguments, report: &Report) -> Exit {
    if !arguments.gate {
        return Exit::Success;
    }
    let mut exit = Exit::Success;
    for agent in &report.agents {
        let failed = agent.cases.iter().filter(|case| !Gate::Autobahn.passes(case));
        let failed: Vec<&str> = failed.map(|case| case.id.as_str()).collect();
        if !failed.is_empty() {
            let (name, count) = (printable(&agent.agent), failed.len());
            let cases = if count == 1 { "case" } else { "cases" };
            note(&format!("wstest: {name} failed {count} {cases}: {}", failed.join(", ")));
            exit = Exit::Failures;
        }
    }
    exit
}
