//! What a conversation obliges the testee to.

use crate::{
    case::{Case, Payload, Step},
    protocol::{CloseBody, MessageKind, Role, Violation, deflate::DeflateParameters},
};

use super::travel::Traveller;

/// What follows from the steps of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The replies that our steps ask for, in the order of the steps.
    pub dues: Vec<Due>,
    /// How the connection has to end.
    pub fate: Fate,
    /// What was wrong with what we sent, in order.
    pub violations: Vec<Violation>,
    /// We leave off inside a message.
    pub message_open: bool,
    /// Something follows our Close.
    pub goes_on_after_close: bool,
    /// Steps that wait for what nobody owes, or for what has most likely come before.
    pub vain: Vec<usize>,
}

/// A reply that a step asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// What.
    pub reply: Reply,
    /// Whether it must come.
    pub duty: Duty,
    /// The step after which it is due.
    pub step: usize,
    /// The case waits for it before it goes on.
    pub awaited: bool,
}

/// Something that an endpoint that echoes would answer, or that we would see if it does nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Our message, back.
    Echo(MessageKind, Payload),
    /// A Pong.
    Pong(Payload),
    /// A pause of this name runs its full time.
    Silence(String),
    /// All of so many round trips.
    Echoes(u32),
}

/// Whether a reply must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// It must not.
    Forbidden,
}

/// How the connection has to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing is wrong, so we close once all that is due has come.
    Open,
    /// We have sent a Close, which has to be answered.
    Closing {
        /// What was in it.
        body: CloseBody,
        /// By a step that starts the closing handshake, not by a mere frame.
        in_order: bool,
    },
    /// The testee has to fail the connection.
    Failing {
        /// What demands it.
        requirement: &'static str,
        /// The codes that are appropriate.
        codes: Vec<u16>,
        /// Codes that would show that a Close of ours, which is wrong or comes too late, was
        /// answered like any other.
        regular: Vec<u16>,
    },
    /// The testee may fail the connection, or go on.
    Doubtful,
    /// We leave in the middle of things: whatever the testee makes of it.
    Left,
    /// What our octets mean cannot be said beforehand, nor what may come of them.
    Lost,
}

impl Course {
    /// The course of a case that `role` plays, which is us, on a connection with this compression.
    #[must_use]
    pub fn of(case: &Case, role: Role, deflate: Option<DeflateParameters>) -> Self {
        Self::of_steps(&case.steps, role, deflate)
    }

    /// The same of steps alone.
    #[must_use]
    pub fn of_steps(steps: &[Step], role: Role, deflate: Option<DeflateParameters>) -> Self {
        Self::of_traveller(steps, role, deflate).1
    }

    /// The same of steps to which, in view of their course, `more` may add a last one.
    #[must_use]
    pub fn of_growing(
        steps: &mut Vec<Step>,
        role: Role,
        deflate: Option<DeflateParameters>,
        more: impl FnOnce(&Self, &[Step]) -> Option<Step>,
    ) -> Self {
        let (mut traveller, course) = Self::of_traveller(steps, role, deflate);
        let Some(step) = more(&course, steps) else {
            return course;
        };
        traveller.take(steps.len(), &step);
        steps.push(step);
        traveller.arrive()
    }

    fn of_traveller(
        steps: &[Step],
        role: Role,
        deflate: Option<DeflateParameters>,
    ) -> (Traveller, Self) {
        let mut traveller = Traveller::new(role, deflate);
        for (index, step) in steps.iter().enumerate() {
            traveller.take(index, step);
        }
        let course = traveller.arrive();
        (traveller, course)
    }

