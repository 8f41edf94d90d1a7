//! Where Autobahn would fail a testee and we do not: how many cases, and what acquits it.

use super::{AgentReport, CaseReport, Gate};
use crate::{
    case::CaseId,
    judge::{Behavior, Verdict},
};

/// The option with which Autobahn's verdicts decide.
pub const OPTION: &str = "--verdicts autobahn";

/// The cases of a testee that Autobahn would fail and we do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquitted {
    /// Which.
    pub ids: Vec<CaseId>,
    /// What acquits the testee in most of them, a sentence without its full stop.
    pub because: String,
    /// In how many of them that is so.
    pub of_them: usize,
}

impl Acquitted {
    /// Those of this testee; `None` if there are none.
    #[must_use]
    pub fn of(agent: &AgentReport) -> Option<Self> {
        let cases: Vec<&CaseReport> =
            agent.cases.iter().filter(|case| is_acquitted(case)).collect();
        let because = |case: &&CaseReport| because(case);
        let reasons: Vec<String> = cases.iter().map(because).collect();
        let count = |reason: &String| reasons.iter().filter(|other| *other == reason).count();
        // Of those that are as frequent the first one counts.
        let (of_them, chief) =
            reasons.iter().rev().map(|reason| (count(reason), reason)).max_by_key(|it| it.0)?;
        Some(Self {
            ids: cases.iter().map(|case| case.id.clone()).collect(),
            because: chief.clone(),
            of_them,
        })
    }
}

fn is_acquitted(case: &CaseReport) -> bool {
    let ours = Gate::Ours.verdict(case);
    ours < Verdict::Fail && ours != Verdict::Flaky && Gate::Autobahn.verdict(case) == Verdict::Fail
}

/// The case's own word on it, or else what holds for all cases.
fn because(case: &CaseReport) -> String {
    let by_closing = match (&case.autobahn, &case.autobahn_because) {
        // What stands behind a semicolon is of the contrary.
        (_, Some(because)) => {
            let sentence = because.split_once(';').map_or(because.as_str(), |(first, _)| first);
            return sentence.to_owned();
        }
        (Some(autobahn), None)
            if autobahn.behavior.is_success() || autobahn.behavior_close == Behavior::WrongCode =>
        {
            Some(autobahn.behavior_close)
        }
        _ => None,
    };
    match by_closing {
        Some(Behavior::WrongCode) => {
            "RFC 6455 §7.1.7, §5.5.1: which code a Close has is a SHOULD at most"
        }
        Some(Behavior::Failed) => "RFC 6455 §7.3: a server may close at any time",
        Some(_) => "RFC 6455 §7.1.7, §10.7: TCP may be closed without a Close",
        None => "the RFC forbids nothing of what came",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn case(id: &str, close: Behavior, because: Option<&str>) -> CaseReport {
        let mut case = example::passed();
        case.id = id.parse().unwrap();
        case.verdict = Verdict::NonStrict;
        case.autobahn.as_mut().unwrap().behavior_close = close;
        case.autobahn_because = because.map(str::to_owned);
        case
    }

    fn acquitted(cases: Vec<CaseReport>) -> Option<(String, String, usize)> {
        let report = example::report(cases);
        let acquitted = Acquitted::of(&report.agents[0])?;
        let ids: Vec<String> = acquitted.ids.iter().map(ToString::to_string).collect();
        Some((ids.join(" "), acquitted.because, acquitted.of_them))
    }

    #[test]
    fn only_what_the_two_part_on_is_said() {
        assert_eq!(acquitted(vec![example::passed()]), None);
        let mut failed = case("7.1", Behavior::WrongCode, None);
        failed.verdict = Verdict::Fail;
        assert_eq!(acquitted(vec![failed]), None);
        let (ids, because, of_them) = acquitted(vec![
            case("7.1", Behavior::WrongCode, None),
            example::passed(),
            case("7.2", Behavior::WrongCode, Some("so it is")),
            case("7.3", Behavior::WrongCode, Some("so it is")),
        ])
        .unwrap();
        assert_eq!((&ids[..], &because[..], of_them), ("7.1 7.2 7.3", "so it is", 2));
    }

    #[test]
    fn a_case_that_says_nothing_has_the_reason_of_its_kind() {
        let because = |close| acquitted(vec![case("7.1", close, None)]).unwrap().1;
        assert!(because(Behavior::WrongCode).contains("SHOULD"));
        assert!(because(Behavior::Unclean).contains("without a Close"));
        assert!(because(Behavior::Failed).contains("at any time"));
    }
}
