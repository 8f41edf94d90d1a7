//! `index.json`: the verdicts of all agents and cases.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{AgentNames, words::behaviors};
use crate::{
    judge::Behavior,
    report::{CaseReport, Report},
};

/// `index.json`: agent, then case, then how it went. Keys sort as text, as in Autobahn's.
pub type Index = BTreeMap<String, BTreeMap<String, IndexEntry>>;

/// How a case went. Fields stand in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexEntry {
    /// The verdict on the conduct.
    pub behavior: Behavior,
    /// The verdict on the closing.
    pub behavior_close: Behavior,
    /// Milliseconds.
    pub duration: u64,
    /// The code of the testee's Close.
    pub remote_close_code: Option<u16>,
    /// The name of the case's own file.
    pub reportfile: String,
}

/// The index of a report.
#[must_use]
pub fn index(report: &Report, names: &AgentNames) -> Index {
    let agents = report.agents.iter().enumerate();
    agents
        .map(|(position, agent)| {
            let cases = agent.cases.iter().map(|case| {
                let file = names.file(position, &case.id);
                (case.id.to_string(), IndexEntry::of(case, file))
            });
            (names.agent(position).to_owned(), cases.collect())
        })
        .collect()
}

impl IndexEntry {
    fn of(case: &CaseReport, reportfile: String) -> Self {
        let (behavior, behavior_close) = behaviors(case);
        Self {
            behavior,
            behavior_close,
            duration: case.duration_ms,
            remote_close_code: remote_close_code(case),
            reportfile,
        }
    }
}

/// The code of the testee's Close: the last one where Autobahn has the case, as Autobahn does.
pub(super) fn remote_close_code(case: &CaseReport) -> Option<u16> {
    match &case.autobahn {
        Some(autobahn) => autobahn.remote_close_code,
        None => case.remote_close_code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{autobahn::to_text, example};

    #[test]
    fn text_layout_is_autobahns() {
        let report = example::report(vec![
            example::passed(),
            example::wrong_echo(),
            example::never_connected(),
        ]);
        let names = AgentNames::of(&report.agents);
        insta::assert_snapshot!(to_text(&index(&report, &names)));
    }
}
