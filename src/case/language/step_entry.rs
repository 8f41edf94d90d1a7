//! A step as case files write it: one verb and its modifiers, all in one flat table.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    at::{At, Span},
    entry::EventEntry,
    payload_entry::PayloadEntry,
    words::{CloseWord, MaskWord},
};
use crate::case::DropHow;

/// One thing that we do: one verb with its operand, and modifiers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a step")]
#[schemars(rename = "Step")]
pub struct StepEntry {
    /// Sends a text frame. With `fragment` or `compress`, or in a case with `deflate`: a message.
    pub text: Option<At<PayloadEntry>>,
    /// Sends a binary frame. With `fragment` or `compress`, or in a case with `deflate`: a message.
    pub binary: Option<At<PayloadEntry>>,
    /// Sends a continuation frame.
    pub cont: Option<At<PayloadEntry>>,
    /// Sends a Ping.
    pub ping: Option<At<PayloadEntry>>,
    /// Sends a Pong.
    pub pong: Option<At<PayloadEntry>>,
    /// Sends a frame with this opcode, 0 to 15, and `payload`.
    pub frame: Option<At<u64>>,
    /// Starts the closing handshake with this code, or without one: `"empty"`.
    pub close: Option<At<CloseWord>>,
    /// Starts the closing handshake with a Close of exactly these octets.
    pub close_octets: Option<At<PayloadEntry>>,
    /// Further payload octets of the frame that a step before left unfinished (see `length`).
    pub more: Option<At<PayloadEntry>>,
    /// Raw octets.
    pub octets: Option<At<PayloadEntry>>,
    /// Sends `text` or `binary` this often, each after the echo of the one before.
    pub round_trips: Option<At<u64>>,
    /// Waits; running the full time is the event `silence` of this name.
    pub pause: Option<At<String>>,
    /// Waits for a message or a Pong, for a bounded time, and goes on either way.
    #[serde(rename = "await")]
    pub wait_for: Option<At<EventEntry>>,
    /// Pings and waits for the Pong: all that was sent before was processed.
    pub fence: Option<At<bool>>,
    /// `false`: stops taking in what the peer sends; `true`: goes on, once all before is written.
    pub reading: Option<At<bool>>,
    /// Ends our direction of TCP with FIN once all before is written, and goes on listening.
    pub half_close: Option<At<bool>>,
    /// Closes TCP once all before is written, with FIN or with RST.
    pub drop: Option<At<DropHow>>,

    /// The payload of `frame`; none by default.
    pub payload: Option<At<PayloadEntry>>,
    /// What follows the code of `close`.
    pub reason: Option<At<PayloadEntry>>,
    /// The FIN bit; `true` by default.
    pub fin: Option<At<bool>>,
    /// The reserved bits, 0 to 7: 4 is RSV1; 0 by default.
    pub rsv: Option<At<u64>>,
    /// `"role"` (default: as our side must), `true`, `false`, or a key in hexadecimal.
    pub mask: Option<At<MaskWord>>,
    /// The declared length, if not the payload's. Larger: the frame stays unfinished.
    pub length: Option<At<u64>>,
    /// The length is written in 7, 16 or 64 bits; by default in the shortest form.
    pub length_form: Option<At<u64>>,
    /// The frame, which must be whole, is sent so many times.
    pub repeat: Option<At<NonZeroU32>>,
    /// Splits the message into frames of this many octets.
    pub fragment: Option<At<NonZeroU64>>,
    /// Writes in pieces of this many octets, each a segment of its own.
    pub chop: Option<At<NonZeroUsize>>,
    /// `true`: written on its own, not together with its neighbours.
    pub apart: Option<At<bool>>,
    /// Whether the message is compressed on a compressed connection; `true` by default.
    pub compress: Option<At<bool>>,
}

/// The verbs, as README lists them.
pub const VERBS: [&str; 17] = [
    "text",
    "binary",
    "cont",
    "ping",
    "pong",
    "frame",
    "close",
    "close-octets",
    "more",
    "octets",
    "round-trips",
    "pause",
    "await",
    "fence",
    "reading",
    "half-close",
    "drop",
];

impl StepEntry {
    /// The keys that are there, with their places: verbs first, as [`VERBS`] has them.
    pub fn keys(&self) -> Vec<(&'static str, Span)> {
        fn place<T>(value: Option<&At<T>>) -> Option<Span> {
            value.map(At::span)
        }
        let all = [
            ("text", place(self.text.as_ref())),
            ("binary", place(self.binary.as_ref())),
            ("cont", place(self.cont.as_ref())),
            ("ping", place(self.ping.as_ref())),
            ("pong", place(self.pong.as_ref())),
            ("frame", place(self.frame.as_ref())),
            ("close", place(self.close.as_ref())),
            ("close-octets", place(self.close_octets.as_ref())),
            ("more", place(self.more.as_ref())),
            ("octets", place(self.octets.as_ref())),
            ("round-trips", place(self.round_trips.as_ref())),
            ("pause", place(self.pause.as_ref())),
            ("await", place(self.wait_for.as_ref())),
            ("fence", place(self.fence.as_ref())),
            ("reading", place(self.reading.as_ref())),
            ("half-close", place(self.half_close.as_ref())),
            ("drop", place(self.drop.as_ref())),
            ("payload", place(self.payload.as_ref())),
            ("reason", place(self.reason.as_ref())),
            ("fin", place(self.fin.as_ref())),
            ("rsv", place(self.rsv.as_ref())),
            ("mask", place(self.mask.as_ref())),
            ("length", place(self.length.as_ref())),
            ("length-form", place(self.length_form.as_ref())),
            ("repeat", place(self.repeat.as_ref())),
            ("fragment", place(self.fragment.as_ref())),
            ("chop", place(self.chop.as_ref())),
            ("apart", place(self.apart.as_ref())),
            ("compress", place(self.compress.as_ref())),
        ];
        all.into_iter().filter_map(|(key, span)| Some((key, span?))).collect()
    }
}
