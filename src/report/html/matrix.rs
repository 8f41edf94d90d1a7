//! Cases by agents, under their chapters.

use std::collections::BTreeMap;

use crate::{
    case::CaseId,
    judge::Verdict,
    report::{Bar, CaseReport, Report, autobahn::Suite, escape::printable},
};

/// A chapter and its cases.
#[derive(Debug)]
pub struct Chapter {
    /// Its name.
    pub name: String,
    /// Its title; empty if nobody knows.
    pub title: String,
    /// Its cases, by id.
    pub rows: Vec<Row>,
    /// For each agent, how many of its cases fail.
    pub failed: Vec<usize>,
}

/// A case and how each agent fared in it.
#[derive(Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// A verdict an agent; none where the case was not played.
    pub cells: Vec<Option<Verdict>>,
}

/// A case, and for each agent what was reported of it.
pub type Played<'a> = (&'a CaseId, Vec<Option<&'a CaseReport>>);

/// All cases that some agent played, by id.
pub fn played(report: &Report) -> Vec<Played<'_>> {
    let mut played: BTreeMap<&CaseId, Vec<Option<&CaseReport>>> = BTreeMap::new();
    for (position, agent) in report.agents.iter().enumerate() {
        for case in &agent.cases {
            let reports = played.entry(&case.id).or_insert_with(|| vec![None; report.agents.len()]);
            reports[position] = Some(case);
        }
    }
    played.into_iter().collect()
}

/// The first report of a case, for what all of them say alike.
pub fn any<'a>(reports: &[Option<&'a CaseReport>]) -> &'a CaseReport {
    let first = reports.iter().copied().flatten().next();
    first.expect("a case is only listed where an agent played it")
}

/// The chapters, in the order of their first cases.
pub fn chapters(report: &Report, played: &[Played<'_>], bar: &Bar, suite: &Suite) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (id, reports) in played {
        let case = any(reports);
        let cells: Vec<Option<Verdict>> =
            reports.iter().map(|report| report.map(|case| bar.gate.verdict(case))).collect();
        let name = printable(&case.chapter);
        let position = chapters.iter().position(|chapter| chapter.name == name);
        let chapter = match position {
            Some(position) => &mut chapters[position],
            None => {
                chapters.push(Chapter {
                    title: suite.chapter_title(case.chapter.as_written()).to_owned(),
                    name,
                    rows: Vec::new(),
                    failed: vec![0; cells.len()],
                });
                chapters.last_mut().expect("it was just pushed")
            }
        };
        let agents = report.agents.iter().zip(reports);
        for (count, (agent, case)) in chapter.failed.iter_mut().zip(agents) {
            *count += usize::from(case.is_some_and(|case| bar.fails(&agent.agent, case)));
        }
        chapter.rows.push(Row { id: id.to_string(), title: printable(&case.title), cells });
    }
    chapters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_case_that_one_agent_played_has_a_hole_for_the_other() {
        let mut report = example::report(vec![example::passed(), example::wrong_echo()]);
        let mut other = report.agents[0].clone();
        other.cases.remove(0);
        report.agents.push(other);
        let chapters = chapters(&report, &played(&report), &Bar::default(), &Suite::default());
        let [chapter] = &chapters[..] else { panic!() };
        assert_eq!(chapter.failed, [1, 1]);
        assert_eq!(chapter.rows[0].cells, [Some(Verdict::Pass), None]);
        assert_eq!(chapter.rows[1].cells, [Some(Verdict::Fail); 2]);
    }
}
