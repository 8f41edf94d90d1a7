//! What went wrong with TLS, and what to do about it.

use std::{fmt, io};

use tokio_rustls::rustls::{AlertDescription, CertificateError, Error};

/// Names of a certificate that are shown.
const NAMES_MAX: usize = 5;

/// Why there is no TLS on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsProblem {
    /// Nobody whom we trust has signed the server's certificate.
    UnknownIssuer,
    /// The server's certificate is for other names.
    OtherName(Vec<String>),
    /// The server's certificate has run out.
    Expired,
    /// The server's certificate is for later.
    NotYetValid,
    /// Something else is wrong with the server's certificate.
    BadCertificate(String),
    /// The server wants to know who we are.
    WantsCertificate,
    /// The peer refused, with an alert of this name.
    Refused(String),
    /// The client does not accept our certificate; the alert's name.
    Distrusted(String),
    /// The server knows no protocol that we offer inside TLS (RFC 7301), which is HTTP/1.1.
    NoHttp1,
    /// The peer breaks the rules of TLS, in this way.
    Misbehaves(String),
    /// The peer speaks something else.
    NotTls,
    /// The peer left in the middle.
    Gone(io::ErrorKind),
    /// It took too long.
    TooSlow,
    /// The URL's host can be in no certificate.
    NoServerName,
    /// What rustls says.
    Other(String),
}

impl fmt::Display for TlsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIssuer => f.write_str(
                "nobody whom we trust has signed its certificate; name its authority's with \
                 --ca FILE, or accept any certificate with --insecure",
            ),
            Self::OtherName(names) => {
                let names = match names.as_slice() {
                    [] => "no name at all".to_owned(),
                    [name] => name.clone(),
                    [names @ .., last] => format!("{} and {last}", names.join(", ")),
                };
                write!(
                    f,
                    "its certificate is for {names}; ask for such a name, or accept any \
                     certificate with --insecure"
                )
            }
            Self::Expired => f.write_str(
                "its certificate has expired (or the clock here is wrong); renew it, or accept \
                 any certificate with --insecure",
            ),
            Self::NotYetValid => f.write_str(
                "its certificate is not valid yet (or the clock here is wrong); wait, or accept \
                 any certificate with --insecure",
            ),
            Self::BadCertificate(what) => write!(
                f,
                "its certificate is not acceptable ({what}); name that very certificate with \
                 --ca FILE, or accept any certificate with --insecure"
            ),
            Self::WantsCertificate => f.write_str(
                "it wants to know who we are; show a certificate with --client-cert FILE and \
                 --client-key FILE",
            ),
            Self::Refused(alert) => write!(
                f,
                "it ended the TLS handshake with the alert `{alert}`; do its versions, cipher \
                 suites and names include ours?"
            ),
            Self::Distrusted(alert) => write!(
                f,
                "it does not accept our certificate (alert `{alert}`); let it trust what \
                 --write-ca FILE writes, or give a certificate that it knows with --key and --cert"
            ),
            Self::NoHttp1 => f.write_str(
                "it does not speak HTTP/1.1 (ALPN), which WebSocket needs (RFC 6455 §4.1); it may \
                 serve only HTTP/2 there",
            ),
            Self::Misbehaves(what) => write!(f, "it breaks the rules of TLS ({what})"),
            Self::NotTls => f.write_str("it does not speak TLS; should the URL begin with ws:?"),
            Self::Gone(kind) => {
                write!(f, "it left in the TLS handshake ({kind}); does it speak TLS there?")
            }
            Self::TooSlow => f.write_str(
                "it did not complete the TLS handshake in time; does it speak TLS there?",
            ),
            Self::NoServerName => f.write_str(
                "its name can be in no certificate; ask for another one, or for its address",
            ),
            Self::Other(what) => write!(f, "the TLS handshake failed ({what})"),
        }
    }
}

impl TlsProblem {
    /// What an error says of a server.
    pub(in crate::run) fn with_server(error: &io::Error) -> Self {
        match cause(error) {
            Some(Error::InvalidCertificate(what)) => Self::of_certificate(what),
            Some(Error::AlertReceived(
                alert @ (AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::UnknownCA
                | AlertDescription::CertificateUnknown
                | AlertDescription::AccessDenied),
            )) => match alert {
                AlertDescription::CertificateRequired => Self::WantsCertificate,
                _ => {
                    let alert = spelled(alert);
                    Self::Refused(format!("{alert}, which is about the certificate that we show"))
                }
            },
            Some(Error::AlertReceived(AlertDescription::NoApplicationProtocol)) => Self::NoHttp1,
            Some(Error::AlertReceived(alert)) => Self::Refused(spelled(alert)),
            Some(Error::NoCertificatesPresented) => {
                Self::BadCertificate("there is none".to_owned())
            }
            other => Self::of_either(error, other),
        }
    }

    /// What an error says of a client.
    pub(in crate::run) fn with_client(error: &io::Error) -> Self {
        match cause(error) {
            Some(Error::AlertReceived(
                alert @ (AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA),
            )) => Self::Distrusted(spelled(alert)),
            Some(Error::AlertReceived(alert)) => Self::Refused(spelled(alert)),
            other => Self::of_either(error, other),
        }
    }

