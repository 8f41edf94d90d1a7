//! What a received octet stream can do wrong, one variant for each rule broken.

use serde::{Deserialize, Serialize};

use super::frame::{LengthForm, Opcode, Rsv};

/// A rule of RFC 6455 or RFC 7692 that a received frame broke.
///
/// The variants say what was seen; `judge::rules` knows which requirement that breaks and how
/// grave it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Violation {
    /// A reserved bit is set that no agreed extension gives a meaning to (RFC 6455 §5.2).
    ReservedBits(Rsv),
    /// The opcode has no meaning (RFC 6455 §5.2).
    ReservedOpcode(Opcode),
    /// A client's frame is not masked (RFC 6455 §5.1).
    UnmaskedClientFrame,
    /// A server's frame is masked (RFC 6455 §5.1).
    MaskedServerFrame,
    /// A control frame with FIN clear (RFC 6455 §5.5).
    FragmentedControl(Opcode),
    /// A control frame that declares more than 125 octets (RFC 6455 §5.5).
    OversizedControl(Opcode),
    /// A control frame marked as compressed (RFC 7692 §6.1).
    CompressedControl(Opcode),
    /// A continuation frame with RSV1 set on a compressed connection (RFC 7692 §6.1).
    CompressedContinuation,
    /// A length written in more octets than it needs (RFC 6455 §5.2).
    LengthNotMinimal(LengthForm),
    /// A 64-bit length with its most significant bit set (RFC 6455 §5.2).
    LengthTopBit,
    /// A continuation frame where no message is open (RFC 6455 §5.4).
    ContinuationWithoutStart,
    /// A text or binary frame while a message is open (RFC 6455 §5.4).
    DataInsideMessage,
    /// An octet that cannot stand where it does in a text message (RFC 6455 §8.1), at this
    /// position of the message.
    InvalidUtf8(u64),
    /// A text message that ends inside a UTF-8 sequence (RFC 6455 §5.6).
    IncompleteUtf8,
    /// A Close whose payload is one octet (RFC 6455 §5.5.1).
    CloseBodyOfOneOctet,
    /// A Close with a code that must not be on the wire (RFC 6455 §7.4).
    CloseCodeForbidden(u16),
    /// A Close with a code that nobody defined when wspec was made (RFC 6455 §7.4.2).
    CloseCodeUndefined(u16),
    /// A server's Close with 1010, which is a client's code (RFC 6455 §7.4.1).
    CloseCodeOfClients,
    /// A Close whose reason is not UTF-8 (RFC 6455 §5.5.1).
    CloseReasonNotUtf8,
    /// A data frame, Ping or second Close after the peer's own Close (RFC 6455 §5.5.1).
    FrameAfterClose(Opcode),
    /// A compressed message that is no DEFLATE stream (RFC 7692 §6.2).
    InvalidDeflate,
    /// A compressed message refers back by so many octets, which is more than the agreed window
    /// (RFC 7692 §7.2.1).
    BackReferenceBeyondWindow(u32),
    /// A compressed message refers to an earlier one, although no context takeover was agreed
    /// (RFC 7692 §7.2.1).
    ContextTakenOver,
    /// A compressed message that still has the `00 00 FF FF` at its end (RFC 7692 §7.2.1).
    DeflateTailNotRemoved,
    /// A final block that is followed by other bits than zero up to the end of its octet
    /// (RFC 7692 §7.2.1).
    FinalBlockPadding,
    /// A message that inflates to more than the harness is ready to take in.
    InflatedTooLarge,
}

impl Violation {
    /// Whether it is the sender's affair alone: the receiver can read what comes all the same, and
    /// has no reason to fail the connection.
    #[must_use]
    pub const fn leaves_the_message_readable(&self) -> bool {
        matches!(
            self,
            Self::CloseCodeOfClients
                | Self::BackReferenceBeyondWindow(_)
                | Self::ContextTakenOver
                | Self::DeflateTailNotRemoved
                | Self::FinalBlockPadding
        )
    }
}
