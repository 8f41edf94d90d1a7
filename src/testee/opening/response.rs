//! A server's response as a client checks it (RFC 6455 §4.1).

use crate::protocol::{
    deflate::{DeflateParameters, EXTENSION_NAME},
    handshake::{Extension, parse_extensions},
};

use super::{
    parameters::{ParameterFlaw, Parameters, Part},
    received::{LineFlaw, ReceivedHead, elements},
    request,
};

/// Something about a response for which a client has to fail the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseFlaw {
    /// The first line is not that of an HTTP response.
    StartLine,
    /// The version is not HTTP/1.1.
    HttpVersion(String),
    /// The status is not 101.
    Status(u16),
    /// A line is not written as HTTP wants it.
    Line(LineFlaw),
    /// There is no Upgrade.
    UpgradeMissing,
    /// It is not websocket.
    UpgradeOther(String),
    /// There is no Connection.
    ConnectionMissing,
    /// It does not name Upgrade.
    ConnectionOther(String),
    /// There is no Sec-WebSocket-Accept.
    AcceptMissing,
    /// There are two.
    AcceptDoubled {
        /// All of them have the right value.
        agree: bool,
    },
    /// It does not prove that the server has read the key.
    AcceptWrong {
        /// What it is.
        value: String,
        /// What it should be.
        right: String,
    },
    /// A subprotocol that was not asked for.
    Subprotocol(String),
    /// Sec-WebSocket-Protocol stands twice.
    SubprotocolDoubled,
    /// An extension that was not offered.
    ExtensionUnasked(String),
    /// Sec-WebSocket-Extensions is not of the grammar of RFC 6455 §9.1.
    ExtensionsMalformed(String),
    /// permessage-deflate with parameters that it cannot have.
    Deflate(ParameterFlaw),
    /// permessage-deflate stands twice.
    DeflateTwice,
    /// client_max_window_bits, which was not offered (RFC 7692 §7.1.2.2).
    WindowUnasked,
    /// Its head is too long.
    TooLong,
    /// The endpoint does not want it; with nothing else is something wrong.
    Unwanted,
}

/// What a client asked for, as far as the response has to match it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The right value of Sec-WebSocket-Accept.
    pub accept: String,
    /// Elements of Sec-WebSocket-Extensions.
    pub offers: Vec<Extension>,
    /// Subprotocols.
    pub subprotocols: Vec<String>,
}

impl Asked {
    fn lets_window_be_limited(&self) -> bool {
        let mut parameters = self.offers.iter().flat_map(|offer| &offer.parameters);
        parameters.any(|it| it.name.eq_ignore_ascii_case("client_max_window_bits"))
    }
}

/// The status code of a response's head.
pub fn status(head: &ReceivedHead) -> Option<u16> {
    let code = head.start.strip_prefix("HTTP/")?.split(' ').nth(1)?;
    code.parse().ok().filter(|_| code.len() == 3)
}

/// All that is wrong with a response, the gravest first, but for compression.
pub fn flaws(head: &ReceivedHead, asked: &Asked) -> Vec<ResponseFlaw> {
    let mut flaws = Vec::new();
    let version = head.start.split(' ').next().unwrap_or_default();
    match status(head) {
        None => flaws.push(ResponseFlaw::StartLine),
        Some(101) => {}
        Some(code) => flaws.push(ResponseFlaw::Status(code)),
    }
    if version != "HTTP/1.1" {
        flaws.push(ResponseFlaw::HttpVersion(version.to_owned()));
    }
    // A client unfolds lines (RFC 9112 §5.2).
    let lines = head.flaws.iter().copied().filter(|flaw| *flaw != LineFlaw::Folded);
    flaws.extend(lines.map(ResponseFlaw::Line));
    upgrade(head, &mut flaws);
    accept(head, &asked.accept, &mut flaws);
    subprotocol(head, &asked.subprotocols, &mut flaws);
    extensions(head, &asked.offers, &mut flaws);
    flaws
}

