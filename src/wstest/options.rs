//! Protocol options of a spec file. Those that say how long to wait are honoured; the others
//! describe a conduct that wspec has by itself, so a value that asks for another one is a warning.

use std::time::Duration;

use serde_json::{Value, json};

use super::{SpecError, Warning, keys::Keys};
use crate::play::Patience;

/// The options that are honoured; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `openHandshakeTimeout`.
    pub opening_handshake: Option<Duration>,
    /// `closeHandshakeTimeout`.
    pub closing_handshake: Option<Duration>,
    /// `serverConnectionDropTimeout`.
    pub server_drops_tcp: Option<Duration>,
}

/// Seconds that a timeout may have: none is endless.
const TIMEOUT_SECONDS: std::ops::RangeInclusive<f64> = 0.05..=600.0;

/// Why no option makes an endpoint lenient.
const STRICT: &str = "what the testee sends is always judged by the RFC";
const AS_CASE: &str = "frames leave as the case has them";
const UNLIMITED: &str = "sizes are what the cases need";
const NO_PINGS: &str = "only cases send Pings";
const OPEN_TO_ALL: &str = "every client may come, as many as there are";
const NOT_TRACKED: &str = "reports have the times anyway";

/// Options with only one value that is done: name, value, what is done instead of others.
fn fixed() -> [(&'static str, Value, &'static str); 26] {
    [
        (
            "failByDrop",
            json!(false),
            "we fail a connection by a Close, so that the answer to it can be judged",
        ),
        ("echoCloseCodeReason", json!(false), "we answer a Close with code 1000"),
        ("utf8validateIncoming", json!(true), STRICT),
        ("acceptMaskedServerFrames", json!(false), STRICT),
        ("requireMaskedClientFrames", json!(true), STRICT),
        ("applyMask", json!(true), AS_CASE),
        ("maskClientFrames", json!(true), AS_CASE),
        ("maskServerFrames", json!(false), AS_CASE),
        ("autoFragmentSize", json!(0), AS_CASE),
        ("maxFramePayloadSize", json!(0), UNLIMITED),
        ("maxMessagePayloadSize", json!(0), UNLIMITED),
        ("tcpNoDelay", json!(true), "small frames leave at once"),
        ("autoPingInterval", json!(0), NO_PINGS),
        ("autoPingTimeout", json!(0), NO_PINGS),
        ("autoPingSize", json!(4), NO_PINGS),
        ("webStatus", json!(true), "a plain GET gets a page"),
        ("allowedOrigins", json!(["*"]), OPEN_TO_ALL),
        ("maxConnections", json!(0), OPEN_TO_ALL),
        ("allowHixie76", json!(false), "only RFC 6455 is spoken"),
        ("versions", json!([0, 8, 13]), "Sec-WebSocket-Version is 13"),
        (
            "perMessageCompressionOffers",
            json!([]),
            "compression is offered where a case is about it",
        ),
        (
            "perMessageCompressionAccept",
            json!(null),
            "compression is accepted where a case is about it",
        ),
        ("serveFlashSocketPolicy", json!(false), "there is no Flash socket policy"),
        ("flashSocketPolicy", json!(null), "there is no Flash socket policy"),
        ("logOctets", json!(false), NOT_TRACKED),
        ("trackTimings", json!(false), NOT_TRACKED),
    ]
}

impl Options {
    /// Reads an object of options.
    ///
    /// # Errors
    /// A value of the wrong type, where the value matters.
    pub fn read(mut keys: Keys, warnings: &mut Vec<Warning>) -> Result<Self, SpecError> {
        for (name, done, instead) in fixed() {
            refuse_unless(&mut keys, name, instead, warnings, |value| *value == done);
        }
        // Autobahn counts the drafts: 13 to 18 all speak as RFC 6455 does.
        let is_rfc = |value: &Value| value.as_u64().is_some_and(|n| (13..=18).contains(&n));
        let instead = "Sec-WebSocket-Version is 13";
        refuse_unless(&mut keys, "version", instead, warnings, is_rfc);
        let mut timeout = |name| timeout(&mut keys, name, warnings);
        let options = Self {
            opening_handshake: timeout("openHandshakeTimeout")?,
            closing_handshake: timeout("closeHandshakeTimeout")?,
            server_drops_tcp: timeout("serverConnectionDropTimeout")?,
        };
        keys.finish(warnings);
        Ok(options)
    }

