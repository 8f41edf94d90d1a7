//! Puts what happened on a connection into words.

use super::{escape::printable, frame_text};
use crate::{
    case::counted,
    protocol::Violation,
    transcript::{
        Blame, End, HandshakeOutcome, Happening, MessageKind, PayloadRecord, RoundTripRecord,
        Transcript,
    },
};

/// Which way something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From us to the peer.
    Out,
    /// From the peer to us.
    In,
    /// The peer broke a rule.
    Wrong,
    /// Neither: something that we noticed or did.
    Here,
}

impl Direction {
    /// Which way a happening went.
    #[must_use]
    pub const fn of(happening: &Happening) -> Self {
        match happening {
            Happening::Sent { .. } | Happening::SentOctets(_) => Self::Out,
            Happening::Received(_) | Happening::Message { .. } => Self::In,
            Happening::Violated(_) => Self::Wrong,
            Happening::Silence(_)
            | Happening::AwaitedInVain
            | Happening::GaveUp
            | Happening::CloseTimeout
            | Happening::TcpLeftOpen { .. }
            | Happening::WeHalfClose
            | Happening::WeDropTcp
            | Happening::RoundTrips(_)
            | Happening::LeftOut { .. } => Self::Here,
        }
    }

    /// Its sign, one column wide.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Out => '→',
            Self::In => '←',
            Self::Wrong => '!',
            Self::Here => '·',
        }
    }
}

/// What happened, on one line, without its time.
#[must_use]
pub fn happening(happening: &Happening) -> String {
    match happening {
        Happening::Sent { by, frame } => {
            let frame = frame_text::frame(frame);
            match blame(*by) {
                "" => frame,
                why => format!("{frame}  ({why})"),
            }
        }
        Happening::SentOctets(octets) => {
            format!("octets  {}  {}", octets.length, frame_text::hex(octets))
        }
        Happening::Received(frame) => frame_text::frame(frame),
        Happening::Violated(violation) => violation_text(violation),
        Happening::Message { kind, payload } => message(*kind, payload),
        Happening::Silence(name) => format!("silence: {}", printable(name)),
        Happening::AwaitedInVain => "what the case waited for did not come".to_owned(),
        Happening::GaveUp => "no reaction came, and we gave up waiting".to_owned(),
        Happening::CloseTimeout => "our Close was not answered in time".to_owned(),
        Happening::TcpLeftOpen { waited_us } => {
            format!("the peer left TCP open for {}", seconds(*waited_us))
        }
        Happening::WeHalfClose => "we end our direction of TCP (FIN)".to_owned(),
        Happening::WeDropTcp => "we close TCP".to_owned(),
        Happening::RoundTrips(trips) => round_trips(trips),
        Happening::LeftOut { events: 1 } => "1 event is left out".to_owned(),
        Happening::LeftOut { events } => format!("{events} events are left out"),
    }
}

/// A data message, assembled and inflated.
#[must_use]
pub fn message(kind: MessageKind, payload: &PayloadRecord) -> String {
    let text = frame_text::text_or_hex(payload);
    let gap = if text.is_empty() { "" } else { "  " };
    format!("{} message  {}{gap}{text}", message_kind(kind), payload.length)
}

/// The name of a kind of message.
#[must_use]
pub const fn message_kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::Binary => "binary",
    }
}

/// How TCP ended.
#[must_use]
pub const fn end(end: End) -> &'static str {
    match end {
        End::NeverConnected => "there never was a TCP connection",
        End::PeerClosed => "the peer closed TCP (FIN)",
        End::PeerReset => "the peer reset TCP (RST)",
        End::WeClosed => "we closed TCP",
        End::Interrupted => "the run was interrupted",
    }
}

/// How the opening handshake went, if it did not open the connection.
#[must_use]
pub fn handshake_trouble(transcript: &Transcript) -> Option<String> {
    match &transcript.handshake.outcome {
        HandshakeOutcome::Opened { .. } => None,
        HandshakeOutcome::Spoiled { .. } => {
            Some("opening handshake: our response was wrong on purpose".to_owned())
        }
        HandshakeOutcome::Incomplete if transcript.end == End::NeverConnected => None,
        HandshakeOutcome::Incomplete => Some("opening handshake: not completed".to_owned()),
        HandshakeOutcome::Refused { status, reason } => {
            let status = status.map_or(String::new(), |status| format!(" (HTTP {status})"));
            Some(format!("opening handshake refused{status}: {}", printable(reason)))
        }
    }
}

