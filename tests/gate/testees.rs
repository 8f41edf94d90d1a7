//! Servers to test.

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tungstenite::{Message, accept};

use crate::runs::wspec;

/// `wspec echo`, until it is dropped.
pub struct Echo {
    child: Child,
    /// Where it is.
    pub url: String,
}

impl Echo {
    /// Starts one with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = wspec()
            .args(["echo", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command was built for this test");
        let stdout = child.stdout.take().expect("it was asked for");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("it says where it is");
        let url = line.trim().trim_start_matches("echoing on ").to_owned();
        assert!(url.starts_with("ws://127.0.0.1:"), "{line}");
        Self { child, url }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // One that has ended by itself is no trouble here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that spoils so many echoes of text, and then none any more.
pub fn moody_server(spoiled: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener knows where it listens");
    let echoes = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let echoes = Arc::clone(&echoes);
            thread::spawn(move || serve(stream, &echoes, spoiled));
        }
    });
    address
}

/// Until the connection ends, whatever way.
fn serve(stream: TcpStream, echoes: &AtomicUsize, spoiled: usize) -> Option<()> {
    let mut socket = accept(stream).ok()?;
    loop {
        let reply = match socket.read().ok()? {
            Message::Text(text) if echoes.fetch_add(1, Ordering::SeqCst) < spoiled => {
                Message::text(format!("{text}!"))
            }
            message @ (Message::Text(_) | Message::Binary(_)) => message,
            _ => continue,
        };
        socket.send(reply).ok()?;
    }
}
