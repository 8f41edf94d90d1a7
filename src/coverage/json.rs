//! The matrix for programs: an array of objects, one a requirement.
//!
//! Fields are only ever added.

use serde::Serialize;

use super::{AgentFare, Fare, Line};
use crate::{
    case::CaseId,
    judge::Verdict,
    protocol::Role,
    requirement::{Basis, Binds, Http, Level, Observable, RequirementId, Severity},
};

/// A requirement as programs see it.
#[derive(Clone, Debug, Serialize)]
struct Entry<'a> {
    id: &'a RequirementId,
    level: Level,
    basis: Basis,
    binds: Binds,
    observable: Observable,
    http: Http,
    section: String,
    text: &'a str,
    verdict: Severity,
    same_as: Option<&'a RequirementId>,
    /// The cases that exercise it, with either kind of testee.
    cases: Vec<&'a CaseId>,
    /// The wire rules that exercise it, with either kind of testee.
    rules: Vec<&'a str>,
    /// The kinds of testee on which a violation can be seen over HTTP/1.1: is it exercised there?
    exercised: Vec<Exercised<'a>>,
    /// Why it is not exercised, wholly or in part.
    reason: Option<String>,
    /// How testees fared, if a report was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    agents: Option<Vec<Agent<'a>>>,
}

#[derive(Clone, Debug, Serialize)]
struct Exercised<'a> {
    testee: Role,
    cases: Vec<&'a CaseId>,
    rules: Vec<&'a str>,
}

#[derive(Clone, Debug, Serialize)]
struct Agent<'a> {
    agent: &'a str,
    verdict: Verdict,
    /// What led to that verdict comes first.
    cases: Vec<Touched<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct Touched<'a> {
    id: &'a CaseId,
    verdict: Verdict,
    /// What was seen, where a wire rule was broken.
    broken: Option<&'a str>,
}

/// The lines as JSON.
#[must_use]
pub fn json(lines: &[&Line], fare: Option<&Fare>) -> String {
    let entries: Vec<Entry> = lines.iter().map(|line| entry(line, fare)).collect();
    let text = serde_json::to_string_pretty(&entries);
    text.expect("strings and numbers are JSON") + "\n"
}

fn entry<'a>(line: &Line<'a>, fare: Option<&Fare<'a>>) -> Entry<'a> {
    let requirement = line.requirement;
    let exercised = requirement.testees().map(|testee| Exercised {
        testee,
        cases: line.cases_for(testee).map(|case| &case.id).collect(),
        rules: line.rules_for(testee).map(|rule| rule.name).collect(),
    });
    Entry {
        id: &requirement.id,
        level: requirement.level,
        basis: requirement.basis,
        binds: requirement.binds,
        observable: requirement.observable,
        http: requirement.http(),
        section: crate::report::section(&requirement.id),
        text: &requirement.text,
        verdict: requirement.verdict,
        same_as: requirement.same_as.as_ref(),
        cases: line.cases.iter().map(|case| &case.id).collect(),
        rules: line.rules.iter().map(|rule| rule.name).collect(),
        exercised: exercised.collect(),
        reason: line.reason(),
        agents: fare.map(|fare| fare.of(line).into_iter().map(agent).collect()),
    }
}

fn agent(fare: AgentFare<'_>) -> Agent<'_> {
    let mut touches = fare.touches;
    touches.sort_by_key(|touch| touch.verdict != fare.verdict);
    Agent {
        agent: fare.agent,
        verdict: fare.verdict,
        cases: touches
            .into_iter()
            .map(|touch| Touched {
                id: touch.case,
                verdict: touch.verdict,
                broken: touch.broken.map(|broken| broken.message.as_str()),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Matrix, example};

    #[test]
    fn one_object_a_requirement() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let lines: Vec<&Line> = matrix.lines().iter().collect();
        insta::assert_snapshot!(json(&lines, None));
    }

    #[test]
    fn with_a_report_it_says_how_testees_fared() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let report = example::report();
        let fare = Fare::new(&catalogue, &report);
        let lines: Vec<&Line> = matrix.lines().iter().filter(|it| !it.rules.is_empty()).collect();
        insta::assert_snapshot!(json(&lines, Some(&fare)));
    }
}