/// Microseconds as seconds.
#[must_use]
pub fn seconds(us: u64) -> String {
    format!("{}.{:03} s", us / 1_000_000, us % 1_000_000 / 1000)
}

/// Why we sent a frame; nothing to say of what the case told us to send.
const fn blame(by: Blame) -> &'static str {
    match by {
        Blame::Script | Blame::ScriptedClose => "",
        Blame::Fence => "fence",
        Blame::Finished => "all that was wanted was seen",
        Blame::GaveUp => "gave up waiting",
        Blame::Violation => "the peer broke the protocol",
        Blame::Reply => "reply",
        Blame::Hello => "hello",
    }
}

fn round_trips(trips: &RoundTripRecord) -> String {
    let [_, median, _, slowest] = trips.rtt_us;
    let mut text = format!(
        "round trips  {} of {} sent, {} came back right, {}",
        trips.sent,
        trips.wanted,
        trips.echoed,
        counted(trips.octets, "octet")
    );
    if trips.echoed > 0 {
        text.push_str(&format!(", median {median} µs, slowest {slowest} µs"));
    }
    if let Some(wrong) = &trips.wrong {
        let (sent_kind, sent) = &wrong.sent;
        let (kind, received) = &wrong.received;
        text.push_str(&format!(
            "; message {} was {} and came back as {}",
            wrong.message.saturating_add(1),
            message(*sent_kind, sent),
            message(*kind, received)
        ));
    }
    text
}

/// What a received frame did wrong.
#[must_use]
pub fn violation_text(violation: &Violation) -> String {
    match violation {
        Violation::ReservedBits(bits) => {
            format!("reserved bits {:03b} without a meaning", bits.bits())
        }
        Violation::ReservedOpcode(opcode) => opcode.to_string(),
        Violation::UnmaskedClientFrame => "client frame not masked".to_owned(),
        Violation::MaskedServerFrame => "server frame masked".to_owned(),
        Violation::FragmentedControl(opcode) => format!("{opcode} without FIN"),
        Violation::OversizedControl(opcode) => format!("{opcode} of more than 125 octets"),
        Violation::CompressedControl(opcode) => format!("{opcode} marked as compressed"),
        Violation::CompressedContinuation => "continuation frame with RSV1".to_owned(),
        Violation::LengthNotMinimal(_) => "length written in too many octets".to_owned(),
        Violation::LengthTopBit => "length with its most significant bit set".to_owned(),
        Violation::ContinuationWithoutStart => "continuation of nothing".to_owned(),
        Violation::DataInsideMessage => "new message inside an unfinished one".to_owned(),
        Violation::InvalidUtf8(at) => format!("invalid UTF-8 at octet {at} of the message"),
        Violation::IncompleteUtf8 => "message ends inside a UTF-8 sequence".to_owned(),
        Violation::CloseBodyOfOneOctet => "Close with a body of one octet".to_owned(),
        Violation::CloseCodeForbidden(code) => {
            format!("Close with the code {code}, which must not be on the wire")
        }
        Violation::CloseCodeUndefined(code) => format!("Close with the undefined code {code}"),
        Violation::CloseCodeOfClients => "a server's close code 1010".to_owned(),
        Violation::CloseReasonNotUtf8 => "Close whose reason is not UTF-8".to_owned(),
        Violation::FrameAfterClose(opcode) => format!("{opcode} after the peer's own Close"),
        Violation::InvalidDeflate => "compressed message that is no DEFLATE stream".to_owned(),
        Violation::BackReferenceBeyondWindow(distance) => {
            format!("reference {distance} octets back, beyond the agreed window")
        }
        Violation::ContextTakenOver => "reference to an earlier message".to_owned(),
        Violation::DeflateTailNotRemoved => "00 00 ff ff left at the end".to_owned(),
        Violation::FinalBlockPadding => "bits set after a final block".to_owned(),
        Violation::InflatedTooLarge => "message inflates to too much".to_owned(),
    }
}
