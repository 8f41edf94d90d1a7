//! A head as it came: its lines, its fields, and what is wrong with how they are written.

use crate::testee::conduct::HeadReading;

/// How far a head has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadState {
    /// More must come.
    Incomplete,
    /// It is complete, up to this length; what follows belongs to the connection.
    Complete(usize),
    /// It is longer than it may be.
    TooLong,
}

/// A line that is not written as HTTP wants it (RFC 9112 §2.2, §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFlaw {
    /// It ends with a line feed alone.
    BareLineFeed,
    /// It has a carriage return before its end.
    BareCarriageReturn,
    /// It begins with white space: it belongs to the line before.
    Folded,
    /// White space stands before its colon.
    SpaceBeforeColon,
    /// It has no colon, or nothing before it.
    NoField,
    /// Its name is no token, or its value has a control character.
    Character,
}

/// The lines of a head.
#[derive(Clone, Debug, Default)]
pub struct ReceivedHead {
    /// The request line or status line.
    pub start: String,
    /// Names and values, in order; folded lines are joined with those before.
    pub fields: Vec<(String, String)>,
    /// What is wrong with its lines.
    pub flaws: Vec<LineFlaw>,
    /// Names of fields with more white space around their values than one space before.
    padded: Vec<String>,
}

impl ReceivedHead {
    /// Reads a complete head.
    pub fn read(octets: &[u8]) -> Self {
        let mut head = Self::default();
        let text = String::from_utf8_lossy(octets);
        // A server ought to pass over an empty line before the request (RFC 9112 §2.2).
        let mut lines = text.trim_start_matches("\r\n").split_inclusive('\n');
        if let Some(start) = lines.next() {
            head.start = head.line(start).to_owned();
        }
        for line in lines {
            let line = head.line(line);
            if !line.is_empty() {
                head.field(line);
            }
        }
        head
    }

    /// A line without its end.
    fn line<'a>(&mut self, line: &'a str) -> &'a str {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let Some(line) = line.strip_suffix('\r') else {
            self.flaws.push(LineFlaw::BareLineFeed);
            return line;
        };
        if line.contains('\r') {
            self.flaws.push(LineFlaw::BareCarriageReturn);
        }
        line
    }

    fn field(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            self.flaws.push(LineFlaw::Folded);
            if let Some((_, value)) = self.fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            return;
        }
        let Some((name, value)) = line.split_once(':').filter(|(name, _)| !name.is_empty()) else {
            self.flaws.push(LineFlaw::NoField);
            return;
        };
        if name.ends_with([' ', '\t']) {
            self.flaws.push(LineFlaw::SpaceBeforeColon);
        } else if !is_token(name) || value.contains(|c: char| c.is_ascii_control() && c != '\t') {
            self.flaws.push(LineFlaw::Character);
        }
        if ["  ", " \t", "\t"].iter().any(|padding| value.starts_with(padding))
            || value.ends_with([' ', '\t'])
        {
            self.padded.push(name.to_owned());
        }
        let value = value.trim_matches([' ', '\t']);
        self.fields.push((name.trim_end().to_owned(), value.to_owned()));
    }

    /// The values of all fields of this name, whatever its letter case.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All values of this name as one list (RFC 9110 §5.3).
    pub fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.all(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Whether a field of this name has more white space around its value than is usual.
    pub fn has_padded(&self, name: &str) -> bool {
        self.padded.iter().any(|field| field.eq_ignore_ascii_case(name))
    }

    /// The elements of the list of this name; empty ones are passed over (RFC 9110 §5.6.1).
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.all(name).flat_map(elements).collect()
    }
}

/// The elements of a list that has no quotes.
pub fn elements(list: &str) -> impl Iterator<Item = &str> {
    let elements = list.split(',').map(|element| element.trim_matches([' ', '\t']));
    elements.filter(|element| !element.is_empty())
}

/// Whether it is a token (RFC 9110 §5.6.2).
pub fn is_token(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(good)
}

/// Collects octets up to the empty line, and perhaps some that follow it.
#[derive(Debug, Default)]
pub struct HeadReader {
    octets: Vec<u8>,
    /// Where the line begins that is coming in.
    line: usize,
    /// How much of it has been looked at.
    searched: usize,
    /// A line that is not empty has come.
    begun: bool,
}

