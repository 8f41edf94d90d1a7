//! rust-websocket, with a thread a connection.

use std::{
    net::{SocketAddr, TcpStream},
    thread,
};

use websocket::{OwnedMessage, WebSocketResult, sync::Client, sync::Server};

pub fn start() -> SocketAddr {
    let server = Server::bind(("127.0.0.1", 0)).unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || {
        for upgrade in server.filter_map(Result::ok) {
            thread::spawn(move || {
                if let Ok(client) = upgrade.accept() {
                    let _ = echo(client);
                }
            });
        }
    });
    address
}

fn echo(client: Client<TcpStream>) -> WebSocketResult<()> {
    let (mut receiver, mut sender) = client.split()?;
    for message in receiver.incoming_messages() {
        match message? {
            OwnedMessage::Close(data) => return sender.send_message(&OwnedMessage::Close(data)),
            OwnedMessage::Ping(data) => sender.send_message(&OwnedMessage::Pong(data))?,
            OwnedMessage::Pong(_) => {}
            message => sender.send_message(&message)?,
        }
    }
    Ok(())
}
