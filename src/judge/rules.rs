//! The wire rules: what no endpoint may do on any connection, whatever the case.
//!
//! `protocol::receive` reports what was irregular; here each irregularity becomes the requirement
//! that it breaks and a verdict.

use crate::{
    case::RequirementId,
    protocol::{Opcode, Role, Violation},
    transcript::{Blame, Happening, Transcript},
};

use super::{BrokenRule, Verdict};

/// The wire rules that the testee broke, each once, in the order in which it did.
#[must_use]
pub fn broken_rules(transcript: &Transcript) -> Vec<BrokenRule> {
    let mut broken: Vec<BrokenRule> = Vec::new();
    let mut our_close_codes = Vec::new();
    for happening in transcript.happenings() {
        match happening {
            Happening::Sent { by, frame } if frame.header.opcode == Opcode::CLOSE => {
                if *by != Blame::Reply
                    && let Some(code) = frame.payload.head.get(..2)
                {
                    our_close_codes.push(u16::from_be_bytes([code[0], code[1]]));
                }
            }
            Happening::Violated(violation) => {
                let rule = rule(violation, &our_close_codes);
                if !broken
                    .iter()
                    .any(|known| known.requirement == rule.requirement)
                {
                    broken.push(rule);
                }
            }
            _ => {}
        }
    }
    broken
}

/// The rule that a violation breaks. `echoable`: the close codes that we sent ourselves; sending
/// one of them back is lenient, not an invention (RFC 6455 §5.5.1: a reply typically echoes).
fn rule(violation: &Violation, echoable: &[u16]) -> BrokenRule {
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
        Violation::UnmaskedClientFrame => (
            "rfc6455-5.1-1",
            Fail,
            "the client sent a frame without masking it".to_owned(),
        ),
        Violation::MaskedServerFrame => (
            "rfc6455-5.1-4",
            Fail,
            "the server masked a frame".to_owned(),
        ),
        Violation::FragmentedControl(opcode) => (
            "rfc6455-5.4-8",
            Fail,
            format!("a {opcode} frame had FIN clear"),
        ),
        Violation::OversizedControl(opcode) => (
            "rfc6455-5.5-1",
            Fail,
            format!("a {opcode} frame had more than 125 octets"),
        ),
        Violation::CompressedControl(opcode) => (
            "rfc7692-6.1-3",
            Fail,
            format!("a {opcode} frame had RSV1 set"),
        ),
        Violation::CompressedContinuation => (
            "rfc7692-6.1-4",
            Fail,
            "a continuation frame had RSV1 set".to_owned(),
        ),
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
        Violation::ContinuationWithoutStart => (
            "rfc6455-5.4-4",
            Fail,
            "a continuation frame continued nothing".to_owned(),
        ),
        Violation::DataInsideMessage => (
            "rfc6455-5.4-10",
            Fail,
            "a new message began before the fragmented one was complete".to_owned(),
        ),
        Violation::InvalidUtf8(at) => (
            "rfc6455-5.6-1",
            Fail,
            format!("a text message is not UTF-8 at octet {at}"),
        ),
        Violation::IncompleteUtf8 => (
            "rfc6455-5.6-1",
            Fail,
            "a text message ends inside a UTF-8 sequence".to_owned(),
        ),
        Violation::CloseBodyOfOneOctet => (
            "rfc6455-5.5.1-2",
            Fail,
            "a Close had a body of one octet".to_owned(),
        ),
        Violation::CloseCodeForbidden(code) => forbidden_code(*code, echoable.contains(code)),
        Violation::CloseCodeUndefined(code) => {
            let verdict = if echoable.contains(code) {
                Informational
            } else {
                Fail
            };
            let requirement = match code {
                1004 => "rfc6455-7.4.1-4",
                5000.. => "rfc6455-7.4.2-7",
                _ => "rfc6455-7.4.2-3",
            };
            (
                requirement,
                verdict,
                format!("a Close had the undefined code {code}"),
            )
        }
        Violation::CloseReasonNotUtf8 => (
            "rfc6455-5.5.1-5",
            Fail,
            "the reason of a Close is not UTF-8".to_owned(),
        ),
        Violation::FrameAfterClose(Opcode::CLOSE) => (
            "rfc6455-5.5.1-10",
            Fail,
            "a second Close was sent".to_owned(),
        ),
        Violation::FrameAfterClose(Opcode::PING) => (
            "rfc6455-5.5.1-8",
            Informational,
            "a Ping was sent after the Close".to_owned(),
        ),
        Violation::FrameAfterClose(opcode) => (
            "rfc6455-5.5.1-8",
            Fail,
            format!("a {opcode} frame was sent after the Close"),
        ),
        Violation::InvalidDeflate => (
            "rfc7692-6.1-1",
            Fail,
            "a compressed message is no DEFLATE stream".to_owned(),
        ),
        Violation::InflatedTooLarge => (
            "rfc6455-10.4-1",
            NonStrict,
            "a message inflated to more than any echo could be".to_owned(),
        ),
    };
    BrokenRule {
        requirement: RequirementId(requirement.to_owned()),
        verdict,
        message,
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
    let verdict = if tolerated {
        Verdict::NonStrict
    } else {
        Verdict::Fail
    };
    let verb = if echoed { "sent back" } else { "sent" };
    (
        requirement,
        verdict,
        format!("the close code {code} was {verb}, which must never be on the wire"),
    )
}

