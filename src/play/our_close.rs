//! The Close frames that we send of our own accord.

use crate::{case::Payload, protocol::Violation};

/// The code to fail the connection with; `None` for what is no reason to.
pub(super) const fn failing_code(violation: &Violation) -> Option<u16> {
    if violation.leaves_the_message_readable() {
        return None;
    }
    match violation {
        Violation::InvalidUtf8(_) | Violation::IncompleteUtf8 | Violation::InvalidDeflate => {
            Some(1007)
        }
        Violation::InflatedTooLarge => Some(1009),
        // A Close ends the connection anyway, whatever is in it.
        Violation::CloseBodyOfOneOctet
        | Violation::CloseCodeForbidden(_)
        | Violation::CloseCodeUndefined(_)
        | Violation::CloseReasonNotUtf8
        | Violation::FrameAfterClose(_) => None,
        _ => Some(1002),
    }
}

/// What ends a connection that has served its purpose.
pub(super) fn normal_close() -> Payload {
    Payload::from(&1000_u16.to_be_bytes()[..])
}

/// What ends one on which no reaction came.
pub(super) fn going_away() -> Payload {
    let mut octets = 1001_u16.to_be_bytes().to_vec();
    octets.extend_from_slice(b"Going Away");
    Payload::from(&octets[..])
}
