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
                "its certificate is of no use ({what}); name that very certificate with \
                 --ca FILE, or accept any certificate with --insecure"
            ),
            Self::WantsCertificate => f.write_str(
                "it wants to know who we are; show a certificate with --client-cert FILE and \
                 --client-key FILE",
            ),
            Self::Refused(alert) => write!(
                f,
                "it ended the TLS handshake with the alert {alert}; do its versions, cipher \
                 suites and names include ours?"
            ),
            Self::Distrusted(alert) => write!(
                f,
                "it does not accept our certificate (alert {alert}); let it trust what \
                 --write-ca FILE writes, or give a certificate that it knows with --key and --cert"
            ),
            Self::NotTls => f.write_str("it does not speak TLS; should the URL begin with ws:?"),
            Self::Gone(kind) => {
                write!(f, "it left in the TLS handshake ({kind}); does it speak TLS there?")
            }
            Self::TooSlow => f.write_str("it did not complete the TLS handshake in time"),
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
                    Self::Refused(format!("{alert:?}, which is about the certificate that we show"))
                }
            },
            Some(Error::AlertReceived(alert)) => Self::Refused(format!("{alert:?}")),
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
            )) => Self::Distrusted(format!("{alert:?}")),
            Some(Error::AlertReceived(alert)) => Self::Refused(format!("{alert:?}")),
            other => Self::of_either(error, other),
        }
    }

    /// Whether an error is TLS's.
    pub(in crate::run) fn is_behind(error: &io::Error) -> bool {
        cause(error).is_some()
    }

    fn of_either(error: &io::Error, cause: Option<&Error>) -> Self {
        match cause {
            Some(Error::InvalidMessage(_) | Error::DecryptError | Error::PeerMisbehaved(_)) => {
                Self::NotTls
            }
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
            other => Self::BadCertificate(other.to_string()),
        }
    }
}

/// What rustls has to say, if the error is its own.
fn cause(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
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
        assert!(alert(AlertDescription::HandshakeFailure).contains("HandshakeFailure"));
        let error = Error::AlertReceived(AlertDescription::UnknownCA);
        let error = io::Error::new(io::ErrorKind::InvalidData, error);
        let text = TlsProblem::with_client(&error).to_string();
        assert!(text.contains("--write-ca"), "{text}");
        let gone = io::Error::from(io::ErrorKind::UnexpectedEof);
        let text = TlsProblem::with_server(&gone).to_string();
        assert!(text.contains("left in the TLS handshake"), "{text}");
    }
}
