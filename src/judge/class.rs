//! The class of a reason: what is wrong, without what belongs to the case or to the moment.

use crate::case::{Closer, Reaction};

use super::{
    Observed,
    reason::{
        Deviation, Difference, Ended, NotPlayed, OpeningAct, OpeningReason, Reason, Unmet,
        WrongEvents,
    },
    rules::rule_of_opening,
};

impl Reason {
    /// The class of a reason: what is wrong, without payloads, counts and times. Cases whose chief
    /// reasons are of one class may have the same cause.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::NotPlayed(NotPlayed::NoConnection) => "not-played/no-connection".to_owned(),
            Self::NotPlayed(NotPlayed::Interrupted) => "not-played/interrupted".to_owned(),
            Self::NotPlayed(NotPlayed::Error(error)) => format!("not-played/error/{error}"),
            Self::TesteeDied { .. } => "testee-died".to_owned(),
            Self::PassedLater { .. } => "passed-later".to_owned(),
            Self::Contradicted { .. } => "contradicted".to_owned(),
            Self::CameLate { .. } => "came-late".to_owned(),
            Self::NotOpened(act) => match act.rule() {
                Some(rule) => format!("rule-broken/{rule}"),
                None => format!("not-opened/{}", act.kind()),
            },
            Self::Opening(opening) => opening.kind(),
            Self::NoDeflate => "no-deflate".to_owned(),
            Self::OfferRefused(_) => "offer-refused".to_owned(),
            Self::WrongEvents(wrong) => {
                format!("wrong-events/{}/{}", wrong.deviation.kind(), wrong.kind_of_end())
            }
            Self::WrongEnd { expected, ended } => {
                let by = match expected.closed_by {
                    Closer::Us => "answer",
                    Closer::Peer => "fail",
                    Closer::Either => "either",
                };
                format!("wrong-end/{by}/{}", ended.kind())
            }
            Self::Saw(events) => {
                let kinds: Vec<&str> = events.first.iter().map(Observed::kind).collect();
                format!("saw/{}", kinds.join("+"))
            }
            Self::Ended(ended) => format!("ended/{}", ended.kind()),
            Self::RuleBroken { rule, .. } => format!("rule-broken/{rule}"),
        }
    }
}

impl OpeningAct {
    /// The name of the wire rule that it breaks, if that is what is wrong with it.
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Violated(violation) => Some(rule_of_opening(violation)),
            _ => None,
        }
    }

    fn kind(&self) -> String {
        match self {
            Self::Opened => "opened",
            Self::Answered(status) => return format!("status-{status}"),
            Self::Dropped { .. } => "dropped",
            Self::AskedAgain => "asked-again",
            Self::Closed => "closed",
            Self::Silent => "silent",
            Self::Unfinished => "unfinished",
            Self::Violated(violation) => {
                return rule_of_opening(violation).to_owned();
            }
            Self::Refused(reason) => return format!("refused/{reason}"),
        }
        .to_owned()
    }
}

impl OpeningReason {
    /// Whether the connection might have opened, had nothing been wrong with the testee's part.
    #[must_use]
    pub fn could_open(&self) -> bool {
        self.expected.iter().any(|one| one.reaction == Reaction::Opened)
    }

    fn kind(&self) -> String {
        if let (Some(rule), true) = (self.did.rule(), self.could_open()) {
            return format!("rule-broken/{rule}");
        }
        let unmet: String = self.unmet.iter().map(|one| format!("/{}", one.kind())).collect();
        format!("opening/{}{unmet}", self.did.kind())
    }
}

impl Unmet {
    fn kind(&self) -> String {
        match self {
            Self::Missing { field, .. } => format!("lacks-{}", field.name),
            Self::Present { field, .. } => format!("has-{}", field.name),
            Self::Interim(status) => format!("no-{status}"),
        }
    }
}

impl WrongEvents {
    /// How the connection ended matters where the testee had to end it.
    fn kind_of_end(&self) -> String {
        match self.end.closed_by {
            Closer::Us | Closer::Either => "any".to_owned(),
            Closer::Peer => {
                let codes: Vec<String> = self.end.close_codes.iter().map(u16::to_string).collect();
                format!("{}/{}", codes.join("+"), self.ended.name())
            }
        }
    }
}

impl Deviation {
    fn kind(&self) -> String {
        match self {
            Self::Missing { expected, .. } => format!("missing-{}", class(expected)),
            Self::Unexpected { echo: true, .. } => "unexpected-echo".to_owned(),
            Self::Unexpected { saw, .. } => format!("unexpected-{}", class(saw)),
            Self::Reordered { .. } => "reordered".to_owned(),
            Self::Changed { expected, difference, .. } => {
                format!("changed-{}/{}", class(expected), difference.kind())
            }
            Self::Forbidden => "forbidden".to_owned(),
        }
    }
}

/// Whether a message is text or binary is the case's choice.
const fn class(event: &Observed) -> &'static str {
    match event {
        Observed::Message { .. } => "message",
        _ => event.kind(),
    }
}

impl Difference {
    const fn kind(self) -> &'static str {
        match self {
            Self::Kind { .. } => "kind",
            Self::Length => "length",
            Self::Octet { .. } | Self::Content => "content",
            Self::Count => "count",
        }
    }
}

impl Ended {
    const fn name(self) -> &'static str {
        match self {
            Self::Closed { .. } => "closed",
            Self::Answered { .. } => "answered",
            Self::Dropped { .. } => "dropped",
            Self::KeptOpen => "kept-open",
            Self::NothingCame | Self::NothingMore => "gave-up",
            Self::Unanswered => "unanswered",
            Self::WeEnded { .. } => "we-ended",
            Self::LeftOpen { .. } => "left-open",
        }
    }

    /// The same with the code of the testee's Close.
    fn kind(self) -> String {
        match self {
            Self::Closed { code } | Self::Answered { code, .. } => {
                let code = code.map_or("no-code".to_owned(), |code| code.to_string());
                format!("{}-{code}", self.name())
            }
            _ => self.name().to_owned(),
        }
    }
}
