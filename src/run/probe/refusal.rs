//! A response that does not open the connection: what it says, and what that asks for.

use std::fmt;

use url::Url;

use super::excerpt::excerpt;
use crate::run::Target;

/// What servers with TLS say of requests without it, in a 400.
const ABOUT_TLS: [&str; 4] = [
    "sent to https port",
    "http request to an https server",
    "plain http to an ssl-enabled server port",
    "requires tls",
];

/// A response that does not open the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `None`: a status line without one.
    status: Option<u16>,
    /// The path that was asked for.
    path: String,
    /// Where to go instead.
    location: Option<String>,
    /// The authentication scheme that is wanted.
    scheme: Option<String>,
    media_type: Option<String>,
    retry_after: Option<String>,
    /// The versions of the protocol that the server would speak.
    versions: Option<String>,
    /// The first line of the body, if that is plain text.
    said: Option<String>,
    is_about_tls: bool,
}

impl Refusal {
    /// The response with this head, and of the body as much as has come.
    pub(super) fn of(head: &[u8], body: &[u8], target: &Target) -> Self {
        let shown = |name: &str| {
            let value = field(head, name)?;
            excerpt(value.as_bytes()).filter(|value| !target.is_secret_in(value))
        };
        let media_type = shown("content-type");
        let is_plain = media_type.as_ref().is_none_or(|kind| kind.starts_with("text/plain"));
        let said = excerpt(body).filter(|said| is_plain && !said.starts_with('<'));
        let body = String::from_utf8_lossy(body).to_ascii_lowercase();
        let resource = target.resource();
        Self {
            status: Self::status_of(head),
            path: resource.split('?').next().unwrap_or_default().to_owned(),
            location: shown("location").map(|location| websocket_url(&location, target)),
            scheme: shown("www-authenticate")
                .and_then(|value| value.split([' ', ',']).next().map(str::to_owned)),
            media_type: media_type
                .and_then(|value| value.split(';').next().map(|kind| kind.trim().to_owned())),
            retry_after: shown("retry-after"),
            versions: shown("sec-websocket-version"),
            // (A chunk's length is not text.)
            said: said.filter(|said| said.contains(' ') && !target.is_secret_in(said)),
            is_about_tls: ABOUT_TLS.iter().any(|words| body.contains(words)),
        }
    }

    /// The status of a response with this head.
    pub(super) fn status_of(head: &[u8]) -> Option<u16> {
        let status = head.trim_ascii_start().split(|octet| *octet == b' ').nth(1)?;
        let end = status.iter().position(|octet| !octet.is_ascii_digit()).unwrap_or(status.len());
        std::str::from_utf8(&status[..end]).ok()?.parse().ok()
    }

    /// Its status.
    pub(super) const fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether it says that TLS is missing.
    pub(super) const fn is_about_tls(&self) -> bool {
        self.is_about_tls
    }

    /// What the response means and what to do, by its status.
    fn advice(&self) -> String {
        const WHO: &str = "--basic-auth, --cookie, --header, --origin or --subprotocol";
        let path = &self.path;
        match self.status {
            None => "that is not an HTTP status; is the port right?".to_owned(),
            Some(200..=299) => format!(
                "{} answers at {path}, not a WebSocket endpoint; is the path right?",
                match self.media_type.as_deref() {
                    None | Some("text/html") => "a web page".to_owned(),
                    Some(kind) => format!("a resource of the type `{kind}`"),
                }
            ),
            Some(300..=399) => match &self.location {
                Some(location) => format!(
                    "it redirects to `{location}`; test that URL, or, if the server needs to know \
                     who asks, pass {WHO}"
                ),
                None => format!("nothing is open at {path}; is the path right?"),
            },
            Some(400) => format!(
                "it does not take the request at {path} for a WebSocket handshake; is the path \
                 right, and does a proxy in front of it pass Upgrade and Connection on? If the \
                 server needs to know who asks, pass {WHO}"
            ),
            Some(401) => format!("it needs credentials; {}", self.credentials()),
            Some(403) => format!("it does not let us in; if it needs to know who asks, pass {WHO}"),
            Some(404 | 410) => format!("there is nothing at {path}; is the path right?"),
            Some(405 | 501) => {
                format!("{path} is not a WebSocket endpoint; is the path right?")
            }
            Some(407) => "a proxy on the way needs credentials; pass --proxy \
                          http://user:password@host:port"
                .to_owned(),
            Some(408) => {
                "it says that the request came too slowly; is the network that slow?".to_owned()
            }
            Some(421) => "it does not serve this host name; is the URL's host right?".to_owned(),
            Some(426) => match &self.versions {
                Some(versions) => format!("it wants another version of the protocol ({versions})"),
                None => "it does not see our Upgrade field; does a proxy in front of it pass \
                         Upgrade and Connection on?"
                    .to_owned(),
            },
            Some(429) => match &self.retry_after {
                Some(time) => {
                    format!("it was asked too often; try again later ({time}), with --rate")
                }
                None => "it was asked too often; try again later, with --rate".to_owned(),
            },
            Some(431) => "the header fields of the request are too large for it".to_owned(),
            Some(500) => "its application failed; its log may say why".to_owned(),
            Some(502..=504 | 520..=530) => "a proxy answers that cannot reach the server behind \
                                            it; is that server running?"
                .to_owned(),
            Some(505) => {
                "it does not speak HTTP/1.1, which WebSocket needs (RFC 6455 §4.1)".to_owned()
            }
            Some(100..=199 | 600..) | Some(0..100) => {
                "that is not the status of a final HTTP response; is the port right?".to_owned()
            }
            Some(_) => format!("if it needs to know who asks, pass {WHO}"),
        }
    }

