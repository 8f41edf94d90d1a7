//! What a receiver has to do about each irregularity of ours.

use crate::protocol::{Role, Violation};

/// What an irregularity obliges the receiver to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// To fail the connection.
    Lethal {
        /// The requirement.
        requirement: &'static str,
        /// The close codes that are appropriate (RFC 6455 §7.1.7).
        codes: &'static [u16],
        /// Whether it shows in the frame, or only in the message that the frame belongs to.
        shows_in: ShowsIn,
    },
    /// To nothing: it may fail the connection, or go on as if nothing were wrong.
    Tolerable,
    /// Nothing follows from it but what follows from a Close anyway.
    OfClose,
}

/// When a receiver has certainly got all that it needs to see what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowsIn {
    /// At the end of the frame.
    Frame,
    /// At the end of the message.
    Message,
}

/// Framing errors.
const PROTOCOL: &[u16] = &[1002];
/// Data that does not fit its type.
const PAYLOAD: &[u16] = &[1007];
/// Data that does not fit, where a frame or an extension wants it to.
const EITHER: &[u16] = &[1007, 1002];
/// A control frame that is too big may be called so.
const OVERSIZED: &[u16] = &[1002, 1009];

impl Severity {
    /// Of what `sender`, which is us, did wrong.
    #[must_use]
    pub const fn of(violation: &Violation, sender: Role) -> Self {
        match violation {
            Violation::ReservedBits(_) => lethal("rfc6455-5.2-3", PROTOCOL),
            Violation::ReservedOpcode(_) => lethal("rfc6455-5.2-4", PROTOCOL),
            Violation::UnmaskedClientFrame => lethal("rfc6455-5.1-2", PROTOCOL),
            Violation::MaskedServerFrame => lethal("rfc6455-5.1-5", PROTOCOL),
            Violation::FragmentedControl(_) => lethal("rfc6455-5.5-4", PROTOCOL),
            Violation::OversizedControl(_) => lethal("rfc6455-5.5-2", OVERSIZED),
            Violation::CompressedControl(_) => lethal("rfc7692-6.1-5", PROTOCOL),
            Violation::CompressedContinuation => lethal("rfc7692-6.1-6", PROTOCOL),
            Violation::LengthTopBit => lethal("rfc6455-5.2-9", OVERSIZED),
            Violation::ContinuationWithoutStart => lethal("rfc6455-5.4-3", PROTOCOL),
            Violation::DataInsideMessage => lethal("rfc6455-5.4-5", PROTOCOL),
            Violation::InvalidUtf8(_) | Violation::IncompleteUtf8 => {
                in_message("rfc6455-8.1-1", PAYLOAD)
            }
            Violation::InvalidDeflate => in_message("rfc7692-6.2-3", EITHER),
            Violation::CloseReasonNotUtf8 => lethal("rfc6455-8.1-2", EITHER),
            Violation::CloseBodyOfOneOctet
            | Violation::CloseCodeForbidden(_)
            | Violation::CloseCodeUndefined(_)
            | Violation::FrameAfterClose(_) => Self::OfClose,
            Violation::CloseCodeOfClients => match sender {
                Role::Server => Self::OfClose,
                Role::Client => Self::Tolerable,
            },
            Violation::LengthNotMinimal(_)
            | Violation::BackReferenceBeyondWindow(_)
            | Violation::ContextTakenOver
            | Violation::DeflateTailNotRemoved
            | Violation::FinalBlockPadding
            | Violation::InflatedTooLarge => Self::Tolerable,
        }
    }
}

const fn lethal(requirement: &'static str, codes: &'static [u16]) -> Severity {
    Severity::Lethal { requirement, codes, shows_in: ShowsIn::Frame }
}

const fn in_message(requirement: &'static str, codes: &'static [u16]) -> Severity {
    Severity::Lethal { requirement, codes, shows_in: ShowsIn::Message }
}
