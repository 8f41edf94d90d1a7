//! How much a case may do. A step is short, but can stand for any number of frames or octets, and
//! each pause takes its time.

use super::{
    Mistake,
    at::Span,
    problems::{Checked, Problem},
};
use crate::case::Step;

/// Steps of a case.
pub const STEPS_MAX: usize = 10_000;

/// Messages of one `round-trips`.
pub const ROUND_TRIPS_MAX: u32 = 1_000_000;

/// Frames that the `repeat`s of a case make.
const REPEATED_MAX: u64 = 1_000_000;

/// Octets of the payload of a frame that is repeated.
const REPEATED_PAYLOAD_MAX: u64 = 64 << 10;

/// Octets of payload that a case sends.
const OCTETS_MAX: u64 = 8 << 30;

/// Pauses of a case.
const PAUSES_MAX: u64 = 100;

/// What the steps of a case come to so far.
#[derive(Default)]
pub struct Amount {
    repeated: u64,
    octets: u64,
    pauses: u64,
}

impl Amount {
    /// Takes the next step, which stands there.
    pub fn follow(&mut self, step: &Step, span: Span) -> Checked<()> {
        let octets = match step {
            Step::Frame(frame) => frame.payload.len(),
            Step::Message(message) => message.payload.len(),
            Step::More(payload) | Step::Octets(payload, _) | Step::Close(payload) => payload.len(),
            Step::Repeat(times, frame) => {
                if frame.payload.len() > REPEATED_PAYLOAD_MAX {
                    let needs = "a frame of at most 65536 octets";
                    return Err(Problem::new(span, Mistake::Needs { modifier: "repeat", needs }));
                }
                self.repeated += u64::from(times.get());
                u64::from(times.get()) * frame.payload.len()
            }
            Step::Pause(_) => {
                self.pauses += 1;
                0
            }
            _ => 0,
        };
        self.octets = self.octets.saturating_add(octets);
        for (found, most, what) in [
            (self.repeated, REPEATED_MAX, "frames that `repeat` makes in a case"),
            (self.octets, OCTETS_MAX, "octets that a case sends"),
            (self.pauses, PAUSES_MAX, "pauses of a case"),
        ] {
            if found > most {
                return Err(Problem::new(span, Mistake::TooMany { what, most }));
            }
        }
        Ok(())
    }
}
