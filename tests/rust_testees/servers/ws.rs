//! ws-rs, with its own event loop.

use std::{net::SocketAddr, thread};

use ws::{Builder, Error, Handler, Message, Result, Sender, Settings};

struct Echo(Sender);

impl Handler for Echo {
    fn on_message(&mut self, message: Message) -> Result<()> {
        self.0.send(message)
    }

    /// It would print them.
    fn on_error(&mut self, _error: Error) {}
}

pub fn start() -> SocketAddr {
    let settings = Settings {
        in_buffer_grow: true,
        out_buffer_grow: true,
        fragments_grow: true,
        ..Settings::default()
    };
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let socket = Builder::new()
            .with_settings(settings)
            .build(Echo)
            .unwrap()
            .bind("127.0.0.1:0")
            .unwrap();
        sender.send(socket.local_addr().unwrap()).unwrap();
        socket.run().unwrap();
    });
    receiver.recv().unwrap()
}
