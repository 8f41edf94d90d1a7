//! What the connections of one testee may not be together.
//!
//! All of it is the client's: its keys and masking keys are to be new each time. As with
//! [`masks`](super::masks), only what cannot be chance counts.

use std::collections::{HashMap, HashSet};

use crate::{
    case::RequirementId,
    protocol::{Role, handshake::Asked},
    transcript::Transcript,
};

use super::{BrokenRule, Rule, Verdict, chance, connecting, masks, testee};

/// The rules that several frames or connections together can break.
pub(super) const RULES: &[Rule] = &[
    KEY_REUSED,
    masks::CONSTANT,
    masks::REPEATED,
    masks::COUNTED,
    MASKS_REPEATED,
    connecting::TWO_AT_ONCE,
];

/// A handshake with a key that there was before.
const KEY_REUSED: Rule =
    Rule { name: "key-reused", requirements: &["rfc6455-4.1-30"], testee: Some(Role::Client) };

/// The masking keys of a connection are those of another one.
const MASKS_REPEATED: Rule = Rule {
    name: "masking-keys-of-another-connection",
    requirements: &["rfc6455-5.3-3", "rfc6455-5.3-4"],
    testee: Some(Role::Client),
};

/// The keys that RFC 6455 has for examples (§1.2 and §4.1).
const EXAMPLES: [&str; 2] = ["dGhlIHNhbXBsZSBub25jZQ==", "AQIDBAUGBwgJCgsMDQ4PEC=="];

/// Connections that are remembered; later ones are only compared with them.
const REMEMBERED: usize = 100_000;

/// What is known of the connections of a run with one testee.
#[derive(Clone, Debug, Default)]
pub struct Across {
    /// The connections by their keys.
    connections: HashMap<String, Vec<Connection>>,
    remembered: usize,
    first_mask: Seen,
    first_two_masks: Seen,
    connecting: connecting::Connecting,
}

/// What tells a connection from another one with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Connection {
    started_unix_ms: u64,
    duration_us: u64,
}

/// Random values that were seen, and how many were there before.
#[derive(Clone, Debug, Default)]
struct Seen {
    values: HashSet<u64>,
    repeats: usize,
    count: usize,
}

impl Across {
    /// Takes the next connection. Gives the rules that it breaks together with those before it; a
    /// transcript that was taken before breaks none.
    pub fn note(&mut self, transcript: &Transcript) -> Vec<BrokenRule> {
        if testee(transcript) != Role::Client {
            return Vec::new();
        }
        let connection = Connection {
            started_unix_ms: transcript.started_unix_ms,
            duration_us: transcript.duration_us,
        };
        let request = transcript.handshake.request.as_bytes();
        let Some(key) = Asked::by(request).keys.into_iter().next() else {
            return Vec::new();
        };
        let mut broken_rules = Vec::new();
        let known = self.connections.get(key.as_str());
        if known.is_some_and(|known| known.contains(&connection)) {
            return broken_rules;
        }
        let message = if known.is_some() {
            Some("the Sec-WebSocket-Key is that of an earlier connection")
        } else if EXAMPLES.contains(&key.as_str()) {
            Some("the Sec-WebSocket-Key is the example of RFC 6455")
        } else {
            None
        };
        broken_rules.extend(message.map(|message| broken(&KEY_REUSED, message.to_owned())));
        if self.remembered < REMEMBERED {
            self.remembered += 1;
            let same = self.connections.entry(key.as_str().to_owned());
            same.or_default().push(connection);
        }
        broken_rules.extend(self.masks(transcript));
        broken_rules.extend(self.connecting.note(transcript));
        broken_rules
    }

    fn masks(&mut self, transcript: &Transcript) -> Option<BrokenRule> {
        let mut masks = masks::masks(transcript).map(|key| u64::from(u32::from_be_bytes(key)));
        let first = masks.next()?;
        let again = self.first_mask.is_no_chance(first, 32);
        let two_again = masks
            .next()
            .is_some_and(|second| self.first_two_masks.is_no_chance(first << 32 | second, 64));
        let message = match (two_again, again) {
            (true, _) => "the masking keys begin like those of an earlier connection",
            (false, true) => "the first masking key is that of earlier connections again",
            (false, false) => return None,
        };
        Some(broken(&MASKS_REPEATED, message.to_owned()))
    }
}