impl HeadReader {
    /// Takes octets.
    pub fn push(&mut self, octets: &[u8], reading: &HeadReading) -> HeadState {
        self.octets.extend_from_slice(octets);
        match self.end(reading) {
            Some(end) if end <= reading.longest => HeadState::Complete(end),
            None if self.octets.len() <= reading.longest => HeadState::Incomplete,
            _ => HeadState::TooLong,
        }
    }

    /// All octets so far.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Begins anew behind a complete head.
    pub fn pass_over(&mut self, end: usize, reading: &HeadReading) -> HeadState {
        let rest = self.octets.split_off(end);
        *self = Self::default();
        self.push(&rest, reading)
    }

    /// Behind the empty line. A line feed alone ends a line, too: that there was no carriage
    /// return is noticed when the lines are read.
    fn end(&mut self, reading: &HeadReading) -> Option<usize> {
        loop {
            let rest = &self.octets[self.searched..];
            let Some(length) = rest.iter().position(|&octet| octet == b'\n') else {
                self.searched = self.octets.len();
                return None;
            };
            let end = self.searched + length;
            let line = self.octets[self.line..end].to_ascii_lowercase();
            (self.line, self.searched) = (end + 1, end + 1);
            let is_empty = matches!(&line[..], b"" | b"\r");
            let is_awaited = reading
                .complete_with
                .is_some_and(|beginning| line.starts_with(beginning.as_bytes()));
            // An empty line before the head is passed over.
            if is_awaited || is_empty && (self.begun || reading.refuses_empty_line) {
                return Some(end + 1);
            }
            self.begun |= !is_empty;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_head_is_found() {
        let reading = HeadReading::default();
        for (octets, expected) in [
            (&b"GET / HTTP/1.1\r\nA: b\r\n\r\nrest"[..], HeadState::Complete(24)),
            (b"\r\nGET\r\n\r\n", HeadState::Complete(9)),
            (b"GET\nA: b\n\nrest", HeadState::Complete(10)),
            (b"GET\r\nA: b\r\n", HeadState::Incomplete),
            (b"\r\n", HeadState::Incomplete),
            (b"", HeadState::Incomplete),
        ] {
            for step in 1..=octets.len().max(1) {
                let mut reader = HeadReader::default();
                let mut states = octets.chunks(step).map(|it| reader.push(it, &reading));
                let state = states.find(|state| *state != HeadState::Incomplete);
                assert_eq!(state.unwrap_or(HeadState::Incomplete), expected, "{octets:?}");
            }
        }
        let octets = vec![b'a'; reading.longest + 1];
        let state = HeadReader::default().push(&octets, &reading);
        assert_eq!(state, HeadState::TooLong);
    }

    #[test]
    fn lines_are_read_and_their_flaws_noticed() {
        use LineFlaw as F;
        for (line, flaws) in [
            ("A: b\r\n", &[][..]),
            ("A:\t b \r\n", &[]),
            ("A: b\n", &[F::BareLineFeed]),
            ("A: \rb\r\n", &[F::BareCarriageReturn, F::Character]),
            ("A : b\r\n", &[F::SpaceBeforeColon]),
            (" b\r\n", &[F::Folded]),
            ("no field\r\n", &[F::NoField]),
            (": b\r\n", &[F::NoField]),
            ("A@: b\r\n", &[F::Character]),
            ("A: \0\r\n", &[F::Character]),
        ] {
            let head = ReceivedHead::read(format!("GET / HTTP/1.1\r\n{line}\r\n").as_bytes());
            assert_eq!(head.start, "GET / HTTP/1.1");
            assert_eq!(head.flaws, flaws, "{line:?}");
        }
        let head = ReceivedHead::read(b"\r\nGET\r\nA: x, ,y\r\n z\r\na: w\r\n\r\n");
        assert_eq!(head.list("A"), ["x", "y z", "w"]);
        assert_eq!(head.joined("a").as_deref(), Some("x, ,y z, w"));
    }
}
