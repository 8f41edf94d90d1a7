//! What the wire rules say of TLS. All else about it is the endpoint's own business.

use crate::{
    case::RequirementId,
    transcript::{End, TlsEnd, Transcript},
};

use super::{BrokenRule, Rule, Verdict};

/// The rules of TLS.
pub(super) const RULES: &[Rule] = &[CUT];

/// TCP was closed before TLS was.
const CUT: Rule = Rule {
    name: "tls-cut",
    requirements: &["rfc6455-7.1.1-2"],
    testee: None,
};

/// Where there is TLS it should be closed before TCP (RFC 6455 §7.1.1): an end of TCP without
/// `close_notify` looks like one that somebody forged.
pub(super) fn broken_by_tls(transcript: &Transcript) -> Option<BrokenRule> {
    let cut = transcript.tls_end == Some(TlsEnd::Cut) && transcript.end == End::PeerClosed;
    cut.then(|| {
        let message = "TCP was closed without TLS's close_notify before";
        broken(&CUT, Verdict::NonStrict, message)
    })
}

fn broken(rule: &Rule, verdict: Verdict, message: &str) -> BrokenRule {
    BrokenRule {
        rule: rule.name.to_owned(),
        requirement: RequirementId(rule.requirements[0].to_owned()),
        verdict,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Role;

    fn verdict(tls_end: Option<TlsEnd>, end: End) -> Option<Verdict> {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        (transcript.tls_end, transcript.end) = (tls_end, end);
        broken_by_tls(&transcript).map(|rule| rule.verdict)
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
