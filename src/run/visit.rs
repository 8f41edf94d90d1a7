//! A visit: a connection that is opened and closed by the book, apart from all cases (RFC 6455
//! §4.1, §7.1.1).

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::protocol::{
    CloseBody, CloseCode, FrameHeader, Opcode, Received, Receiver, Role, encode_frame,
    handshake::{HeadReader, HeadState, is_interim},
};

use super::transport::Stream;

/// Any key masks the frames of a visit (RFC 6455 §5.3): nobody has to be kept from guessing it.
const MASK: [u8; 4] = *b"wspc";

/// A connection to a server.
#[derive(Debug)]
pub(super) struct Visit {
    stream: Stream,
    head: HeadReader,
    receiver: Receiver,
}

/// What the server answers to the opening handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A final response, whose head has this length.
    Response(usize),
    /// A head without an end.
    EndlessHead,
    /// Octets that are not HTTP.
    NotHttp,
    /// Nothing, or a part of a response, before it ended the connection.
    End,
}

/// What the server says once the connection is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The Pong that was asked for.
    Pong,
    /// It closes the connection, with this Close frame or without one.
    End(Option<CloseBody>),
}

impl Visit {
    pub(super) fn on(stream: Stream) -> Self {
        let receiver = Receiver::new(Role::Server, None);
        Self { stream, head: HeadReader::default(), receiver }
    }

    /// Sends the request and reads the head of the final response.
    pub(super) async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        let mut buffer = [0; 4096];
        loop {
            let count = self.stream.read(&mut buffer).await?;
            if count == 0 {
                return Ok(Answer::End);
            }
            let mut state = self.head.push(&buffer[..count]);
            if !begins_like_http(self.head.octets()) {
                return Ok(Answer::NotHttp);
            }
            while let HeadState::Complete(end) = state
                && is_interim(&self.head.octets()[..end])
            {
                state = self.head.pass_over(end);
            }
            match state {
                HeadState::Incomplete => {}
                HeadState::TooLong => return Ok(Answer::EndlessHead),
                HeadState::Complete(end) => return Ok(Answer::Response(end)),
            }
        }
    }

    /// The octets that came while the response was read.
    pub(super) fn octets(&self) -> &[u8] {
        self.head.octets()
    }

    /// Reads more of a body that begins at `start`, up to about `limit` octets in all.
    pub(super) async fn read_body(&mut self, start: usize, limit: usize) -> io::Result<()> {
        let mut buffer = [0; 1024];
        while self.head.octets().len() < start + limit {
            let count = self.stream.read(&mut buffer).await?;
            if count == 0 {
                break;
            }
            self.head.push(&buffer[..count]);
        }
        Ok(())
    }

    /// Sends a Ping and waits for its Pong, past all that the server says by itself.
    pub(super) async fn ping(&mut self, payload: &[u8]) -> io::Result<Heard> {
        self.stream.write_all(&frame(Opcode::PING, payload)).await?;
        self.hear(Some(payload)).await
    }

    /// Waits until the server closes the connection by itself.
    pub(super) async fn is_ended(&mut self) -> io::Result<Option<CloseBody>> {
        match self.hear(None).await? {
            Heard::End(close) => Ok(close),
            Heard::Pong => Ok(None),
        }
    }

    /// Closes the connection: Close, the server's Close, and the end of TCP, which is the server's
    /// to begin (RFC 6455 §7.1.1).
    pub(super) async fn close(&mut self) -> io::Result<()> {
        let close = CloseBody::encode(CloseCode::NORMAL, b"");
        self.stream.write_all(&frame(Opcode::CLOSE, &close)).await?;
        let mut buffer = [0; 4096];
        while self.stream.read(&mut buffer).await? > 0 {}
        self.stream.shutdown().await
    }

    async fn hear(&mut self, pong: Option<&[u8]>) -> io::Result<Heard> {
        let mut octets = self.octets_behind_the_head();
        loop {
            let mut heard = None;
            self.receiver.receive(&mut octets, &mut |received| match received {
                Received::Pong(payload) if pong == Some(payload) => {
                    heard.get_or_insert(Heard::Pong);
                }
                Received::Close(body) => {
                    heard.get_or_insert(Heard::End(Some(body)));
                }
                _ => {}
            });
            if let Some(heard) = heard {
                return Ok(heard);
            }
            octets.resize(4096, 0);
            // A reset is an end, too.
            let count = self.stream.read(&mut octets).await.unwrap_or(0);
            if count == 0 {
                return Ok(Heard::End(None));
            }
            octets.truncate(count);
        }
    }

    /// Frames may come with the response; they are taken once.
    fn octets_behind_the_head(&mut self) -> Vec<u8> {
        let mut octets = Vec::new();
        if let HeadState::Complete(end) = self.head.push(b"") {
            octets.extend_from_slice(&self.head.octets()[end..]);
            self.head = HeadReader::default();
        }
        octets
    }
}

/// Whether these octets can be the beginning of an HTTP/1 response. Some servers put an empty line
/// before it.
fn begins_like_http(octets: &[u8]) -> bool {
    let octets = octets.trim_ascii_start();
    let count = octets.len().min(4);
    octets[..count].eq_ignore_ascii_case(&b"HTTP"[..count])
}

pub(super) fn frame(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut header = FrameHeader::new(opcode, payload.len() as u64);
    header.mask = Some(MASK);
    let mut octets = Vec::new();
    encode_frame(&header, payload, &mut octets);
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_told_by_its_first_octets() {
        for http in ["", "H", "HTTP/1.1 101", "\r\nHTTP/1.0 400", "http/1.1 200 OK"] {
            assert!(begins_like_http(http.as_bytes()), "{http}");
        }
        for other in ["SSH-2.0-x", "220 mail", "HTML", "\x15\x03\x01", "\0\0\x12\x04"] {
            assert!(!begins_like_http(other.as_bytes()), "{other}");
        }
    }
}
