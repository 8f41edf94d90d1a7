//! What there is to be had, a file a topic, an entry a defect.

mod after_close;
mod answers;
mod close_checks;
mod closing;
mod control;
mod deflate;
mod echoes;
mod failing;
mod fragments;
mod frame_checks;
mod framing;
mod inflating;
mod interleaving;
mod keys;
mod lengths;
mod limits;
mod mask_checks;
mod masking;
mod negotiation;
mod offers;
mod opened;
mod refusing;
mod request_checks;
mod request_refusals;
mod requests;
mod response_checks;
mod text;

use super::entry::{Entry, Topic};

/// All topics, in the order of a connection's life.
pub(super) const TOPICS: &[Topic] = &[
    topic("request", requests::ENTRIES),
    topic("key", keys::ENTRIES),
    topic("request-checks", request_checks::ENTRIES),
    topic("request-refusals", request_refusals::ENTRIES),
    topic("refusing", refusing::ENTRIES),
    topic("answer", answers::ENTRIES),
    topic("response-checks", response_checks::ENTRIES),
    topic("negotiation", negotiation::ENTRIES),
    topic("offers", offers::ENTRIES),
    topic("opened", opened::ENTRIES),
    topic("framing", framing::ENTRIES),
    topic("masking", masking::ENTRIES),
    topic("mask-checks", mask_checks::ENTRIES),
    topic("frame-checks", frame_checks::ENTRIES),
    topic("lengths", lengths::ENTRIES),
    topic("fragments", fragments::ENTRIES),
    topic("interleaving", interleaving::ENTRIES),
    topic("control", control::ENTRIES),
    topic("text", text::ENTRIES),
    topic("echoes", echoes::ENTRIES),
    topic("deflate", deflate::ENTRIES),
    topic("inflating", inflating::ENTRIES),
    topic("failing", failing::ENTRIES),
    topic("closing", closing::ENTRIES),
    topic("close-checks", close_checks::ENTRIES),
    topic("after-close", after_close::ENTRIES),
    topic("limits", limits::ENTRIES),
];

const fn topic(name: &'static str, entries: &'static [Entry]) -> Topic {
    Topic { name, entries }
}
