//! What no frame and no message may be, on any connection.
//!
//! `protocol::receive` reports what was irregular; here each irregularity becomes the requirement
//! that it breaks and a verdict.

use crate::{
    case::RequirementId,
    protocol::{
        CloseCode, Opcode,
        Role::{self, Client, Server},
        Violation,
    },
};

use super::{Breach, BrokenRule, Rule, Verdict};

/// A rule a violation: its name, who can break it, what it enforces.
macro_rules! rules {
    ($($violation:ident $name:literal $testee:expr, [$($requirement:literal),+];)*) => {
        /// The rules, one for each violation.
        pub(super) const RULES: &[Rule] = &[$(Rule {
            name: $name,
            requirements: &[$($requirement),+],
            testee: $testee,
        }),*];

        /// The name of the rule that a violation breaks.
        #[must_use]
        pub const fn rule_broken_by(violation: &Violation) -> &'static str {
            match violation {
                $(Violation::$violation { .. } => $name,)*
            }
        }

        /// The requirements that a violation breaks, the chief one first.
        #[must_use]
        pub const fn requirements_broken_by(violation: &Violation) -> &'static [&'static str] {
            match violation {
                $(Violation::$violation { .. } => &[$($requirement),+],)*
            }
        }
    };
}

rules! {
    ReservedBits "reserved-bits" None, ["rfc6455-5.2-2"];
    ReservedOpcode "reserved-opcode" None, ["rfc6455-5.2-5", "rfc6455-5.2-12", "rfc6455-6.1-4"];
    UnmaskedClientFrame "unmasked-client-frame" Some(Client), ["rfc6455-5.1-1"];
    MaskedServerFrame "masked-server-frame" Some(Server), ["rfc6455-5.1-4"];
    FragmentedControl "fragmented-control" None, ["rfc6455-5.4-8"];
    OversizedControl "oversized-control" None, ["rfc6455-5.5-1"];
    CompressedControl "compressed-control" None, ["rfc7692-6.1-3"];
    CompressedContinuation "compressed-continuation" None, ["rfc7692-6.1-4"];
    LengthNotMinimal "length-not-minimal" None, ["rfc6455-5.2-10"];
    LengthTopBit "length-top-bit" None, ["rfc6455-5.2-8"];
    ContinuationWithoutStart "continuation-without-start" None, ["rfc6455-5.4-4", "rfc6455-5.4-2"];
    DataInsideMessage "data-inside-message" None, ["rfc6455-5.4-10"];
    InvalidUtf8 "invalid-utf8" None, ["rfc6455-5.6-1"];
    IncompleteUtf8 "incomplete-utf8" None, ["rfc6455-5.6-1"];
    CloseBodyOfOneOctet "close-body-of-one-octet" None, ["rfc6455-5.5.1-2"];
    CloseCodeForbidden "close-code-forbidden" None,
        ["rfc6455-7.4.1-5", "rfc6455-7.4.1-6", "rfc6455-7.4.1-13", "rfc6455-7.4.2-1"];
    CloseCodeUndefined "close-code-undefined" None,
        ["rfc6455-7.4.1-4", "rfc6455-7.4.2-3", "rfc6455-7.4.2-7"];
    CloseCodeOfClients "close-code-of-clients" Some(Server), ["rfc6455-7.4.1-11"];
    CloseReasonNotUtf8 "close-reason-not-utf8" None, ["rfc6455-5.5.1-5"];
    FrameAfterClose "frame-after-close" None, ["rfc6455-5.5.1-8", "rfc6455-5.5.1-10"];
    InvalidDeflate "invalid-deflate" None, ["rfc7692-6.1-1"];
    BackReferenceBeyondWindow "back-reference-beyond-window" None,
        ["rfc7692-7.2.1-16", "rfc7692-7.2.1-18"];
    ContextTakenOver "context-taken-over" None, ["rfc7692-7.2.1-11", "rfc7692-7.2.1-14"];
    DeflateTailNotRemoved "deflate-tail-not-removed" None, ["rfc7692-7.2.1-1"];
    FinalBlockPadding "final-block-padding" None, ["rfc7692-7.2.1-8"];
    InflatedTooLarge "inflated-too-large" None, ["rfc6455-10.4-1"];
}

/// Whether nothing is wrong with it but that we did it first.
pub(super) fn is_mere_echo(violation: &Violation, echoable: &[u16]) -> bool {
    *violation == Violation::CloseCodeOfClients
        && echoable.contains(&CloseCode::MANDATORY_EXTENSION.0)
}

/// Whether a rule is about Close frames: who breaks it closes in the wrong way.
pub fn is_about_closes(rule: &str) -> bool {
    [
        "close-body-of-one-octet",
        "close-code-forbidden",
        "close-code-undefined",
        "close-code-of-clients",
        "close-reason-not-utf8",
    ]
    .contains(&rule)
}