fn upgrade(head: &ReceivedHead, flaws: &mut Vec<ResponseFlaw>) {
    match head.joined("Upgrade") {
        None => flaws.push(ResponseFlaw::UpgradeMissing),
        Some(value) if value.eq_ignore_ascii_case("websocket") => {}
        Some(value) => flaws.push(ResponseFlaw::UpgradeOther(value)),
    }
    match head.joined("Connection") {
        None => flaws.push(ResponseFlaw::ConnectionMissing),
        Some(value) if elements(&value).any(|it| it.eq_ignore_ascii_case("upgrade")) => {}
        Some(value) => flaws.push(ResponseFlaw::ConnectionOther(value)),
    }
}

fn accept(head: &ReceivedHead, right: &str, flaws: &mut Vec<ResponseFlaw>) {
    let values: Vec<&str> = head.all("Sec-WebSocket-Accept").collect();
    match values[..] {
        [] => flaws.push(ResponseFlaw::AcceptMissing),
        [value] if value == right => {}
        [value] => flaws
            .push(ResponseFlaw::AcceptWrong { value: value.to_owned(), right: right.to_owned() }),
        _ => flaws.push(ResponseFlaw::AcceptDoubled {
            agree: values.iter().all(|value| *value == right),
        }),
    }
}

fn subprotocol(head: &ReceivedHead, asked: &[String], flaws: &mut Vec<ResponseFlaw>) {
    let chosen: Vec<&str> = head.all("Sec-WebSocket-Protocol").collect();
    match chosen[..] {
        [] => {}
        [name] if asked.iter().any(|asked| asked == name) => {}
        [name] => flaws.push(ResponseFlaw::Subprotocol(name.to_owned())),
        _ => flaws.push(ResponseFlaw::SubprotocolDoubled),
    }
}

fn extensions(head: &ReceivedHead, offers: &[Extension], flaws: &mut Vec<ResponseFlaw>) {
    let Some(list) = head.joined("Sec-WebSocket-Extensions") else {
        return;
    };
    let Some(answers) = parse_extensions(&list).ok().filter(|all| !all.is_empty()) else {
        flaws.push(ResponseFlaw::ExtensionsMalformed(list));
        return;
    };
    let offered = |name: &str| offers.iter().any(|it| it.name.eq_ignore_ascii_case(name));
    let unasked = answers.into_iter().filter(|answer| !offered(&answer.name));
    flaws.extend(unasked.map(|answer| ResponseFlaw::ExtensionUnasked(answer.name)));
}

