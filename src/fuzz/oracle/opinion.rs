//! What a testee did otherwise than it had to.

use std::borrow::Cow;

use crate::{
    case::{Case, CloseExpectation, RequirementId, counted},
    judge::{self, Ending, Eyes, Observed, Observer, Verdict, matches},
    protocol::{Opcode, Role},
    transcript::{Blame, End, Happening, Transcript},
    words,
};

use super::{
    course::{Course, Due, Duty, Fate, Reply},
    deviation::{Deviation, Reaction},
    opening::Opening,
    state::{StateId, states_on},
};

/// Judges conversations by the model of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oracle {
    /// The testee sends every message back. Without that its messages mean nothing.
    pub echo: bool,
}

impl Oracle {
    /// What the testee did otherwise than the RFCs demand, the gravest first. Nothing where there
    /// was no connection to judge.
    #[must_use]
    pub fn opinion(&self, case: &Case, transcript: &Transcript) -> Vec<Deviation> {
        self.look(case, None, transcript).0
    }

    /// The same, and what the conversation has reached. `likely` is the course that the case takes if
    /// what it asks for is granted, where that is known already.
    #[must_use]
    pub fn look(
        &self,
        case: &Case,
        likely: Option<&Course>,
        transcript: &Transcript,
    ) -> (Vec<Deviation>, Vec<StateId>) {
        if matches!(transcript.end, End::NeverConnected | End::Interrupted) {
            return (Vec::new(), Vec::new());
        }
        let role = transcript.role;
        let agreed = transcript.handshake.deflate();
        let wished = Course::likely_deflate(case, role);
        let of = |deflate| Cow::Owned(Course::of(case, role, deflate));
        let likely = likely.map_or_else(|| of(wished), Cow::Borrowed);
        let course = match agreed == wished {
            true => Cow::Borrowed(&*likely),
            false => of(agreed),
        };
        let states = states_on(&course, transcript).collect();
        let in_vain = likely.dues != course.dues;
        (self.opinion_on(&course, in_vain, case, transcript), states)
    }

    /// `in_vain`: the case was written for another course, and may have waited for what nobody owed.
    fn opinion_on(
        self,
        course: &Course,
        in_vain: bool,
        case: &Case,
        transcript: &Transcript,
    ) -> Vec<Deviation> {
        let mut deviations: Vec<Deviation> = broken_rules(case, transcript).collect();
        let opening = Opening::of(case, transcript);
        if let Opening::Wrong(deviation) = opening {
            deviations.push(deviation);
        } else if opening == Opening::Open && transcript.entries_dropped == 0 {
            let deed = Deed::of(course, transcript);
            if course.fate != Fate::Lost {
                deviations.extend(deed.replies(self.echo));
                let is_failing = matches!(course.fate, Fate::Failing { .. });
                if is_failing || !(in_vain && deed.ending.gave_up) {
                    deviations.extend(deed.closing());
                }
            }
        }
        deviations.sort_by_key(|deviation| std::cmp::Reverse(deviation.verdict));
        deviations
    }
}

fn broken_rules(case: &Case, transcript: &Transcript) -> impl Iterator<Item = Deviation> {
    let broken = judge::broken_rules(transcript);
    let broken = judge::counting_in(case, transcript, &broken).into_iter();
    broken.filter(|rule| rule.verdict > Verdict::Unimplemented).map(|rule| Deviation {
        requirement: rule.requirement,
        reaction: Reaction::RuleBroken(rule.rule),
        verdict: rule.verdict,
        sentence: rule.message,
    })
}

/// What was due, and what was done.
struct Deed<'a> {
    course: &'a Course,
    seen: Vec<Observed>,
    ending: Ending,
    testee: Role,
    /// Why we sent our first Close, if we did.
    our_close: Option<Blame>,
}

impl<'a> Deed<'a> {
    fn of(course: &'a Course, transcript: &Transcript) -> Self {
        let our_close = transcript.happenings().find_map(|happening| match happening {
            Happening::Sent { by, frame } if frame.header.opcode == Opcode::CLOSE => Some(*by),
            _ => None,
        });
        Self {
            course,
            seen: Observer::of(Eyes::Ours, transcript.happenings()),
            ending: Ending::of(transcript),
            testee: transcript.role.peer(),
            our_close,
        }
    }

    /// What is wrong with the replies: at most one thing of each kind of reply.
    fn replies(&self, echo: bool) -> Vec<Deviation> {
        let is_echo = |due: &&Due| matches!(due.reply, Reply::Echo(..) | Reply::Echoes(_));
        let is_pong = |due: &&Due| matches!(due.reply, Reply::Pong(_));
        let is_silence = |due: &&Due| matches!(due.reply, Reply::Silence(_));
        let mut wrong = Vec::new();
        let mut of_kind = |dues: Vec<&Due>, seen: Vec<&Observed>| {
            wrong.extend(self.in_order(&dues, &seen));
        };
        let dues = || self.course.dues.iter();
        let seen = || self.seen.iter();
        if echo {
            let messages = seen()
                .filter(|it| matches!(it, Observed::Message { .. } | Observed::Echoes(_)))
                .collect();
            of_kind(dues().filter(is_echo).collect(), messages);
        }
        let pongs = seen().filter(|it| matches!(it, Observed::Pong(_))).collect();
        of_kind(dues().filter(is_pong).collect(), pongs);
        let silences = seen().filter(|it| matches!(it, Observed::Silence(_))).collect();
        of_kind(dues().filter(is_silence).collect(), silences);
        wrong
    }