    /// These options, and where they say nothing those of `others`.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            opening_handshake: self.opening_handshake.or(others.opening_handshake),
            closing_handshake: self.closing_handshake.or(others.closing_handshake),
            server_drops_tcp: self.server_drops_tcp.or(others.server_drops_tcp),
        }
    }

    /// Waiting times that follow the options.
    #[must_use]
    pub fn applied_to(self, patience: Patience) -> Patience {
        let handshake = self.opening_handshake.unwrap_or(patience.handshake);
        let close = self.closing_handshake.unwrap_or(patience.close);
        let tcp_close = self.server_drops_tcp.unwrap_or(patience.tcp_close);
        let waits = handshake + close + tcp_close;
        Patience {
            handshake,
            close,
            tcp_close,
            case: patience.case.max(waits + patience.reaction),
            late_case: patience.late_case.max(waits + patience.late_reaction),
            ..patience
        }
    }
}

/// Takes an option, and warns of every value that is not done.
fn refuse_unless(
    keys: &mut Keys,
    name: &str,
    instead: &'static str,
    warnings: &mut Vec<Warning>,
    is_done: impl Fn(&Value) -> bool,
) {
    if let Some(value) = keys.take(name).filter(|value| !is_done(value)) {
        warnings.push(Warning::NotHonoured {
            key: keys.full_name(name),
            value: value.to_string(),
            instead,
        });
    }
}

fn timeout(
    keys: &mut Keys,
    name: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Duration>, SpecError> {
    let Some(value) = keys.take(name) else {
        return Ok(None);
    };
    let key = keys.full_name(name);
    match value.as_f64() {
        None => Err(SpecError::wrong_type(key, "a number of seconds", &value)),
        Some(seconds) if TIMEOUT_SECONDS.contains(&seconds) => {
            Ok(Some(Duration::from_secs_f64(seconds)))
        }
        Some(_) => {
            warnings.push(Warning::NotHonoured {
                key,
                value: value.to_string(),
                instead: "every wait has a bound, of 0.05 to 600 seconds",
            });
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: Value) -> (Options, String) {
        let mut warnings = Vec::new();
        let keys = Keys::of("options".to_owned(), value).unwrap();
        let options = Options::read(keys, &mut warnings).unwrap();
        let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        (options, lines.join("\n"))
    }

    #[test]
    fn what_wspec_does_anyway_needs_no_warning() {
        let usual = json!({ "failByDrop": false, "version": 18, "maxFramePayloadSize": 0 });
        assert_eq!(read(usual), (Options::default(), String::new()));
    }

    #[test]
    fn what_it_does_not_do_is_said() {
        let (options, warnings) = read(json!({
            "failByDrop": true, "version": 8, "openHandshakeTimeout": 0, "noSuchOption": 1,
            "closeHandshakeTimeout": 2.5,
        }));
        assert_eq!(options.closing_handshake, Some(Duration::from_millis(2500)));
        insta::assert_snapshot!(warnings, @r"
        `options.failByDrop` = true is not honoured: we fail a connection by a Close, so that the answer to it can be judged
        `options.version` = 8 is not honoured: Sec-WebSocket-Version is 13
        `options.openHandshakeTimeout` = 0 is not honoured: every wait has a bound, of 0.05 to 600 seconds
        `options.noSuchOption` is not a key that wspec knows; ignored
        ");
    }

    #[test]
    fn a_wait_fits_into_its_case() {
        let (options, _) = read(json!({ "openHandshakeTimeout": 60, "closeHandshakeTimeout": 3 }));
        let patience = options.applied_to(Patience::default());
        assert_eq!(patience.handshake, Duration::from_secs(60));
        assert_eq!(patience.tcp_close, Patience::default().tcp_close);
        assert!(patience.case > Duration::from_secs(63));
    }
}
