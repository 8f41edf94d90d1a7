//! Arguments for servers in use: what they want to hear first, how to be let in, and how gently
//! to treat them.

use std::num::NonZeroU32;

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;

use super::Trouble;
use crate::{
    case::RunProfile,
    foreign::{is_secret_name, shell_argument},
    play::Live,
    run::{Pace, Rate, Target},
};

/// What stands in the place of a secret on a command line.
const HIDDEN: &str = "…";

/// The arguments.
#[derive(Debug, Args)]
#[command(next_help_heading = "Servers in use")]
pub struct LiveArguments {
    /// Begin at most so many connections a second (by default 100 with `--profile live` and on other
    /// machines, else as many as come).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// With `--profile live`: a text message to send as soon as a connection is open. What comes in
    /// answer does not count.
    #[arg(long, value_name = "TEXT")]
    pub hello: Option<String>,
    /// A cookie for every opening handshake; may be repeated. Reports do not show its value.
    #[arg(long, value_name = "NAME=VALUE")]
    cookie: Vec<String>,
    /// User and password for every opening handshake (RFC 7617). Reports do not show them.
    #[arg(long, value_name = "USER:PASSWORD")]
    basic_auth: Option<String>,
    /// Print what would be sent, and connect nowhere.
    #[arg(long, requires = "url")]
    pub dry_run: bool,
}

impl LiveArguments {
    /// Gives the target what they say of it.
    ///
    /// # Errors
    /// Arguments that are no header fields, or go only with `--profile live`.
    pub fn apply(&self, target: &mut Target, profile: RunProfile) -> Result<(), Trouble> {
        if profile == RunProfile::Live {
            target.live = Some(Live { hello: self.hello.clone() });
        } else if self.hello.is_some() {
            return Err(Trouble::Input(
                "`--hello` needs `--profile live`: in other profiles every message counts"
                    .to_owned(),
            ));
        }
        if let Some(cookies) = self.cookie_field()? {
            target.add_secret_field("Cookie", &cookies)?;
        }
        if let Some(credentials) = &self.basic_auth {
            if !credentials.contains(':') {
                let wrong = "`--basic-auth` has the form USER:PASSWORD";
                return Err(Trouble::Input(wrong.to_owned()));
            }
            let value = format!("Basic {}", STANDARD.encode(credentials));
            target.add_secret_field("Authorization", &value)?;
        }
        Ok(())
    }

    /// All cookies go into one field (RFC 6265 §5.4).
    fn cookie_field(&self) -> Result<Option<String>, Trouble> {
        for cookie in &self.cookie {
            if !is_cookie(cookie) {
                return Err(Trouble::Input(format!(
                    "`{}` is no cookie; expected NAME=VALUE",
                    name_of(cookie)
                )));
            }
        }
        Ok((!self.cookie.is_empty()).then(|| self.cookie.join("; ")))
    }

    /// The pace with the rate that was asked for.
    #[must_use]
    pub fn pace(&self, pace: Pace) -> Pace {
        match self.rate.and_then(NonZeroU32::new) {
            Some(rate) => Pace { rate: Some(Rate(rate)), ..pace },
            None => pace,
        }
    }

    /// The words that repeat them on a command line, without secrets.
    #[must_use]
    pub fn repeat(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: &str| {
            words.push(format!("--{name} {}", shell_argument(value)));
        };
        if let Some(hello) = &self.hello {
            option("hello", hello);
        }
        for cookie in &self.cookie {
            option("cookie", &format!("{}={HIDDEN}", name_of(cookie)));
        }
        if let Some(credentials) = &self.basic_auth {
            let user = credentials.split(':').next().unwrap_or_default();
            option("basic-auth", &format!("{user}:{HIDDEN}"));
        }
        words
    }
}

/// RFC 6265 §4.1.1: a token, `=`, and octets that are no control, space, quote, comma, semicolon
/// or backslash (quotes around them are fine).
fn is_cookie(text: &str) -> bool {
    let Some((name, value)) = text.split_once('=') else {
        return false;
    };
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let may_stand_in_value = |b: u8| b.is_ascii_graphic() && !b"\",;\\".contains(&b);
    !name.is_empty() && name.bytes().all(is_token) && value.bytes().all(may_stand_in_value)
}

/// The name and the value of a field line, if its value is a secret.
#[must_use]
pub fn secret_field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    is_secret_name(name).then_some((name, value.trim()))
}

/// A field line as others may read it.
#[must_use]
pub fn shown_field(line: &str) -> String {
    secret_field(line).map_or_else(|| line.to_owned(), |(name, _)| format!("{name}: {HIDDEN}"))
}

/// The part of a cookie that is no secret.
fn name_of(cookie: &str) -> &str {
    cookie.split('=').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_secrets_are_known() {
        assert_eq!(shown_field("authorization: Bearer x:y"), "authorization: …");
        assert_eq!(shown_field("X-Trace: abc"), "X-Trace: abc");
        assert_eq!(secret_field("Cookie:a=1 "), Some(("Cookie", "a=1")));
    }

    #[test]
    fn cookies_are_tokens_with_values() {
        for right in ["a=1", "session=abc.def==", "a=", "a=\"quoted\""] {
            assert!(is_cookie(right), "{right}");
        }
        for wrong in ["a", "=1", "a b=1", "a=1; b=2", "a=1\r\nHost: x", "a=é", "a=1,2"] {
            assert!(!is_cookie(wrong), "{wrong}");
        }
    }
}