    /// The first thing that is wrong with the replies of one kind, which come in the order in which
    /// they are due.
    fn in_order(&self, dues: &[&Due], seen: &[&Observed]) -> Option<Deviation> {
        let mut next = 0;
        for observed in seen {
            let found = dues[next..].iter().position(|due| matches(&due.reply.event(), observed));
            let Some(found) = found else {
                return Some(self.unfit(dues.get(next).copied(), observed));
            };
            let skipped = &dues[next..next + found];
            if let Some(missing) = skipped.iter().find(|due| due.duty == Duty::Required) {
                return Some(self.unfit(Some(missing), observed));
            }
            if dues[next + found].duty == Duty::Forbidden {
                return Some(self.went_on(observed));
            }
            next += found + 1;
        }
        let missing = dues[next..].iter().find(|due| due.duty == Duty::Required)?;
        self.was_given_time_for(missing).then(|| missing.missing())
    }

    /// Whether the testee could have sent it: that is not so if we closed before it came.
    fn was_given_time_for(&self, due: &Due) -> bool {
        match self.our_close {
            Some(Blame::Violation) => false,
            Some(Blame::Finished | Blame::ScriptedClose) => due.awaited,
            Some(Blame::Script | Blame::Fence | Blame::GaveUp | Blame::Reply | Blame::Hello)
            | None => true,
        }
    }

    fn unfit(&self, due: Option<&Due>, observed: &Observed) -> Deviation {
        let came = words::event(observed);
        let (reaction, sentence) = match (due, observed) {
            (Some(due), _) if due.duty != Duty::Forbidden => {
                (Reaction::EchoWrong, format!("expected {}; {came} came", due.reply.in_words()))
            }
            _ if matches!(self.course.fate, Fate::Failing { .. }) => return self.went_on(observed),
            _ => (Reaction::MessageUnasked, format!("nothing was due; {came} came")),
        };
        fail("rfc6455-6.2-1", reaction, sentence)
    }

    fn went_on(&self, observed: &Observed) -> Deviation {
        let requirement = match &self.course.fate {
            Fate::Failing { requirement, .. } => requirement,
            _ => "rfc6455-7.1.7-8",
        };
        fail(
            requirement,
            Reaction::WentOnAfterViolation,
            format!(
                "the connection had to be failed; {} came all the same",
                words::event(observed)
            ),
        )
    }

    /// What is wrong with how the connection ended.
    fn closing(&self) -> Option<Deviation> {
        if self.course.fate == Fate::Left {
            return None;
        }
        let expected = self.course.close();
        let (verdict, ended) = judge::judge_closing(&expected, &self.ending, self.testee);
        if verdict < Verdict::NonStrict {
            return None;
        }
        let (requirement, reaction) = self.class_of_ending(&expected);
        Some(Deviation {
            requirement: RequirementId(requirement.to_owned()),
            reaction,
            verdict,
            sentence: format!("it {}", words::ended(&ended, None)),
        })
    }

    fn class_of_ending(&self, expected: &CloseExpectation) -> (&'static str, Reaction) {
        let ending = &self.ending;
        let failing = match &self.course.fate {
            Fate::Failing { requirement, .. } => Some(*requirement),
            _ => None,
        };
        let fits = |code: Option<u16>| code.is_none_or(|code| expected.codes.contains(&code));
        match (failing, ending.peer_close) {
            (Some(requirement), _) if ending.gave_up => (requirement, Reaction::KeptOpen),
            (None, _) if ending.gave_up => ("rfc6455-6.2-1", Reaction::Hang),
            _ if ending.tcp_left_open_us.is_some() && ending.peer_close.is_some_and(fits) => {
                ("rfc6455-5.5.1-16", Reaction::TcpLeftOpen)
            }
            (None, Some(Some(code)))
                if ending.peer_closed_first && [1002, 1003, 1007].contains(&code) =>
            {
                ("rfc6455-7.1.7-9", Reaction::FailedWithoutCause)
            }
            (None, Some(_)) if ending.peer_closed_first => {
                ("rfc6455-7.3-2", Reaction::ClosedUnasked)
            }
            (None, Some(_)) => ("rfc6455-7.4.1-2", Reaction::CloseCodeWrong),
            (Some(_), Some(_)) => ("rfc6455-7.1.7-6", Reaction::CloseCodeWrong),
            (Some(_), None) if ending.peer_ended_tcp => {
                ("rfc6455-7.1.7-5", Reaction::ConnectionLost)
            }
            (Some(requirement), None) => (requirement, Reaction::KeptOpen),
            (None, None) if self.our_close.is_some() => {
                ("rfc6455-5.5.1-9", Reaction::CloseUnanswered)
            }
            (None, None) => ("rfc6455-7.3-3", Reaction::ConnectionLost),
        }
    }
}

impl Due {
    fn missing(&self) -> Deviation {
        let reaction = match self.reply {
            Reply::Pong(_) => Reaction::PongMissing,
            Reply::Silence(_) => Reaction::ConnectionLost,
            Reply::Echo(..) | Reply::Echoes(_) => Reaction::EchoMissing,
        };
        fail(
            self.reply.requirement(),
            reaction,
            format!("expected {}, which did not come", self.reply.in_words()),
        )
    }
}

fn fail(requirement: &str, reaction: Reaction, sentence: String) -> Deviation {
    Deviation {
        requirement: RequirementId(requirement.to_owned()),
        reaction,
        verdict: Verdict::Fail,
        sentence,
    }
}

impl Reply {
    fn in_words(&self) -> String {
        match self {
            Self::Echo(kind, payload) => {
                format!("the echo of a {kind:?} message of {}", counted(payload.len(), "octet"))
                    .to_lowercase()
            }
            Self::Pong(payload) => format!("a Pong of {}", counted(payload.len(), "octet")),
            Self::Silence(name) => format!("silence ({name})"),
            Self::Echoes(count) => counted(*count, "echo"),
        }
    }
}