    /// Whether an error is TLS's.
    pub(in crate::run) fn is_behind(error: &io::Error) -> bool {
        cause(error).is_some()
    }

    fn of_either(error: &io::Error, cause: Option<&Error>) -> Self {
        match cause {
            Some(Error::InvalidMessage(_) | Error::DecryptError) => Self::NotTls,
            Some(Error::PeerMisbehaved(how)) => Self::Misbehaves(spelled(how)),
            Some(Error::PeerIncompatible(how)) => Self::Other(spelled(how)),
            Some(cause) => Self::Other(cause.to_string()),
            None => Self::Gone(error.kind()),
        }
    }

    fn of_certificate(what: &CertificateError) -> Self {
        match what {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::NotValidForName => Self::OtherName(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::OtherName(presented.iter().take(NAMES_MAX).map(|name| bare(name)).collect())
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::BadSignature => Self::BadCertificate("its signature is wrong".into()),
            CertificateError::BadEncoding => Self::BadCertificate("it cannot be read".into()),
            CertificateError::Revoked => Self::BadCertificate("it is revoked".into()),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::BadCertificate("it is not for servers".into())
            }
            CertificateError::Other(other) => Self::BadCertificate(spelled(&other.0)),
            other => Self::BadCertificate(spelled(other)),
        }
    }
}

/// What rustls has to say, if the error is its own.
fn cause(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// The name of a kind of trouble, in words: `CaUsedAsEndEntity` is "CA used as end entity".
fn spelled(what: &impl fmt::Debug) -> String {
    let name = format!("{what:?}");
    let name = name.split([' ', '(', '{']).next().unwrap_or_default();
    let name = name.strip_suffix("Context").unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let mut before = 'A';
    for character in name.chars() {
        if words.is_empty() || (character.is_uppercase() && !before.is_uppercase()) {
            words.push(String::new());
        }
        words.last_mut().expect("one has been pushed").push(character);
        before = character;
    }
    let word = |word: String| match word.as_str() {
        "Ca" | "Eku" | "Tls" | "CA" => word.to_uppercase(),
        _ => word.to_lowercase(),
    };
    words.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A name out of `DnsName("example.org")`.
fn bare(name: &str) -> String {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    let inner = inner.trim_end_matches(')').trim_matches('"');
    inner.chars().flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_server(error: Error) -> String {
        let error = io::Error::new(io::ErrorKind::InvalidData, error);
        TlsProblem::with_server(&error).to_string()
    }

    #[test]
    fn problems_with_certificates_say_what_to_do() {
        let problem = |what| of_server(Error::InvalidCertificate(what));
        for what in [
            CertificateError::UnknownIssuer,
            CertificateError::Expired,
            CertificateError::NotValidYet,
            CertificateError::NotValidForName,
            CertificateError::BadSignature,
        ] {
            let text = problem(what);
            assert!(text.contains("--insecure"), "{text}");
        }
        assert!(problem(CertificateError::UnknownIssuer).contains("--ca FILE"));
    }

    #[test]
    fn trouble_is_told_in_words() {
        #[derive(Debug)]
        enum Trouble {
            CaUsedAsEndEntity,
            UnknownCA,
            RequiredEkuNotFoundContext(#[expect(dead_code, reason = "it is only shown")] u8),
        }
        assert_eq!(spelled(&Trouble::CaUsedAsEndEntity), "CA used as end entity");
        assert_eq!(spelled(&Trouble::UnknownCA), "unknown CA");
        assert_eq!(spelled(&Trouble::RequiredEkuNotFoundContext(1)), "required EKU not found");
    }

    #[test]
    fn names_are_shown_bare() {
        assert_eq!(bare("DnsName(\"example.org\")"), "example.org");
        assert_eq!(bare("IpAddress(127.0.0.1)"), "127.0.0.1");
        assert_eq!(bare("\u{1b}[2J"), "\\u{1b}[2J");
        let names = ["a.test", "b.test", "c.test"].map(str::to_owned).to_vec();
        let text = TlsProblem::OtherName(names).to_string();
        assert!(text.contains("a.test, b.test and c.test"), "{text}");
    }

    #[test]
    fn alerts_say_what_to_do() {
        let alert = |alert| of_server(Error::AlertReceived(alert));
        assert!(alert(AlertDescription::CertificateRequired).contains("--client-cert"));
        assert!(alert(AlertDescription::HandshakeFailure).contains("`handshake failure`"));
        assert!(alert(AlertDescription::NoApplicationProtocol).contains("HTTP/1.1 (ALPN)"));
        let error = Error::AlertReceived(AlertDescription::UnknownCA);
        let error = io::Error::new(io::ErrorKind::InvalidData, error);
        let text = TlsProblem::with_client(&error).to_string();
        assert!(text.contains("--write-ca"), "{text}");
        let gone = io::Error::from(io::ErrorKind::UnexpectedEof);
        let text = TlsProblem::with_server(&gone).to_string();
        assert!(text.contains("left in the TLS handshake"), "{text}");
    }
}