/// The rule that a violation breaks. `echoable`: the close codes that we sent ourselves; sending
/// one of them back is lenient, not an invention (RFC 6455 §5.5.1: a reply typically echoes).
pub(super) fn broken(violation: &Violation, testee: Role, echoable: &[u16]) -> BrokenRule {
    let by_role = |client, server| match testee {
        Client => client,
        Server => server,
    };
    use Verdict::{Fail, Informational, NonStrict};
    let (requirement, verdict, message) = match violation {
        Violation::ReservedBits(bits) => (
            "rfc6455-5.2-2",
            Fail,
            format!(
                "a frame had reserved bits set (RSV {:03b}) that no agreed extension defines",
                bits.bits()
            ),
        ),
        Violation::ReservedOpcode(opcode) => {
            ("rfc6455-5.2-5", Fail, format!("a frame had the {opcode}"))
        }
        Violation::UnmaskedClientFrame => {
            ("rfc6455-5.1-1", Fail, "the client sent a frame without masking it".to_owned())
        }
        Violation::MaskedServerFrame => {
            ("rfc6455-5.1-4", Fail, "the server masked a frame".to_owned())
        }
        Violation::FragmentedControl(opcode) => {
            ("rfc6455-5.4-8", Fail, format!("a {opcode} frame had FIN clear"))
        }
        Violation::OversizedControl(opcode) => {
            ("rfc6455-5.5-1", Fail, format!("a {opcode} frame had more than 125 octets"))
        }
        Violation::CompressedControl(opcode) => {
            ("rfc7692-6.1-3", Fail, format!("a {opcode} frame had RSV1 set"))
        }
        Violation::CompressedContinuation => {
            ("rfc7692-6.1-4", Fail, "a continuation frame had RSV1 set".to_owned())
        }
        Violation::LengthNotMinimal(_) => (
            "rfc6455-5.2-10",
            Fail,
            "a payload length was written in more octets than it needs".to_owned(),
        ),
        Violation::LengthTopBit => (
            "rfc6455-5.2-8",
            Fail,
            "a 64-bit payload length had its most significant bit set".to_owned(),
        ),
        Violation::ContinuationWithoutStart => {
            ("rfc6455-5.4-4", Fail, "a continuation frame continued nothing".to_owned())
        }
        Violation::DataInsideMessage => (
            "rfc6455-5.4-10",
            Fail,
            "a new message began before the fragmented one was complete".to_owned(),
        ),
        Violation::InvalidUtf8(at) => {
            ("rfc6455-5.6-1", Fail, format!("a text message is not UTF-8 at octet {at}"))
        }
        Violation::IncompleteUtf8 => {
            ("rfc6455-5.6-1", Fail, "a text message ends inside a UTF-8 sequence".to_owned())
        }
        Violation::CloseBodyOfOneOctet => {
            ("rfc6455-5.5.1-2", Fail, "a Close had a body of one octet".to_owned())
        }
        Violation::CloseCodeForbidden(code) => forbidden_code(*code, echoable.contains(code)),
        Violation::CloseCodeUndefined(code) => {
            let verdict = if echoable.contains(code) { Informational } else { Fail };
            let requirement = match code {
                1004 => "rfc6455-7.4.1-4",
                5000.. => "rfc6455-7.4.2-7",
                _ => "rfc6455-7.4.2-3",
            };
            (requirement, verdict, format!("a Close had the undefined code {code}"))
        }
        Violation::CloseCodeOfClients => (
            "rfc6455-7.4.1-11",
            NonStrict,
            "the server closed with 1010, which is for clients that miss an extension".to_owned(),
        ),
        Violation::CloseReasonNotUtf8 => {
            ("rfc6455-5.5.1-5", Fail, "the reason of a Close is not UTF-8".to_owned())
        }
        Violation::FrameAfterClose(Opcode::CLOSE) => {
            // The MUST NOT of §5.5.1 is about data frames.
            ("rfc6455-5.5.1-10", NonStrict, "a second Close was sent".to_owned())
        }
        Violation::FrameAfterClose(Opcode::PING) => {
            ("rfc6455-5.5.1-8", Informational, "a Ping was sent after the Close".to_owned())
        }
        Violation::FrameAfterClose(opcode) => {
            ("rfc6455-5.5.1-8", Fail, format!("a {opcode} frame was sent after the Close"))
        }
        Violation::InvalidDeflate => {
            ("rfc7692-6.1-1", Fail, "a compressed message is no DEFLATE stream".to_owned())
        }
        Violation::BackReferenceBeyondWindow(distance) => (
            by_role("rfc7692-7.2.1-16", "rfc7692-7.2.1-18"),
            Fail,
            format!("a compressed message refers {distance} octets back, beyond the agreed window"),
        ),
        Violation::ContextTakenOver => (
            by_role("rfc7692-7.2.1-11", "rfc7692-7.2.1-14"),
            Fail,
            "a compressed message refers to an earlier one, against what was agreed".to_owned(),
        ),
        // Every inflater copes with it, at least if its context is not taken over.
        Violation::DeflateTailNotRemoved => (
            "rfc7692-7.2.1-1",
            NonStrict,
            "a compressed message still has 00 00 FF FF at its end".to_owned(),
        ),
        Violation::FinalBlockPadding => (
            "rfc7692-7.2.1-8",
            Fail,
            "a final DEFLATE block is not padded with zero bits".to_owned(),
        ),
        Violation::InflatedTooLarge => (
            "rfc6455-10.4-1",
            NonStrict,
            "a message inflated to more than any echo could be".to_owned(),
        ),
    };
    BrokenRule {
        rule: rule_broken_by(violation).to_owned(),
        requirement: RequirementId(requirement.to_owned()),
        verdict,
        message,
        violation: Some(Breach::Frame(violation.clone())),
        frame: None,
    }
}

