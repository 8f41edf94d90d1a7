//! How the agents of a report fared with each requirement, for its page.

use super::{Fare, Matrix};
use crate::{
    case::embedded_cases,
    report::{Report, html::RequirementRow},
    requirement::Catalogue,
};

/// The requirements whose violation can be seen on the agents of the report, in the order of the
/// RFCs' texts.
#[must_use]
pub fn rows(report: &Report) -> Vec<RequirementRow> {
    let catalogue = Catalogue::embedded();
    let matrix = Matrix::new(catalogue, &embedded_cases().cases);
    let fare = Fare::new(catalogue, report);
    let testee = report.role.peer();
    let shown = matrix
        .lines()
        .iter()
        .filter(|line| line.requirement.testees().any(|other| other == testee));
    shown
        .map(|line| {
            let mut fares = vec![None; report.agents.len()];
            for fare in fare.of(line) {
                fares[fare.position] = Some(fare.verdict);
            }
            RequirementRow {
                id: line.requirement.id.clone(),
                level: line.requirement.level.to_string(),
                text: line.requirement.text.clone(),
                fares,
                cases: line.cases_for(testee).count(),
                reason: line.reason().filter(|_| !line.is_exercised(testee)),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{coverage::example, judge::Verdict};

    #[test]
    fn each_agent_has_its_own_fare() {
        let mut report = example::report();
        report.agents.truncate(1);
        let mut idle = report.agents[0].clone();
        idle.cases.clear();
        report.agents.insert(0, idle);
        let rows = rows(&report);
        let row = |id: &str| rows.iter().find(|row| row.id.0 == id).unwrap();
        assert_eq!(row("rfc6455-5.2-2").fares[0], None);
        assert!(row("rfc6455-5.2-2").fares[1] >= Some(Verdict::Pass));
        assert!(row("rfc6455-5.5.3-1").cases > 0);
        assert!(rows.iter().all(|row| row.fares.len() == 2));
    }
}
