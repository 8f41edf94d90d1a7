//! Secrets of the user, and how they are taken out of what others may read: also where the peer
//! sends them back.

use super::{Entry, HandshakeOutcome, Happening, PayloadRecord, Transcript};

/// What stands in the place of a secret in a text. (In octets each becomes an asterisk, so that
/// lengths stay true.)
pub const HIDDEN: &str = "(hidden)";

/// Shorter values are not looked for where the peer speaks: they would be found everywhere.
const OCTETS_MIN: usize = 4;

/// Octets that nobody else may read, in all forms in which they were sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Longest first, so that a part does not hide where the whole stands.
    forms: Vec<Vec<u8>>,
    /// Lines of our own request, whatever their length: name, and the whole line.
    lines: Vec<(String, String)>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} {HIDDEN})", self.forms.len())
    }
}

impl Secrets {
    /// A value that is secret, and what it becomes in a URL.
    pub fn add(&mut self, value: &str) {
        let decoded = percent_decoded(value);
        let forms = [value.as_bytes().to_vec(), percent_encoded(&decoded).into_bytes(), decoded];
        for form in forms {
            if form.len() >= OCTETS_MIN && !self.forms.contains(&form) {
                self.forms.push(form);
            }
        }
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    }

    /// A field of our request whose value is secret: the whole value, its words (`Bearer` is none
    /// of them), and the values of its cookies.
    pub fn add_field(&mut self, name: &str, value: &str) {
        self.lines.push((name.to_owned(), format!("{name}: {value}")));
        self.add(value);
        let credentials = value.split_once(' ').map_or("", |(_, credentials)| credentials.trim());
        self.add(credentials);
        for pair in value.split(';') {
            if let Some((_, value)) = pair.split_once('=') {
                self.add(pair.trim());
                self.add(value.trim().trim_matches('"'));
            }
        }
    }

    /// All that another has, too.
    pub fn join(&mut self, others: &Self) {
        self.forms.extend(others.forms.iter().cloned());
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        self.forms.dedup();
        self.lines.extend(others.lines.iter().cloned());
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.forms.is_empty() && self.lines.is_empty()
    }

    /// The text without them.
    #[must_use]
    pub fn hidden_in(&self, text: &str) -> String {
        let mut text = text.to_owned();
        self.hide(&mut text);
        text
    }

    /// Takes them out of a text.
    pub fn hide(&self, text: &mut String) {
        for (name, line) in &self.lines {
            if text.contains(line.as_str()) {
                *text = text.replace(line.as_str(), &format!("{name}: {HIDDEN}"));
            }
        }
        for form in &self.forms {
            if let Ok(form) = std::str::from_utf8(form)
                && text.contains(form)
            {
                *text = text.replace(form, HIDDEN);
            }
        }
    }

    /// Takes them out of a transcript. Says whether there were any.
    pub fn hide_in(&self, transcript: &mut Transcript) -> bool {
        if self.is_empty() {
            return false;
        }
        let before = transcript.clone();
        let handshake = &mut transcript.handshake;
        self.hide(&mut handshake.request);
        self.hide(&mut handshake.response);
        self.hide_cut_off(&mut handshake.response);
        if let HandshakeOutcome::Refused { reason, .. } = &mut handshake.outcome {
            self.hide(reason);
        }
        for violation in &mut handshake.violations {
            // Most of them quote what they are about.
            let Ok(text) = serde_json::to_string(violation) else { continue };
            if let Ok(hidden) = serde_json::from_str(&self.hidden_in(&text)) {
                *violation = hidden;
            }
        }
        for entry in &mut transcript.entries {
            self.hide_in_entry(entry);
        }
        *transcript != before
    }

    /// Takes them out of an entry of a transcript.
    pub fn hide_in_entry(&self, entry: &mut Entry) {
        match &mut entry.what {
            Happening::Sent { frame, .. } | Happening::Received(frame) => {
                self.hide_in_payload(&mut frame.payload);
            }
            Happening::SentOctets(payload) | Happening::Message { payload, .. } => {
                self.hide_in_payload(payload);
            }
            Happening::RoundTrips(record) => {
                if let Some(wrong) = &mut record.wrong {
                    self.hide_in_payload(&mut wrong.sent.1);
                    self.hide_in_payload(&mut wrong.received.1);
                }
            }
            _ => {}
        }
    }

    fn hide_in_payload(&self, payload: &mut PayloadRecord) {
        self.hide_octets(&mut payload.head);
        self.hide_octets(&mut payload.tail);
    }