fn forbidden_code(code: u16, echoed: bool) -> (&'static str, Verdict, String) {
    let requirement = match code {
        1005 => "rfc6455-7.4.1-5",
        1006 => "rfc6455-7.4.1-6",
        1015 => "rfc6455-7.4.1-13",
        _ => "rfc6455-7.4.2-1",
    };
    // 1005, 1006 and 1015 "MUST NOT be set" by an endpoint, also in a reply (RFC 6455 §7.4.1).
    let tolerated = echoed && code < 1000;
    let verdict = if tolerated { Verdict::NonStrict } else { Verdict::Fail };
    let verb = if echoed { "sent back" } else { "sent" };
    (
        requirement,
        verdict,
        format!("the close code {code} was {verb}, which must never be on the wire"),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        protocol::{LengthForm, Rsv},
        requirement::Catalogue,
    };

    fn all() -> Vec<Violation> {
        use Violation as V;
        vec![
            V::ReservedBits(Rsv::new(2).unwrap()),
            V::ReservedOpcode(Opcode::new(3).unwrap()),
            V::UnmaskedClientFrame,
            V::MaskedServerFrame,
            V::FragmentedControl(Opcode::PING),
            V::OversizedControl(Opcode::PONG),
            V::CompressedControl(Opcode::PING),
            V::CompressedContinuation,
            V::LengthNotMinimal(LengthForm::Bits64),
            V::LengthTopBit,
            V::ContinuationWithoutStart,
            V::DataInsideMessage,
            V::InvalidUtf8(0),
            V::IncompleteUtf8,
            V::CloseBodyOfOneOctet,
            V::CloseCodeForbidden(0),
            V::CloseCodeForbidden(1005),
            V::CloseCodeForbidden(1006),
            V::CloseCodeForbidden(1015),
            V::CloseCodeUndefined(1004),
            V::CloseCodeUndefined(2999),
            V::CloseCodeUndefined(5000),
            V::CloseCodeOfClients,
            V::CloseReasonNotUtf8,
            V::FrameAfterClose(Opcode::CLOSE),
            V::FrameAfterClose(Opcode::PING),
            V::FrameAfterClose(Opcode::TEXT),
            V::InvalidDeflate,
            V::BackReferenceBeyondWindow(300),
            V::ContextTakenOver,
            V::DeflateTailNotRemoved,
            V::FinalBlockPadding,
            V::InflatedTooLarge,
        ]
    }

    #[test]
    fn only_what_breaks_a_must_fails() {
        let mut names = BTreeSet::new();
        for violation in all() {
            for testee in [Client, Server] {
                let broken = broken(&violation, testee, &[]);
                let fails = broken.verdict == Verdict::Fail;
                assert!(!fails || Catalogue::embedded().fails(&broken.requirement), "{broken:?}");
                names.insert(broken.rule);
            }
        }
        assert_eq!(names, RULES.iter().map(|rule| rule.name.to_owned()).collect());
    }

    #[test]
    fn a_close_code_that_nobody_may_send_is_judged_also_where_it_is_sent_back() {
        let verdict = |violation: Violation, ours: &[u16]| broken(&violation, Server, ours).verdict;
        for code in [1005, 1006, 1015] {
            let forbidden = Violation::CloseCodeForbidden(code);
            assert_eq!(verdict(forbidden.clone(), &[]), Verdict::Fail);
            assert_eq!(verdict(forbidden, &[code]), Verdict::Fail, "a MUST NOT has no exception");
        }
        let unused = Violation::CloseCodeForbidden(999);
        assert_eq!(verdict(unused.clone(), &[]), Verdict::Fail);
        assert_eq!(verdict(unused, &[999]), Verdict::NonStrict, "a reply typically echoes");
        let undefined = Violation::CloseCodeUndefined(1004);
        assert_eq!(verdict(undefined.clone(), &[]), Verdict::Fail);
        assert_eq!(
            verdict(undefined, &[1004]),
            Verdict::Informational,
            "it may be defined one day"
        );
    }

    #[test]
    fn no_must_not_forbids_a_second_close() {
        let second = broken(&Violation::FrameAfterClose(Opcode::CLOSE), Server, &[]);
        assert_eq!(second.verdict, Verdict::NonStrict);
        let data = broken(&Violation::FrameAfterClose(Opcode::TEXT), Server, &[]);
        assert_eq!((&data.requirement.0[..], data.verdict), ("rfc6455-5.5.1-8", Verdict::Fail));
    }
}