/// What is agreed by the response's permessage-deflate. An overlooked flaw's parameter is taken as
/// if it were not there.
///
/// # Errors
/// The first flaw that is not overlooked.
pub fn deflate(
    head: &ReceivedHead,
    asked: &Asked,
    overlooked: &dyn Fn(&ResponseFlaw) -> bool,
) -> Result<Option<DeflateParameters>, ResponseFlaw> {
    let answers = request::extensions(head).into_iter();
    let mut answers = answers.filter(|it| it.name.eq_ignore_ascii_case(EXTENSION_NAME));
    let Some(answer) = answers.next() else {
        return Ok(None);
    };
    let refuse_unless = |flaw: ResponseFlaw| match overlooked(&flaw) {
        true => Ok(()),
        false => Err(flaw),
    };
    if answers.next().is_some() {
        refuse_unless(ResponseFlaw::DeflateTwice)?;
    }
    let overlooked_parameter =
        |flaw: &ParameterFlaw| overlooked(&ResponseFlaw::Deflate(flaw.clone()));
    let parameters = Parameters::read(&answer, Part::Answer, &overlooked_parameter)
        .map_err(ResponseFlaw::Deflate)?;
    if parameters.client_window.is_some() && !asked.lets_window_be_limited() {
        refuse_unless(ResponseFlaw::WindowUnasked)?;
    }
    Ok(Some(parameters.agreed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: right=\r\n\r\n";

    fn asked() -> Asked {
        let offers = "permessage-deflate; server_max_window_bits=10";
        Asked {
            accept: "right=".to_owned(),
            offers: parse_extensions(offers).unwrap(),
            subprotocols: vec!["chat".to_owned()],
        }
    }

    fn found(response: &str) -> Vec<ResponseFlaw> {
        flaws(&ReceivedHead::read(response.as_bytes()), &asked())
    }

    #[test]
    fn right_responses_have_no_flaw() {
        for (from, to) in [
            ("", ""),
            ("101 Switching Protocols", "101 "),
            ("Upgrade: websocket", "upgrade: WebSocket"),
            ("Connection: Upgrade", "Connection: keep-alive,\r\n upgrade"),
            ("Upgrade:", "Sec-WebSocket-Protocol: chat\r\nUpgrade:"),
            ("Upgrade:", "Sec-WebSocket-Extensions: permessage-deflate\r\nUpgrade:"),
            ("Upgrade:", "X-Unknown: 1\r\nUpgrade:"),
        ] {
            assert_eq!(found(&RIGHT.replacen(from, to, 1)), [], "{to}");
        }
    }

    #[test]
    fn each_flaw_is_noticed() {
        use ResponseFlaw as F;
        let text = str::to_owned;
        let wrong = |value: &str| F::AcceptWrong { value: text(value), right: text("right=") };
        for (from, to, flaw) in [
            ("HTTP/1.1 101", "ICY 101", vec![F::StartLine, F::HttpVersion(text("ICY"))]),
            ("101", "200", vec![F::Status(200)]),
            ("1.1", "1.0", vec![F::HttpVersion(text("HTTP/1.0"))]),
            ("Upgrade:", "Upgrade :", vec![F::Line(LineFlaw::SpaceBeforeColon)]),
            ("Upgrade:", "X:", vec![F::UpgradeMissing]),
            ("websocket", "websocket, h2c", vec![F::UpgradeOther(text("websocket, h2c"))]),
            ("Connection", "X", vec![F::ConnectionMissing]),
            ("Connection: Upgrade", "Connection: close", vec![F::ConnectionOther(text("close"))]),
            ("Sec-WebSocket-Accept", "X", vec![F::AcceptMissing]),
            ("right=", "Right=", vec![wrong("Right=")]),
            (
                "Upgrade:",
                "Sec-WebSocket-Accept: x\r\nUpgrade:",
                vec![F::AcceptDoubled { agree: false }],
            ),
            (
                "Upgrade:",
                "Sec-WebSocket-Protocol: Chat\r\nUpgrade:",
                vec![F::Subprotocol(text("Chat"))],
            ),
            (
                "Upgrade:",
                "Sec-WebSocket-Extensions: x\r\nUpgrade:",
                vec![F::ExtensionUnasked(text("x"))],
            ),
            (
                "Upgrade:",
                "Sec-WebSocket-Extensions: ;\r\nUpgrade:",
                vec![F::ExtensionsMalformed(text(";"))],
            ),
        ] {
            assert_eq!(found(&RIGHT.replacen(from, to, 1)), flaw, "{to}");
        }
    }

    fn agreed(
        answer: &str,
        overlooked: &dyn Fn(&ResponseFlaw) -> bool,
    ) -> Result<Option<DeflateParameters>, ResponseFlaw> {
        let head = format!("HTTP/1.1 101\r\nSec-WebSocket-Extensions: {answer}\r\n\r\n");
        deflate(&ReceivedHead::read(head.as_bytes()), &asked(), overlooked)
    }

    #[test]
    fn compression_is_agreed_on_with_or_without_its_flaws() {
        let wrong = "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10; x";
        assert!(agreed(wrong, &|_| false).is_err());
        assert!(agreed(wrong, &|it| *it == ResponseFlaw::WindowUnasked).is_err());
        let is_parameter = |it: &ResponseFlaw| matches!(it, ResponseFlaw::Deflate(_));
        assert_eq!(agreed(wrong, &is_parameter), Err(ResponseFlaw::WindowUnasked));
        let lenient = agreed(wrong, &|_| true).unwrap().unwrap();
        assert_eq!(lenient.server_max_window_bits, 9);
        assert_eq!(lenient.client_max_window_bits, 10);
        let twice = "permessage-deflate, permessage-deflate";
        assert!(agreed(twice, &|_| false).is_err());
        assert!(agreed(twice, &|_| true).unwrap().is_some());
        assert_eq!(agreed("x", &|_| true), Ok(None));
    }
}