    /// The compression that `role`, which plays this case, agrees on with a testee that grants its
    /// first wish.
    #[must_use]
    pub fn likely_deflate(case: &Case, role: Role) -> Option<DeflateParameters> {
        case.deflate.as_ref().map(|script| script.granted(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Case, RequirementId, SourceFile, embedded_cases, read_cases};

    fn course(id: &str) -> Course {
        let id = id.parse().unwrap();
        let case: &Case = embedded_cases().get(&id).unwrap();
        Course::of(case, Role::Client, Course::likely_deflate(case, Role::Client))
    }

    fn duties(id: &str) -> Vec<Duty> {
        course(id).dues.iter().map(|due| due.duty).collect()
    }

    #[test]
    fn a_message_is_owed_its_echo_and_the_last_ping_its_pong() {
        assert_eq!(duties("1.1.2"), [Duty::Required]);
        assert_eq!(course("1.1.2").fate, Fate::Open);
        let ten_pings = duties("2.10");
        assert_eq!(ten_pings[..9], [Duty::Optional; 9]);
        assert_eq!(ten_pings[9], Duty::Required);
    }

    #[test]
    fn what_stands_before_a_broken_frame_may_be_lost_and_what_stands_behind_it_is_not_processed() {
        let course = course("3.2");
        assert!(matches!(&course.fate, Fate::Failing { requirement, .. }
            if *requirement == "rfc6455-5.2-3"));
        assert_eq!(duties("3.2"), [Duty::Optional, Duty::Forbidden, Duty::Forbidden]);
    }

    #[test]
    fn text_may_be_checked_late() {
        // A fragment that is no text, and then the end of the message.
        let duties = duties("6.4.1");
        assert_eq!(duties.first(), Some(&Duty::Required), "the valid part");
        assert_eq!(duties.get(1), Some(&Duty::Optional), "the invalid part");
        assert_eq!(duties.last(), Some(&Duty::Forbidden), "the echo");
    }

    /// A case of these steps, in the words of the case language.
    fn written(steps: &str) -> Case {
        let text = format!(
            "chapter = \"1\"\ntitle = \"One\"\n[[case]]\nid = \"1.1\"\ntitle = \"Steps\"\n\
             description = \"Steps.\"\nrequirements = [\"rfc6455-6.2-1\"]\nclose = {{ by = \"either\" }}\n\
             outcomes = [{{ verdict = \"pass\", saw = [] }}]\n{steps}"
        );
        let file = SourceFile { name: "steps.toml", text: text.as_str() };
        let known = [RequirementId("rfc6455-6.2-1".to_owned())].into();
        let cases = read_cases(&[file], &known).unwrap();
        cases.cases[0].clone()
    }

    fn course_of(steps: &str) -> Course {
        let case = written(steps);
        Course::of(&case, Role::Client, Course::likely_deflate(&case, Role::Client))
    }

    /// RFC 6455 §5.5.3: a Pong may come without a Ping, and so twice.
    #[test]
    fn the_second_pong_to_a_ping_is_no_answer_to_the_next_one() {
        let course = course_of(
            "steps = [{ ping = \"a\" }, { frame = 3 }, { ping = \"a\" }, { ping = \"b\" }]",
        );
        let duties: Vec<Duty> = course.dues.iter().map(|due| due.duty).collect();
        assert_eq!(duties, [Duty::Optional, Duty::Optional, Duty::Forbidden]);
    }

    #[test]
    fn who_waits_behind_a_reason_to_fail_gives_no_time_for_what_came_before_it() {
        for reason in ["{ frame = 3 }", "{ frame = 8 }"] {
            let behind = course_of(&format!(
                "steps = [{{ ping = \"a\" }}, {reason}, {{ await = {{ pong = \"a\" }} }}]"
            ));
            assert_eq!(behind.dues[0].duty, Duty::Optional, "{reason}");
            let before = course_of(&format!(
                "steps = [{{ ping = \"a\" }}, {{ await = {{ pong = \"a\" }} }}, {reason}]"
            ));
            assert_eq!(before.dues[0].duty, Duty::Required, "{reason}");
        }
    }

    #[test]
    fn what_another_masking_key_makes_something_else_is_not_known() {
        for unknown in [
            "{ binary = \"a\", length = 3 }, { octets = \"aa\" }",
            "{ binary = \"aabb\", length = 2 }",
        ] {
            let course = course_of(&format!("steps = [{unknown}]"));
            assert_eq!((course.dues.len(), course.fate), (0, Fate::Lost), "{unknown}");
        }
        let known = course_of("steps = [{ binary = \"a\", length = 3 }, { more = \"aa\" }]");
        assert_eq!(known.dues[0].duty, Duty::Required);
        let unmasked = "{ binary = \"a\", length = 3, mask = false }, { octets = \"aa\" }";
        let unmasked = course_of(&format!("steps = [{unmasked}]"));
        assert!(matches!(unmasked.fate, Fate::Failing { .. }));
    }

    #[test]
    fn a_frame_of_opcode_8_keeps_nobody_from_closing() {
        assert!(course_of("steps = [{ frame = 8 }, { close = 1000 }]").goes_on_after_close);
        assert!(!course_of("steps = [{ close = 1000 }, { close = 1000 }]").goes_on_after_close);
    }

    #[test]
    fn what_is_offered_is_likely_agreed() {
        let offering = |offer: &str| {
            let case = written(&format!(
                "steps = [{{ text = \"a\" }}]\ndeflate = {{ offer = [\"{offer}\"] }}"
            ));
            Course::likely_deflate(&case, Role::Client).unwrap()
        };
        let likely = offering("client_no_context_takeover; server_max_window_bits=9");
        assert_eq!(likely.of(Role::Client), (true, 15));
        assert_eq!(likely.of(Role::Server), (false, 9));
        assert_eq!(offering("client_max_window_bits"), offering(""));
    }

    #[test]
    fn nothing_is_owed_behind_our_close_and_the_close_is_owed_an_answer() {
        let course = course("7.1.3");
        assert!(matches!(course.fate, Fate::Closing { in_order: true, .. }));
        assert!(course.goes_on_after_close);
        assert_eq!(duties("7.1.3"), [Duty::Optional]);
    }
}
