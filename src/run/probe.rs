//! A first look at the target: is it there, how far away is it, what is it called?

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout},
};

use crate::protocol::{
    FrameHeader, Opcode, encode_frame,
    handshake::{HeadReader, HeadState},
};

use super::{ConnectError, Target, connect};

/// How long the probe waits for an answer; the run does not depend on getting one.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// What a first look showed.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The target's addresses.
    pub addresses: Vec<SocketAddr>,
    /// The time that octets take there and back.
    pub round_trip: Duration,
    /// The `Server` field of its response, which Autobahn takes for the agent's name.
    pub server: Option<String>,
    /// Whether any octet came in answer to the request.
    pub answered: bool,
}

impl Probe {
    /// Connects to the target, opens a WebSocket connection and sends a Ping, all within bounds.
    /// Only the TCP connection has to come about.
    ///
    /// # Errors
    /// There is no TCP connection.
    pub async fn of(target: &Target, nonce: [u8; 16]) -> Result<Self, ConnectError> {
        let addresses = connect::resolve(target).await?;
        let before = Instant::now();
        let mut stream = connect::connect(&addresses).await?;
        let mut probe = Self {
            addresses,
            round_trip: before.elapsed(),
            server: None,
            answered: false,
        };
        let request = target.request(nonce, Vec::new()).encode();
        // Whatever goes wrong here, the cases will say it better.
        let _ = timeout(PROBE_TIMEOUT, probe.talk(&mut stream, &request)).await;
        let _ = stream.shutdown().await;
        Ok(probe)
    }

    async fn talk<S>(&mut self, stream: &mut S, request: &[u8]) -> std::io::Result<()>
    where
        S: AsyncReadExt + AsyncWriteExt + Unpin,
    {
        stream.write_all(request).await?;
        let mut buffer = [0; 4096];
        let mut reader = HeadReader::default();
        loop {
            let count = stream.read(&mut buffer).await?;
            self.answered |= count > 0;
            match reader.push(&buffer[..count]) {
                HeadState::Incomplete if count > 0 => {}
                HeadState::Complete(end) => {
                    break self.server = server_field(&reader.octets()[..end]);
                }
                _ => return Ok(()),
            }
        }
        let mut frames = Vec::new();
        for (opcode, payload) in [(Opcode::PING, &b"wspec"[..]), (Opcode::CLOSE, b"\x03\xe8")] {
            let mut header = FrameHeader::new(opcode, payload.len() as u64);
            header.mask = Some([0x77, 0x73, 0x70, 0x63]);
            frames.clear();
            encode_frame(&header, payload, &mut frames);
            let before = Instant::now();
            stream.write_all(&frames).await?;
            let count = stream.read(&mut buffer).await?;
            if opcode == Opcode::PING && count > 0 {
                self.round_trip = self.round_trip.max(before.elapsed());
            }
        }
        Ok(())
    }
}

fn server_field(head: &[u8]) -> Option<String> {
    String::from_utf8_lossy(head)
        .lines()
        .skip(1)
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("server")
                .then(|| value.trim().to_owned())
        })
}