    /// Puts asterisks over them, also over what a cut at either end has left of one.
    fn hide_octets(&self, octets: &mut [u8]) {
        for form in &self.forms {
            let mut at = 0;
            while let Some(found) = position(&octets[at..], form) {
                octets[at + found..at + found + form.len()].fill(b'*');
                at += found + form.len();
            }
        }
        for form in &self.forms {
            for length in (OCTETS_MIN..form.len()).rev() {
                if octets.ends_with(&form[..length]) {
                    let from = octets.len() - length;
                    octets[from..].fill(b'*');
                }
                if octets.starts_with(&form[form.len() - length..]) {
                    octets[..length].fill(b'*');
                }
            }
        }
    }

    /// Takes away what is left of one at the end of a text that may have been cut there.
    pub fn hide_cut_off(&self, text: &mut String) {
        for form in self.forms.iter().filter_map(|form| std::str::from_utf8(form).ok()) {
            let lengths =
                (OCTETS_MIN..form.len()).rev().filter(|length| form.is_char_boundary(*length));
            if let Some(length) =
                lengths.into_iter().find(|length| text.ends_with(&form[..*length]))
            {
                text.truncate(text.len() - length);
                text.push_str(HIDDEN);
            }
        }
    }
}

fn position(octets: &[u8], part: &[u8]) -> Option<usize> {
    octets.windows(part.len()).position(|window| window == part)
}

fn percent_encoded(octets: &[u8]) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
    let shown = |b: &u8| if plain(b) { char::from(*b).to_string() } else { format!("%{b:02X}") };
    octets.iter().map(shown).collect()
}

/// The octets of a part of a URL.
#[must_use]
pub fn percent_decoded(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&octet, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped =
            hex.filter(|_| octet == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        octets.push(escaped.unwrap_or(octet));
        rest = if escaped.is_some() { &behind[2..] } else { behind };
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{FrameHeader, Opcode, Role},
        transcript::FrameRecord,
    };

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add_field("Authorization", "Bearer SECRETTOKEN99");
        secrets.add_field("Cookie", "session=abc; id=\"0123456789\"");
        secrets.add("p@ssw0rd");
        secrets
    }

    #[test]
    fn texts_have_no_secret_in_any_form() {
        for (text, hidden) in [
            ("X-Echo: Bearer SECRETTOKEN99", "X-Echo: (hidden)"),
            ("Server: SECRETTOKEN99/1", "Server: (hidden)/1"),
            ("you are session=abc", "you are (hidden)"),
            ("0123456789", "(hidden)"),
            ("ws://me:p%40ssw0rd@x, p@ssw0rd", "ws://me:(hidden)@x, (hidden)"),
            // Too short to be told from what is no secret.
            ("abc", "abc"),
        ] {
            assert_eq!(secrets().hidden_in(text), hidden);
        }
        assert!(!format!("{:?}", secrets()).contains("SECRET"));
    }

    #[test]
    fn transcripts_have_none_wherever_the_peer_puts_them() {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        transcript.handshake.request =
            "GET / HTTP/1.1\r\nCookie: session=abc; id=\"0123456789\"\r\n\r\n".into();
        transcript.handshake.response = "HTTP/1.1 200 OK\r\nX: SECRETTOKEN99\r\nY: SECRETT".into();
        transcript.handshake.outcome =
            HandshakeOutcome::Refused { status: None, reason: "what is SECRETTOKEN99".into() };
        let received = |payload: &[u8]| Entry {
            at_us: 0,
            what: Happening::Received(FrameRecord {
                header: FrameHeader::new(Opcode::TEXT, payload.len() as u64),
                payload: PayloadRecord::of(payload),
            }),
        };
        let long = [vec![b'x'; 58], b"SECRETTOKEN99".to_vec(), vec![b'x'; 300]].concat();
        transcript.entries = vec![received(b"a Bearer SECRETTOKEN99 b"), received(&long)];
        assert!(secrets().hide_in(&mut transcript));
        let json = serde_json::to_string(&transcript).unwrap();
        assert!(!json.contains("SECRET") && !json.contains("0123456789"), "{json}");
        let hex: String = b"SECRE".iter().map(|b| format!("{b:02x}")).collect();
        assert!(!json.contains(&hex), "{json}");
        assert!(!secrets().hide_in(&mut transcript), "a second look finds nothing");
    }

    #[test]
    fn lengths_stay() {
        let mut payload = PayloadRecord::of(b"a Bearer SECRETTOKEN99 b");
        secrets().hide_in_payload(&mut payload);
        assert_eq!(payload.head, b"a ******************** b");
    }
}