impl Seen {
    /// Takes the next value; says whether it was there before, and that no longer by chance.
    fn is_no_chance(&mut self, value: u64, bits: u32) -> bool {
        self.count += 1;
        let again = self.values.contains(&value);
        if again {
            self.repeats += 1;
        } else if self.values.len() < REMEMBERED {
            self.values.insert(value);
        }
        again && chance::is_excluded_for_repeats(self.repeats, self.count, bits)
    }
}

/// A rule that was broken, for certain.
pub(super) fn broken(rule: &Rule, message: String) -> BrokenRule {
    let requirement = rule.requirements.first().copied().unwrap_or_default();
    BrokenRule {
        rule: rule.name.to_owned(),
        requirement: RequirementId(requirement.to_owned()),
        verdict: Verdict::Fail,
        message,
        violation: None,
        frame: None,
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::SmallRng};

    use super::*;
    use crate::{
        protocol::{FrameHeader, MaskingKey, Opcode},
        transcript::{Entry, FrameRecord, Happening, PayloadRecord},
    };

    /// A connection of a client, the `nth`, with these masking keys.
    fn connection(nth: u64, key: &str, masks: &[MaskingKey]) -> Transcript {
        let mut transcript = Transcript::never_connected(Role::Server, nth);
        transcript.handshake.request =
            format!("GET / HTTP/1.1\r\nSec-WebSocket-Key: {key}\r\n\r\n");
        transcript.entries.extend(masks.iter().map(|mask| Entry {
            at_us: 0,
            what: Happening::Received(FrameRecord {
                header: FrameHeader { mask: Some(*mask), ..FrameHeader::new(Opcode::TEXT, 0) },
                payload: PayloadRecord::of(b""),
            }),
        }));
        transcript
    }

    fn names(broken: &[BrokenRule]) -> Vec<&str> {
        broken.iter().map(|rule| &rule.rule[..]).collect()
    }

    #[test]
    fn a_key_must_not_come_twice() {
        let mut across = Across::default();
        let first = connection(1, "a", &[]);
        assert!(across.note(&first).is_empty());
        assert!(across.note(&connection(2, "b", &[])).is_empty());
        let again = across.note(&connection(3, "a", &[]));
        assert_eq!(names(&again), ["key-reused"]);
        let example = across.note(&connection(4, EXAMPLES[0], &[]));
        assert_eq!(names(&example), ["key-reused"]);
        // A transcript that is judged again is no new connection.
        assert!(across.note(&first).is_empty());
    }

    #[test]
    fn masking_keys_must_not_begin_alike() {
        let mut across = Across::default();
        let masks = [[1, 2, 3, 4], [5, 6, 7, 8]];
        assert!(across.note(&connection(1, "a", &masks)).is_empty());
        let again = across.note(&connection(2, "b", &masks));
        assert_eq!(names(&again), ["masking-keys-of-another-connection"]);
        // One key alone may be chance.
        let mut across = Across::default();
        let found: Vec<bool> = (0..4)
            .map(|nth| {
                let connection = connection(nth, &nth.to_string(), &masks[..1]);
                !across.note(&connection).is_empty()
            })
            .collect();
        assert_eq!(found, [false, false, true, true]);
    }

    #[test]
    fn random_keys_break_nothing() {
        let mut across = Across::default();
        let mut random = SmallRng::seed_from_u64(7);
        for nth in 0..2000 {
            let masks: Vec<MaskingKey> = (0..4).map(|_| random.random()).collect();
            let connection = connection(nth, &random.random::<u64>().to_string(), &masks);
            assert!(across.note(&connection).is_empty());
        }
    }

    #[test]
    fn servers_have_no_keys() {
        let mut across = Across::default();
        let mut transcript = connection(1, "a", &[]);
        transcript.role = Role::Client;
        assert!(across.note(&transcript).is_empty());
        transcript.started_unix_ms = 2;
        assert!(across.note(&transcript).is_empty());
    }
}
