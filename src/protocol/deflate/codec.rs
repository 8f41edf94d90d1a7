//! Messages in and out of DEFLATE (RFC 7692 §7.2).

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::DeflateParameters;
use crate::protocol::Role;

/// What a sync flush ends with; cut from every message (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// The smallest window that zlib takes for raw DEFLATE.
const SMALLEST_ZLIB_WINDOW: u8 = 9;

/// Compresses our messages.
#[derive(Debug)]
pub struct Deflater {
    /// Made when it is first needed: it is large, and many connections compress nothing.
    compress: Option<Compress>,
    window: u8,
    no_context_takeover: bool,
}

impl Deflater {
    /// For messages of `sender`, by what was agreed.
    #[must_use]
    pub fn new(sender: Role, agreed: DeflateParameters) -> Self {
        let (no_context_takeover, window) = agreed.of(sender);
        Self { compress: None, window, no_context_takeover }
    }

    /// Appends the compressed message to `out`.
    pub fn compress_message(&mut self, message: &[u8], out: &mut Vec<u8>) {
        let window = self.window;
        let compress = self.compress.get_or_insert_with(|| compressor(window));
        if self.no_context_takeover {
            compress.reset();
        }
        let start = out.len();
        let mut input = message;
        loop {
            out.reserve(input.len() / 2 + 64);
            let before = compress.total_in();
            let status = compress.compress_vec(input, out, FlushCompress::Sync);
            let taken = (compress.total_in() - before) as usize;
            input = &input[taken..];
            let has_room = out.len() < out.capacity();
            if !matches!(status, Ok(Status::Ok)) || (input.is_empty() && has_room) {
                break;
            }
        }
        if out[start..].ends_with(&TAIL) {
            out.truncate(out.len() - TAIL.len());
        }
        if out.len() == start {
            // An empty message after a flush: one empty stored block (RFC 7692 §7.2.3.6).
            out.push(0);
        }
    }
}

fn compressor(window: u8) -> Compress {
    if window < SMALLEST_ZLIB_WINDOW {
        // Stored blocks refer to nothing, so they keep to every window.
        Compress::new(Compression::none(), false)
    } else {
        Compress::new_with_window_bits(Compression::default(), false, window)
    }
}

/// A message that is no DEFLATE stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is no DEFLATE stream")]
pub struct InflateError;

/// Inflates the peer's messages, piece by piece.
pub struct Inflater {
    /// Made when it is first needed: it is large, and on many connections nothing is compressed.
    decompress: Option<Decompress>,
    no_context_takeover: bool,
    window: u8,
    /// The last octets that came out: what the next block may refer to after a final one.
    history: Vec<u8>,
    ended: bool,
}

impl Inflater {
    /// For messages of `sender`, by what was agreed.
    #[must_use]
    pub fn new(sender: Role, agreed: DeflateParameters) -> Self {
        let (no_context_takeover, window) = agreed.of(sender);
        Self { decompress: None, no_context_takeover, window, history: Vec::new(), ended: false }
    }

    /// Takes some of a message and gives what comes out to `sink`, which says whether to go on.
    ///
    /// # Errors
    /// Octets that are no DEFLATE stream.
    pub fn inflate(
        &mut self,
        mut input: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), InflateError> {
        let mut buffer = [0; 16 * 1024];
        loop {
            if self.ended {
                if input.is_empty() {
                    return Ok(());
                }
                self.begin_anew_after_final_block()?;
            }
            let window = self.window.max(SMALLEST_ZLIB_WINDOW);
            let decompress = self
                .decompress
                .get_or_insert_with(|| Decompress::new_with_window_bits(false, window));
            let (before_in, before_out) = (decompress.total_in(), decompress.total_out());
            let status = decompress.decompress(input, &mut buffer, FlushDecompress::None);
            let taken = (decompress.total_in() - before_in) as usize;
            let made = (decompress.total_out() - before_out) as usize;
            input = &input[taken..];
            self.remember(&buffer[..made]);
            // What stands before a mistake comes out, wherever the octets are cut.
            let go_on = made == 0 || sink(&buffer[..made]);
            self.ended = status.map_err(|_| InflateError)? == Status::StreamEnd;
            let stuck = taken == 0 && made == 0 && !self.ended;
            if !go_on || stuck || (input.is_empty() && made < buffer.len() && !self.ended) {
                return Ok(());
            }
        }
    }

