//! The transcript and what it is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Application, HandshakeRecord, PayloadRecord};
use crate::protocol::{FrameHeader, MessageKind, Role, Violation};

/// Bounds of what a transcript keeps, whatever the case.
#[derive(Clone, Copy, Debug)]
pub struct Limits;

impl Limits {
    /// Octets of each side's handshake that are kept.
    pub const HANDSHAKE: usize = 16 * 1024;
}

/// Everything that happened on one connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Transcript {
    /// The side that we played.
    pub role: Role,
    /// What the testee does with messages.
    #[serde(default, skip_serializing_if = "Application::is_echo")]
    pub application: Application,
    /// When the connection was begun, in milliseconds since 1970-01-01T00:00Z.
    pub started_unix_ms: u64,
    /// The opening handshake.
    pub handshake: HandshakeRecord,
    /// What happened after it, in order.
    pub entries: Vec<Entry>,
    /// How many further entries were not kept.
    pub entries_dropped: u64,
    /// How TCP ended.
    pub end: End,
    /// Time from the first octet to the end, in microseconds.
    pub duration_us: u64,
    /// What is to be told of TLS, if there was any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsRecord>,
    /// Octets and frames counted.
    pub traffic: Traffic,
}

impl Transcript {
    /// The transcript of a connection that could not be made.
    #[must_use]
    pub fn never_connected(role: Role, started_unix_ms: u64) -> Self {
        Self {
            role,
            application: Application::Echo,
            started_unix_ms,
            handshake: HandshakeRecord::default(),
            entries: Vec::new(),
            entries_dropped: 0,
            end: End::NeverConnected,
            duration_us: 0,
            tls: None,
            traffic: Traffic::default(),
        }
    }

    /// The octets that it takes in memory, roughly.
    #[must_use]
    pub fn octets(&self) -> usize {
        let entries = self.entries.iter().map(Entry::octets).sum::<usize>();
        size_of::<Self>() + self.handshake.octets() + entries + self.traffic.octets()
    }

    /// The happenings in order, without their times.
    pub fn happenings(&self) -> impl Iterator<Item = &Happening> {
        self.entries.iter().map(|entry| &entry.what)
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Entry {
    /// When, in microseconds from the start of the connection.
    pub at_us: u64,
    /// What.
    pub what: Happening,
}

impl Entry {
    /// The octets that it takes in memory, roughly.
    pub(super) fn octets(&self) -> usize {
        let payload = match &self.what {
            Happening::Sent { frame, .. } | Happening::Received(frame) => Some(&frame.payload),
            Happening::SentOctets(payload) | Happening::Message { payload, .. } => Some(payload),
            _ => None,
        };
        size_of::<Self>() + payload.map_or(0, |payload| payload.head.len() + payload.tail.len())
    }
}

/// What can happen on an open connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// We wrote a frame.
    Sent {
        /// Why.
        by: Blame,
        /// The frame. Its payload record is of the octets before masking.
        frame: FrameRecord,
    },
    /// We wrote octets that are no whole frame: the rest of one, or rubbish.
    SentOctets(PayloadRecord),
    /// A frame came in, to its last octet.
    Received(FrameRecord),
    /// A frame broke a rule. Stands before the `Received` of the frame.
    Violated(Violation),
    /// A data message is complete. The payload is what the application would see: assembled
    /// and inflated.
    Message {
        /// Text or binary.
        kind: MessageKind,
        /// Its payload.
        payload: PayloadRecord,
    },
    /// A named pause ran its full time and nothing came that would have cut it short.
    Silence(String),
    /// A bounded wait of the case ended without what it waited for.
    AwaitedInVain,
    /// We waited for a reaction, none came, and we gave up.
    GaveUp,
    /// Our Close was not answered in time.
    CloseTimeout,
    /// After the closing handshake the peer left TCP open for this many microseconds.
    TcpLeftOpen {
        /// How long we waited.
        waited_us: u64,
    },
    /// We end our direction of TCP, and go on listening.
    WeHalfClose,
    /// We close TCP; nothing that comes later counts.
    WeDropTcp,
    /// A run of messages and their echoes, recorded as one.
    RoundTrips(Box<RoundTripRecord>),
    /// So many events were left out of the report when they had been judged, for lack of room.
    LeftOut {
        /// How many.
        events: u64,
    },
}

/// Who or what made us send a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// A step of the case, exactly as written; no state of ours follows from it.
    Script,
    /// A step that starts the closing handshake.
    ScriptedClose,
    /// A fence: a Ping whose Pong proves that all before it was processed.
    Fence,
    /// All that the case wanted was seen, so we start the closing handshake.
    Finished,
    /// No reaction came (Autobahn's timers).
    GaveUp,
    /// The peer broke the protocol, so we fail the connection.
    Violation,
    /// We answer the peer's Ping or Close.
    Reply,
    /// The first message to an endpoint that is no echo server.
    Hello,
}