/// What a rule's verdict is worth for the whole case.
#[must_use]
pub fn worst(broken: &[BrokenRule]) -> Option<&BrokenRule> {
    // `max_by_key` takes the last of equals; the first one broken says more.
    broken.iter().rev().max_by_key(|rule| rule.verdict)
}

/// The side that the testee plays.
#[must_use]
pub const fn testee(transcript: &Transcript) -> Role {
    transcript.role.peer()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        judge::RULES,
        protocol::{LengthForm, Rsv},
    };

    /// A violation of each kind, and more than one where the requirement depends on what was seen.
    fn violations() -> Vec<Violation> {
        let codes = [0, 1005, 1006, 1015].map(Violation::CloseCodeForbidden);
        let undefined = [1004, 1016, 5000].map(Violation::CloseCodeUndefined);
        let after = [Opcode::TEXT, Opcode::PING, Opcode::CLOSE].map(Violation::FrameAfterClose);
        let rsv = Rsv::new(4).expect("4 fits in three bits");
        let reserved = Opcode::new(3).expect("3 fits in four bits");
        let others = [
            Violation::ReservedBits(rsv),
            Violation::ReservedOpcode(reserved),
            Violation::UnmaskedClientFrame,
            Violation::MaskedServerFrame,
            Violation::FragmentedControl(Opcode::PING),
            Violation::OversizedControl(Opcode::PING),
            Violation::CompressedControl(Opcode::PING),
            Violation::CompressedContinuation,
            Violation::LengthNotMinimal(LengthForm::Bits64),
            Violation::LengthTopBit,
            Violation::ContinuationWithoutStart,
            Violation::DataInsideMessage,
            Violation::InvalidUtf8(0),
            Violation::IncompleteUtf8,
            Violation::CloseBodyOfOneOctet,
            Violation::CloseReasonNotUtf8,
            Violation::InvalidDeflate,
            Violation::InflatedTooLarge,
        ];
        others
            .into_iter()
            .chain(codes)
            .chain(undefined)
            .chain(after)
            .collect()
    }

    fn name(violation: &Violation) -> String {
        let name = match serde_json::to_value(violation).expect("a violation is JSON") {
            serde_json::Value::Object(object) => object.into_iter().next().map(|(name, _)| name),
            value => value.as_str().map(str::to_owned),
        };
        name.expect("a variant has a name")
    }

    #[test]
    fn the_table_of_rules_says_what_the_rules_enforce() {
        let enforced: BTreeSet<(String, String)> = violations()
            .iter()
            .map(|violation| (name(violation), rule(violation, &[]).requirement.0))
            .collect();
        let claimed: BTreeSet<(String, String)> = RULES
            .iter()
            .flat_map(|rule| {
                let of_rule = rule.requirements.iter();
                of_rule.map(|requirement| (rule.name.to_owned(), (*requirement).to_owned()))
            })
            .collect();
        assert_eq!(enforced, claimed);
    }
}