    fn credentials(&self) -> String {
        match self.scheme.as_deref() {
            Some(scheme) if scheme.eq_ignore_ascii_case("basic") => {
                "pass --basic-auth USER:PASSWORD".to_owned()
            }
            Some(scheme) => format!("pass --header 'Authorization: {scheme} ...'"),
            None => {
                "pass --basic-auth USER:PASSWORD, --cookie NAME=VALUE or --header 'Authorization: ...'"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "the server answered the opening handshake with {status}")?,
            None => f.write_str("the server answered the opening handshake without a status")?,
        }
        if let Some(said) = &self.said {
            write!(f, " (`{said}`)")?;
        }
        write!(f, ": {}", self.advice())
    }
}

/// A location as the URL of a WebSocket endpoint.
fn websocket_url(location: &str, target: &Target) -> String {
    let url = Url::parse(target.handshake_url()).and_then(|base| base.join(location));
    let Ok(url) = url else {
        return location.to_owned();
    };
    match url.as_str().strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => url.into(),
    }
}

/// The value of the first field of this name.
pub(super) fn field(head: &[u8], name: &str) -> Option<String> {
    String::from_utf8_lossy(head).lines().skip(1).find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(head: &str, body: &str) -> Refusal {
        let mut target = Target::parse("ws://x.test:81/chat?token=t0ken").unwrap();
        target.add_secret_field("Cookie", "session=s3cret").unwrap();
        Refusal::of(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body.as_bytes(), &target)
    }

    #[test]
    fn each_status_says_what_to_do() {
        for (head, body, words) in [
            (
                "200 OK\r\nContent-Type: text/html; charset=utf-8",
                "<html>",
                "a web page answers at /chat,",
            ),
            ("200 OK\r\nContent-Type: application/json", "{}", "type `application/json`"),
            ("204 No Content", "", "is the path right?"),
            ("301 Moved\r\nLocation: https://y.test/ws", "", "redirects to `wss://y.test/ws`"),
            ("302 Found\r\nlocation: /login", "", "redirects to `ws://x.test:81/login`"),
            ("308 X\r\nLocation: //z.test/", "", "redirects to `ws://z.test/`"),
            ("304 Not Modified", "", "nothing is open at /chat"),
            ("400 Bad Request", "Can \"Upgrade\" only to \"WebSocket\".", "`Can \"Upgrade\" only"),
            ("401 X\r\nWWW-Authenticate: Basic realm=\"a\"", "", "--basic-auth USER:PASSWORD"),
            ("401 X\r\nWWW-Authenticate: Bearer", "", "'Authorization: Bearer ...'"),
            ("401 Unauthorized", "", "--cookie NAME=VALUE"),
            ("403 Forbidden", "", "--origin"),
            ("404 Not Found", "", "nothing at /chat;"),
            ("405 Method Not Allowed", "", "not a WebSocket endpoint"),
            ("407 X", "", "--proxy"),
            ("418 I'm a teapot", "", "--basic-auth"),
            ("421 Misdirected", "", "the URL's host"),
            ("426 Upgrade Required", "", "a proxy in front"),
            ("426 X\r\nSec-WebSocket-Version: 8", "", "another version of the protocol (8)"),
            ("429 Too Many\r\nRetry-After: 30", "", "later (30), with --rate"),
            ("431 X", "", "too large"),
            ("500 X", "", "its log"),
            ("502 Bad Gateway", "<html>", "is that server running?"),
            ("522 X", "", "is that server running?"),
            ("505 X", "", "HTTP/1.1"),
            ("999999 X", "", "without a status"),
            ("99 X", "", "not the status of a final"),
        ] {
            let said = refusal(head, body).to_string();
            assert!(said.contains(words), "{said}");
            assert!(!said.contains("t0ken"), "{said}");
        }
    }

    #[test]
    fn servers_with_tls_are_known_by_their_words() {
        for body in [
            "<center>The plain HTTP request was sent to HTTPS port</center>",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        ] {
            assert!(refusal("400 Bad Request", body).is_about_tls(), "{body}");
        }
        assert!(!refusal("400 Bad Request", "no").is_about_tls());
    }

    #[test]
    fn a_secret_that_comes_back_is_not_told() {
        let head = "302 Found\r\nLocation: /login?session=s3cret";
        let said = refusal(head, "bad session=s3cret here").to_string();
        assert!(!said.contains("s3cret"), "{said}");
    }

    #[test]
    fn a_status_is_a_number() {
        for (head, status) in [
            ("HTTP/1.1 401 Unauthorized", Some(401)),
            ("HTTP/1.1 429\r\n", Some(429)),
            ("\r\nHTTP/1.0 200 OK", Some(200)),
            ("HTTP/1.1 x", None),
            ("HTTP/1.1", None),
            ("", None),
        ] {
            assert_eq!(Refusal::status_of(head.as_bytes()), status, "{head}");
        }
    }
}