/// A frame and what was in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FrameRecord {
    /// Its header as on the wire.
    pub header: FrameHeader,
    /// Its payload, unmasked, as on the wire (compressed, if it was).
    pub payload: PayloadRecord,
}

/// A run of messages, each sent after the echo of the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RoundTripRecord {
    /// Messages that were to be sent.
    pub wanted: u32,
    /// Messages sent.
    pub sent: u32,
    /// Echoes that were right: kind and octets.
    pub echoed: u32,
    /// Echoes of the right kind and length, whatever their octets.
    pub alike: u32,
    /// The first echo that was not right.
    pub wrong: Option<WrongEcho>,
    /// Payload octets sent, before compression.
    pub octets: u64,
    /// Payload octets on the wire after compression: ours, then the peer's.
    pub compressed_octets: [u64; 2],
    /// Round trip times in microseconds: minimum, median, 95th percentile, maximum.
    pub rtt_us: [u64; 4],
}

/// An echo that differs from its message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WrongEcho {
    /// Which message, from 0.
    pub message: u32,
    /// What was sent.
    pub sent: (MessageKind, PayloadRecord),
    /// What came back.
    pub received: (MessageKind, PayloadRecord),
}

/// How TCP ended.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// There never was a TCP connection.
    #[default]
    NeverConnected,
    /// The peer sent FIN.
    PeerClosed,
    /// The peer sent RST.
    PeerReset,
    /// We closed it, for lack of patience or because it was our part.
    WeClosed,
    /// The run was interrupted.
    Interrupted,
}

/// TLS, as far as the WebSocket Protocol has rules for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TlsRecord {
    /// The name that a client asked for (Server Name Indication), if it asked for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// How the peer ended it, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<TlsEnd>,
}

/// How the peer ended TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TlsEnd {
    /// It said so, by `close_notify`.
    CloseNotify,
    /// It sent FIN without having said so: what came before may have been cut off by somebody.
    Cut,
    /// It sent something that is no TLS.
    Broken,
}

/// Octets and frames counted, the handshake included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Traffic {
    /// Octets received.
    pub octets_in: u64,
    /// Octets sent.
    pub octets_out: u64,
    /// Frames received, by opcode.
    pub frames_in: BTreeMap<u8, u64>,
    /// Frames sent, by opcode.
    pub frames_out: BTreeMap<u8, u64>,
    /// How often a read brought this many octets; at most [`Self::SIZES`] different sizes.
    pub reads: BTreeMap<u64, u64>,
    /// How often a write took this many octets; likewise.
    pub writes: BTreeMap<u64, u64>,
}

impl Traffic {
    /// Different sizes of reads or writes that are told apart; more share the last one.
    pub const SIZES: usize = 256;

    /// The octets that it takes in memory, roughly.
    fn octets(&self) -> usize {
        let pairs = self.reads.len() + self.writes.len();
        pairs * size_of::<(u64, u64)>()
    }
}
