//! The rules that are broken on one connection.

use crate::{
    case::Case,
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
        note(handshake::broken(violation, testee(transcript), &transcript.handshake));
    }
    let mut our_close_codes = Vec::new();
    let mut frames = 0;
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
                let rule = frames::broken(violation, testee(transcript), &our_close_codes);
                // A violation stands before the frame that it is about.
                note(BrokenRule { frame: Some(frames + 1), ..rule });
            }
            Happening::Received(_) => frames += 1,
            _ => {}
        }
    }
    broken.extend(broken_by_masks(transcript));
    broken.extend(broken_by_tls(transcript));
    broken
}

/// Those of the broken rules that count for the verdict on the case.
///
/// What is wrong with a testee's part of the opening handshake is mostly wrong each time. If the
/// connection can open all the same, it counts where the case is about the opening handshake; else
/// it would hide all that the other cases are about.
#[must_use]
pub fn counting_in(case: &Case, transcript: &Transcript, broken: &[BrokenRule]) -> Vec<BrokenRule> {
    let violations = &transcript.handshake.violations;
    let tolerable: Vec<&str> = violations
        .iter()
        .filter(|violation| case.handshake.is_empty() && !violation.is_lethal())
        .map(handshake::rule_of)
        .collect();
    let counts = |rule: &&BrokenRule| !tolerable.contains(&rule.rule.as_str());
    broken.iter().filter(counts).cloned().collect()
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
