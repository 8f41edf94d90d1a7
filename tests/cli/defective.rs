//! Servers with a defect: text comes back in capitals, or nobody is there any more.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

use tungstenite::{Message, accept};

/// Starts it on a free port; it lives as long as the test process.
pub fn shouting_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener knows where it listens");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(|| serve(stream));
        }
    });
    address
}

/// The same, but it is gone after its first connection.
pub fn short_lived_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener knows where it listens");
    thread::spawn(move || {
        let accepted = listener.accept();
        drop(listener);
        accepted.map(|(stream, _)| serve(stream))
    });
    address
}

/// Until the connection ends, whatever way.
fn serve(stream: TcpStream) -> Option<()> {
    let mut socket = accept(stream).ok()?;
    loop {
        let reply = match socket.read().ok()? {
            Message::Text(text) => Message::text(text.to_uppercase()),
            message @ Message::Binary(_) => message,
            _ => continue,
        };
        socket.send(reply).ok()?;
    }
}
