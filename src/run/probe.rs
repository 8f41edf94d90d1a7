//! A first look at the target: is it there, how far away is it, what is it called?

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout},
};

use crate::protocol::{
    CloseBody, CloseCode, FrameHeader, Opcode, Received, Receiver, Role, encode_frame,
    handshake::{HeadReader, HeadState},
};
use crate::transcript::Secrets;

use super::{ConnectError, Route, Target, connect};

/// Round trips that are measured. The fastest counts: the first answers of a testee that has just
/// started are slow for reasons of its own.
const PINGS: usize = 4;

/// How long the probe waits for an answer; the run does not depend on getting one.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// What a first look showed.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The way to the target.
    pub route: Route,
    /// The time that octets take there and back.
    pub round_trip: Duration,
    /// The `Server` field of its response, which Autobahn takes for the agent's name.
    pub server: Option<String>,
    /// Whether any octet came in answer to the request.
    pub answered: bool,
    /// The status of a final response that does not open the connection.
    pub refused_with: Option<u16>,
}

impl Probe {
    /// Connects to the target, opens a WebSocket connection and sends a few Pings, all within bounds.
    /// Only the connection itself has to come about.
    ///
    /// # Errors
    /// There is no TCP connection, or no TLS on it.
    pub async fn of(target: &Target, nonce: [u8; 16]) -> Result<Self, ConnectError> {
        let route = Route::to(target).await?;
        let before = Instant::now();
        let mut stream = route.connect(connect::CONNECT_TIMEOUT).await?;
        let mut probe = Self {
            route,
            round_trip: before.elapsed(),
            server: None,
            answered: false,
            refused_with: None,
        };
        let request = target.request(nonce, Vec::new()).encode();
        let mut fastest = None;
        // Whatever goes wrong here, the cases will say it better.
        let talk = probe.talk(&mut stream, &request, target.secrets(), &mut fastest);
        if let Ok(Err(error)) = timeout(PROBE_TIMEOUT, talk).await
            && let Some(refusal) = probe.route.late_refusal(&error)
        {
            return Err(refusal);
        }
        // (Connecting may have taken more than one attempt.)
        probe.round_trip = fastest.unwrap_or(probe.round_trip);
        let _ = timeout(PROBE_TIMEOUT, stream.shutdown()).await;
        Ok(probe)
    }

    async fn talk<S>(
        &mut self,
        stream: &mut S,
        request: &[u8],
        secrets: &Secrets,
        fastest: &mut Option<Duration>,
    ) -> io::Result<()>
    where
        S: AsyncReadExt + AsyncWriteExt + Unpin,
    {
        let before = Instant::now();
        stream.write_all(request).await?;
        let mut buffer = [0; 4096];
        let mut reader = HeadReader::default();
        let end = loop {
            let count = stream.read(&mut buffer).await?;
            self.answered |= count > 0;
            fastest.get_or_insert(before.elapsed());
            match reader.push(&buffer[..count]) {
                HeadState::Incomplete if count > 0 => {}
                HeadState::Complete(end) => break end,
                _ => return Ok(()),
            }
        };
        let server = server_field(&reader.octets()[..end]);
        self.server = server.map(|server| secrets.hidden_in(&server));
        self.refused_with = refusal(&reader.octets()[..end]);
        let mut receiver = Receiver::new(Role::Server, None);
        receiver.receive(&mut reader.octets()[end..].to_vec(), &mut |_| {});
        for number in 0..PINGS {
            let payload = format!("wspec {number}");
            let before = Instant::now();
            stream.write_all(&frame(Opcode::PING, payload.as_bytes())).await?;
            if !pong_comes(stream, &mut receiver, payload.as_bytes()).await? {
                return Ok(());
            }
            *fastest = fastest.map(|fastest| fastest.min(before.elapsed()));
        }
        stream.write_all(&frame(Opcode::CLOSE, &CloseBody::encode(CloseCode::NORMAL, b""))).await?;
        self.answered |= stream.read(&mut buffer).await? > 0;
        Ok(())
    }
}

/// Waits for this Pong, past all that the server says by itself. Says whether it came before the end
/// of TCP.
async fn pong_comes<S: AsyncReadExt + Unpin>(
    stream: &mut S,
    receiver: &mut Receiver,
    payload: &[u8],
) -> std::io::Result<bool> {
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await?;
        let mut came = false;
        receiver.receive(&mut buffer[..count], &mut |received| {
            came |= received == Received::Pong(payload);
        });
        if came || count == 0 {
            return Ok(came);
        }
    }
}

pub(super) fn frame(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut header = FrameHeader::new(opcode, payload.len() as u64);
    header.mask = Some([0x77, 0x73, 0x70, 0x63]);
    let mut octets = Vec::new();
    encode_frame(&header, payload, &mut octets);
    octets
}

/// The status, if it is a final one that opens nothing.
fn refusal(head: &[u8]) -> Option<u16> {
    let status = head.split(|octet| *octet == b' ').nth(1)?;
    let status = std::str::from_utf8(status.get(..3)?).ok()?.parse().ok()?;
    (200..=599).contains(&status).then_some(status)
}

fn server_field(head: &[u8]) -> Option<String> {
    String::from_utf8_lossy(head).lines().skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("server").then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_final_response() {
        assert_eq!(refusal(b"HTTP/1.1 401 Unauthorized\r\n\r\n"), Some(401));
        assert_eq!(refusal(b"HTTP/1.1 429\r\n\r\n"), Some(429));
        for other in ["HTTP/1.1 101 Switching Protocols", "HTTP/1.1 100 Continue", "SSH-2.0-x", ""]
        {
            assert_eq!(refusal(other.as_bytes()), None, "{other}");
        }
    }
}
