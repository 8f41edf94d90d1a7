//! A server that says what it was given to say, whatever it is asked: one read after the other, and
//! then FIN.

use std::{sync::Arc, time::Duration};

use wspec::{
    case::{Case, DeflateScript, embedded_cases},
    play::{Opening, Patience, Player, Setup, Write},
    protocol::handshake::{ClientRequest, SecWebSocketKey},
    transcript::Transcript,
};

/// The key that we send, unless the case edits it.
pub fn key() -> SecWebSocketKey {
    SecWebSocketKey::new([7; 16])
}

/// A right 101, with these further lines.
pub fn accepting(key: &SecWebSocketKey, lines: &str) -> Vec<u8> {
    let accept = key.accept();
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    )
    .into_bytes()
}

/// Plays the case of this id against a server that sends these reads and then ends TCP.
pub fn play(id: &str, reads: &[&[u8]]) -> (Arc<Case>, Transcript) {
    let case = Arc::new(embedded_cases().get(&id.parse().unwrap()).unwrap().clone());
    let request = ClientRequest {
        target: "/".to_owned(),
        host: "testee".to_owned(),
        key: key(),
        origin: None,
        subprotocols: Vec::new(),
        extensions: case.deflate.as_ref().map_or_else(Vec::new, DeflateScript::offered),
        fields: Vec::new(),
    };
    let setup = Setup { patience: Patience::default(), seed: 1, started_unix_ms: 0, live: None };
    let opening = Opening::client(&request, case.handshake.request());
    let mut player = Player::new(Arc::clone(&case), opening, &setup);
    let mut now = Duration::ZERO;
    write(&mut player, now);
    for read in reads {
        now += Duration::from_millis(1);
        player.receive(&mut read.to_vec(), now);
        write(&mut player, now);
    }
    player.peer_closed(now);
    while player.finished().is_none() {
        now = player.next_wake().unwrap_or(now).max(now);
        player.wake(now);
        write(&mut player, now);
    }
    (case, player.into_transcript(now))
}

/// Lets the player write all that it has to say.
fn write(player: &mut Player, now: Duration) {
    while player.transmit(&mut Vec::new(), now) != Write::Nothing {}
}
