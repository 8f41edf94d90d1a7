//! What an index says of a case that was played: a cell for its conduct, and one for its closing.

use crate::{
    judge::Behavior,
    report::{
        CaseReport,
        autobahn::{Suite, behaviors, index::remote_close_code, traffic::TrafficStats},
    },
};

/// The cells of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It was not played.
    Missing,
    /// It was, but the testee lacks what it is about.
    Unimplemented {
        /// The case's page.
        page: String,
    },
    /// It was.
    Played {
        /// The case's page.
        page: String,
        /// How it went.
        conduct: Mark,
        /// How long it took, how well it compressed; may be empty.
        detail: String,
        /// How the connection ended.
        closing: Mark,
    },
}

/// A class and a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The name of the class.
    pub class: &'static str,
    /// The text.
    pub text: String,
}

impl Mark {
    fn new(class: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { class, text }
    }

    /// For a verdict on the conduct.
    pub fn of_conduct(behavior: Behavior) -> Self {
        match behavior {
            Behavior::Ok => Self::new("case_ok", "Pass"),
            Behavior::NonStrict => Self::new("case_non_strict", "Non-Strict"),
            Behavior::Informational => Self::new("case_info", "Info"),
            Behavior::Unimplemented => Self::new("case_unimplemented", "Unimplemented"),
            Behavior::Failed
            | Behavior::Unclean
            | Behavior::WrongCode
            | Behavior::FailedByClient => Self::new("case_failed", "Fail"),
        }
    }

    /// For a verdict on the closing, and the close code.
    pub fn of_closing(behavior: Behavior, code: Option<u16>) -> Self {
        let code = code.map_or_else(|| "None".to_owned(), |code| code.to_string());
        match behavior {
            Behavior::Ok => Self::new("case_ok", code),
            Behavior::FailedByClient => Self::new("case_almost", code),
            Behavior::WrongCode => Self::new("case_non_strict", code),
            Behavior::Informational => Self::new("case_info", code),
            Behavior::Unclean => Self::new("case_failed", "Unclean"),
            Behavior::Failed | Behavior::NonStrict | Behavior::Unimplemented => {
                Self::new("case_failed", "Fail")
            }
        }
    }
}

impl Cell {
    /// For a case that was played and has this page.
    pub fn of(case: &CaseReport, page: String, suite: &Suite) -> Self {
        match behaviors(case) {
            (Behavior::Unimplemented, _) => Self::Unimplemented { page },
            (behavior, closing) => Self::Played {
                page,
                conduct: Mark::of_conduct(behavior),
                detail: detail(case, behavior, suite),
                closing: Mark::of_closing(closing, remote_close_code(case)),
            },
        }
    }
}

/// Time and compression, of cases that are about them.
fn detail(case: &CaseReport, behavior: Behavior, suite: &Suite) -> String {
    let mut parts = Vec::new();
    if suite.reports_time(&case.id) {
        parts.push(format!("{} ms", case.duration_ms));
    }
    if let Some(traffic) = TrafficStats::of(case, behavior) {
        let [incoming, outgoing] = traffic
            .compression_ratios()
            .map(|ratio| ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.3}")));
        parts.push(format!("[{incoming}/{outgoing}]"));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn closings_have_autobahns_colours() {
        let mark = |behavior| Mark::of_closing(behavior, Some(1002));
        assert_eq!(mark(Behavior::Ok), Mark::new("case_ok", "1002"));
        assert_eq!(mark(Behavior::WrongCode), Mark::new("case_non_strict", "1002"));
        assert_eq!(mark(Behavior::FailedByClient), Mark::new("case_almost", "1002"));
        assert_eq!(mark(Behavior::Unclean), Mark::new("case_failed", "Unclean"));
        assert_eq!(mark(Behavior::Failed), Mark::new("case_failed", "Fail"));
        assert_eq!(Mark::of_closing(Behavior::Ok, None).text, "None");
    }

    #[test]
    fn time_is_said_where_it_was_measured() {
        let detail_of = |case: &CaseReport| match Cell::of(case, String::new(), &Suite::embedded())
        {
            Cell::Played { detail, .. } => detail,
            other => panic!("{other:?}"),
        };
        let mut case = example::passed();
        assert_eq!(detail_of(&case), "");
        case.id = "9.1.1".parse().unwrap();
        assert_eq!(detail_of(&case), "1 ms");
    }
}
