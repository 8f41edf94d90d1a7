//! The rules that are broken on one connection.

use crate::{
    protocol::{Opcode, Role},
    transcript::{Blame, Happening, Transcript},
};

use super::{BrokenRule, frames, handshake, masks::broken_by_masks, tls::broken_by_tls};

/// The wire rules that the testee broke, each once, in the order in which it did.
#[must_use]
pub fn broken_rules(transcript: &Transcript) -> Vec<BrokenRule> {
    let mut broken: Vec<BrokenRule> = Vec::new();
    let mut note = |rule: BrokenRule| {
        let known = |it: &BrokenRule| it.rule == rule.rule && it.requirement == rule.requirement;
        if !broken.iter().any(known) {
            broken.push(rule);
        }
    };
    for violation in &transcript.handshake.violations {
        note(handshake::broken(violation, testee(transcript)));
    }
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
            Happening::Violated(violation)
                if !frames::is_mere_echo(violation, &our_close_codes) =>
            {
                note(frames::broken(
                    violation,
                    testee(transcript),
                    &our_close_codes,
                ));
            }
            _ => {}
        }
    }
    broken.extend(broken_by_masks(transcript));
    broken.extend(broken_by_tls(transcript));
    broken
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
