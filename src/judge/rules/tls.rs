//! What the wire rules say of TLS. All else about it is the endpoint's own business.

use crate::{
    case::RequirementId,
    protocol::Role,
    transcript::{End, TlsEnd, Transcript},
};

use super::{BrokenRule, Rule, Verdict, testee};

/// The rules of TLS.
pub(super) const RULES: &[Rule] = &[CUT, SERVER_NAME_MISSING, BROKEN];

/// TCP was closed before TLS was.
const CUT: Rule = Rule { name: "tls-cut", requirements: &["rfc6455-7.1.1-2"], testee: None };

/// A client did not say to which of a server's names it wants.
const SERVER_NAME_MISSING: Rule = Rule {
    name: "server-name-missing",
    requirements: &["rfc6455-4.1-17"],
    testee: Some(Role::Client),
};

/// Octets outside TLS where TLS had been agreed on.
const BROKEN: Rule =
    Rule { name: "tls-broken", requirements: &["rfc6455-4.1-16", "rfc6455-4.2.2-4"], testee: None };

/// What is wrong with TLS on a connection.
pub(super) fn broken_by_tls(transcript: &Transcript) -> Option<BrokenRule> {
    let tls = transcript.tls.as_ref()?;
    let is_client = testee(transcript) == Role::Client;
    if tls.end == Some(TlsEnd::Broken) {
        let requirement = BROKEN.requirements[usize::from(!is_client)];
        let message = "octets that are no TLS came after the TLS handshake";
        return Some(broken(&BROKEN, requirement, Verdict::Fail, message));
    }
    // An address is no name (RFC 6066 §3).
    if is_client && tls.server_name.is_none() && is_to_a_name(&transcript.handshake.request) {
        let message = "the TLS handshake does not say which server is meant (SNI)";
        let rule = SERVER_NAME_MISSING;
        return Some(broken(&rule, rule.requirements[0], Verdict::Fail, message));
    }
    // Where there is TLS it should be closed before TCP (RFC 6455 §7.1.1): an end of TCP without
    // `close_notify` looks like one that somebody forged.
    if tls.end == Some(TlsEnd::Cut) && transcript.end == End::PeerClosed {
        let message = "TCP was closed without TLS's close_notify before";
        let requirement = CUT.requirements[0];
        return Some(broken(&CUT, requirement, Verdict::NonStrict, message));
    }
    None
}

/// Whether the Host of a request is a name with a dot in it, or `localhost`. Others may be known
/// to the client's machine alone, and mean an address to it.
fn is_to_a_name(request: &str) -> bool {
    let mut fields = request.lines().filter_map(|line| line.split_once(':'));
    let host = fields.find(|(name, _)| name.eq_ignore_ascii_case("host"));
    host.is_some_and(|(_, host)| {
        let host = host.trim();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_dotted = name.contains('.') && name.contains(|c: char| c.is_ascii_alphabetic());
        name == "localhost" || is_dotted
    })
}

fn broken(rule: &Rule, requirement: &str, verdict: Verdict, message: &str) -> BrokenRule {
    BrokenRule {
        rule: rule.name.to_owned(),
        requirement: RequirementId(requirement.to_owned()),
        verdict,
        message: message.to_owned(),
        violation: None,
        frame: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::TlsRecord;

    fn ended(end: Option<TlsEnd>, tcp: End, role: Role) -> Transcript {
        let mut transcript = Transcript::never_connected(role, 0);
        let server_name = Some("localhost".to_owned());
        transcript.tls = Some(TlsRecord { server_name, end });
        transcript.end = tcp;
        transcript
    }

    fn rule(transcript: &Transcript) -> Option<(String, String, Verdict)> {
        let broken = broken_by_tls(transcript)?;
        Some((broken.rule, broken.requirement.0, broken.verdict))
    }

    #[test]
    fn only_an_end_that_nothing_announced_is_noted() {
        let verdict = |end, tcp| rule(&ended(end, tcp, Role::Client)).map(|(.., verdict)| verdict);
        let cut = Some(TlsEnd::Cut);
        assert_eq!(verdict(cut, End::PeerClosed), Some(Verdict::NonStrict));
        assert_eq!(verdict(cut, End::WeClosed), None);
        assert_eq!(verdict(Some(TlsEnd::CloseNotify), End::PeerClosed), None);
        assert_eq!(verdict(None, End::PeerClosed), None);
    }

    #[test]
    fn all_is_to_go_through_tls() {
        for (role, requirement) in
            [(Role::Server, "rfc6455-4.1-16"), (Role::Client, "rfc6455-4.2.2-4")]
        {
            let transcript = ended(Some(TlsEnd::Broken), End::WeClosed, role);
            let (rule, of, verdict) = rule(&transcript).unwrap();
            assert_eq!((&rule[..], &of[..]), ("tls-broken", requirement));
            assert_eq!(verdict, Verdict::Fail);
        }
    }

    #[test]
    fn a_client_says_whom_it_wants() {
        let missing = |host: &str, role| {
            let mut transcript = ended(None, End::WeClosed, role);
            transcript.tls = Some(TlsRecord::default());
            transcript.handshake.request = format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n");
            rule(&transcript).is_some()
        };
        for host in ["localhost:9001", "localhost", "a.example:443", "a.example"] {
            assert!(missing(host, Role::Server), "{host}");
            assert!(!missing(host, Role::Client), "{host}");
        }
        for host in ["127.0.0.1:9001", "[::1]:9001", "192.0.2.1", "tests"] {
            assert!(!missing(host, Role::Server), "{host}");
        }
    }
}
