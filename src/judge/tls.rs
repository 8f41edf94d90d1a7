//! What the wire rules say of TLS. All else about it is the endpoint's own business.

use super::{BrokenRule, Verdict};
use crate::{
    case::RequirementId,
    transcript::{End, TlsEnd, Transcript},
};

/// Where there is TLS it should be closed before TCP (RFC 6455 §7.1.1): an end of TCP without
/// `close_notify` looks like one that somebody forged.
#[must_use]
pub fn broken_rule(transcript: &Transcript) -> Option<BrokenRule> {
    let cut = transcript.tls_end == Some(TlsEnd::Cut) && transcript.end == End::PeerClosed;
    cut.then(|| BrokenRule {
        requirement: RequirementId("rfc6455-7.1.1-2".to_owned()),
        verdict: Verdict::NonStrict,
        message: "TCP was closed without TLS's close_notify before".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Role;

    fn verdict(tls_end: Option<TlsEnd>, end: End) -> Option<Verdict> {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        (transcript.tls_end, transcript.end) = (tls_end, end);
        broken_rule(&transcript).map(|rule| rule.verdict)
    }

    #[test]
    fn only_an_end_that_nothing_announced_is_noted() {
        let cut = Some(TlsEnd::Cut);
        assert_eq!(verdict(cut, End::PeerClosed), Some(Verdict::NonStrict));
        assert_eq!(verdict(cut, End::WeClosed), None);
        assert_eq!(verdict(Some(TlsEnd::CloseNotify), End::PeerClosed), None);
        assert_eq!(verdict(None, End::PeerClosed), None);
    }
}
