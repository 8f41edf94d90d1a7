//! The octets of a request or response up to its empty line.

/// The longest head that is read, in octets.
pub const HEAD_MAX: usize = 64 * 1024;

/// How far the head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadState {
    /// More must come.
    Incomplete,
    /// It is complete, up to this length; what follows belongs to the connection.
    Complete(usize),
    /// It is longer than [`HEAD_MAX`].
    TooLong,
}

/// Collects octets until the empty line.
#[derive(Clone, Debug, Default)]
pub struct HeadReader {
    octets: Vec<u8>,
    searched: usize,
    /// Where the head ends, once it is complete.
    end: Option<usize>,
}

impl HeadReader {
    /// Takes octets, also those that follow the head.
    pub fn push(&mut self, octets: &[u8]) -> HeadState {
        self.octets.extend_from_slice(octets);
        if let Some(end) = self.end {
            return HeadState::Complete(end);
        }
        let from = self.searched.saturating_sub(3);
        let end = self.octets[from..].windows(4).position(|window| window == b"\r\n\r\n");
        self.searched = self.octets.len();
        match end {
            Some(end) if from + end + 4 <= HEAD_MAX => {
                self.end = Some(from + end + 4);
                HeadState::Complete(from + end + 4)
            }
            None if self.octets.len() <= HEAD_MAX => HeadState::Incomplete,
            _ => HeadState::TooLong,
        }
    }

    /// Passes over a complete head of this length: what follows it is the next one.
    pub fn pass_over(&mut self, end: usize) -> HeadState {
        let rest = self.octets.split_off(end.min(self.octets.len()));
        *self = Self::default();
        self.push(&rest)
    }

    /// All octets since the last head that was passed over.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// Whether a response is an interim one, behind which a client has to read on for the final response
/// (RFC 9110 §15.2). A 101 is final: nothing else of HTTP follows.
#[must_use]
pub fn is_interim(head: &[u8]) -> bool {
    let status = head.strip_prefix(b"HTTP/1.").and_then(|rest| rest.get(2..5));
    matches!(status, Some([b'1', _, _])) && status != Some(b"101")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_empty_line_in_any_split() {
        let octets = b"GET / HTTP/1.1\r\nA: b\r\n\r\nrest";
        for step in 1..octets.len() {
            let mut reader = HeadReader::default();
            let state = octets
                .chunks(step)
                .map(|chunk| reader.push(chunk))
                .find(|state| *state != HeadState::Incomplete);
            assert_eq!(state, Some(HeadState::Complete(octets.len() - 4)), "{step}");
        }
    }

    #[test]
    fn interim_responses_are_told_from_final_ones() {
        assert!(is_interim(b"HTTP/1.1 100 Continue\r\n\r\n"));
        assert!(is_interim(b"HTTP/1.1 103\r\n\r\n"));
        for last in [&b"HTTP/1.1 101 Switching Protocols\r\n\r\n"[..], b"HTTP/1.1 200 OK", b""] {
            assert!(!is_interim(last));
        }
    }

    #[test]
    fn heads_are_passed_over() {
        let mut reader = HeadReader::default();
        assert_eq!(reader.push(b"a\r\n\r\nb\r\n"), HeadState::Complete(5));
        assert_eq!(reader.pass_over(5), HeadState::Incomplete);
        assert_eq!(reader.push(b"\r\nc"), HeadState::Complete(5));
        assert_eq!(reader.octets(), b"b\r\n\r\nc");
    }

    #[test]
    fn a_head_without_end_is_too_long() {
        let mut reader = HeadReader::default();
        assert_eq!(reader.push(&[b'a'; HEAD_MAX]), HeadState::Incomplete);
        assert_eq!(reader.push(b"a"), HeadState::TooLong);
    }
}