    /// The message is complete: gives the rest of it to `sink`.
    ///
    /// # Errors
    /// Octets that are no DEFLATE stream.
    pub fn end_message(&mut self, sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), InflateError> {
        // A message may end with a final block, then an octet of zero bits stands for an empty
        // one (RFC 7692 §7.2.3.4); either way the tail completes the last block.
        let result = if self.ended { Ok(()) } else { self.inflate(&TAIL, sink) };
        if self.no_context_takeover {
            self.reset();
            self.history.clear();
            self.ended = false;
        }
        result
    }

    fn remember(&mut self, octets: &[u8]) {
        let size = 1 << self.window;
        let kept = octets.len().min(size);
        let excess = (self.history.len() + kept).saturating_sub(size);
        self.history.drain(..excess.min(self.history.len()));
        self.history.extend_from_slice(&octets[octets.len() - kept..]);
    }

    fn begin_anew_after_final_block(&mut self) -> Result<(), InflateError> {
        self.reset();
        self.ended = false;
        match &mut self.decompress {
            Some(decompress) if !self.history.is_empty() => {
                let set = decompress.set_dictionary(&self.history);
                set.map(drop).map_err(|_| InflateError)
            }
            _ => Ok(()),
        }
    }

    fn reset(&mut self) {
        if let Some(decompress) = &mut self.decompress {
            decompress.reset(false);
        }
    }
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater").field("window", &self.window).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inflate(
        inflater: &mut Inflater,
        octets: &[u8],
        step: usize,
    ) -> Result<Vec<u8>, InflateError> {
        let mut message = Vec::new();
        let mut sink = |piece: &[u8]| {
            message.extend_from_slice(piece);
            true
        };
        for piece in octets.chunks(step) {
            inflater.inflate(piece, &mut sink)?;
        }
        inflater.end_message(&mut sink)?;
        Ok(message)
    }

    proptest! {
        #[test]
        fn messages_come_out_as_they_went_in(
            messages in prop::collection::vec(
                prop::collection::vec(prop::sample::select(&b"abcd\x00\xff"[..]), 0..3000), 1..5),
            window in 8_u8..=15,
            no_context_takeover in any::<bool>(),
            step in 1_usize..400,
        ) {
            let agreed = DeflateParameters {
                server_no_context_takeover: no_context_takeover,
                server_max_window_bits: window,
                ..DeflateParameters::default()
            };
            let mut deflater = Deflater::new(Role::Server, agreed);
            let mut inflater = Inflater::new(Role::Server, agreed);
            for message in messages {
                let mut octets = Vec::new();
                deflater.compress_message(&message, &mut octets);
                prop_assert_eq!(inflate(&mut inflater, &octets, step), Ok(message));
            }
        }

        #[test]
        fn rubbish_ends_in_an_error_or_a_message(
            octets in prop::collection::vec(any::<u8>(), 0..300),
            step in 1_usize..50,
        ) {
            let mut inflater = Inflater::new(Role::Client, DeflateParameters::default());
            let _ = inflate(&mut inflater, &octets, step);
        }
    }

    /// The examples of RFC 7692 §7.2.3.
    #[test]
    fn the_rfc_s_own_messages() {
        let hello = b"Hello".to_vec();
        let mut inflater = Inflater::new(Role::Client, DeflateParameters::default());
        for octets in [
            &b"\xf2\x48\xcd\xc9\xc9\x07\x00"[..],
            b"\xf2\x00\x11\x00\x00",
            b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
            b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
            b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
        ] {
            assert_eq!(inflate(&mut inflater, octets, 100), Ok(hello.clone()), "{octets:02x?}");
        }
    }
}
