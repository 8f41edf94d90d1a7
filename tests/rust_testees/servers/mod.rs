//! Echo servers on other people's libraries, each in its own thread, configured so that no limit
//! of theirs is in the way of a case.

mod axum;
mod fastwebsockets;
mod ratchet;
mod sockudo;
mod tokio_websockets;
mod tungstenite;
mod websocket;
mod ws;
mod yawc;

use std::{future::Future, net::SocketAddr, sync::mpsc, thread};

use tokio::net::{TcpListener, TcpStream};

/// The largest message that a testee has to take, in octets.
const MESSAGE_MAX: usize = 64 << 20;

/// A library, and how to start an echo server on it.
pub struct Testee {
    /// The name of its file of expected verdicts.
    pub name: &'static str,
    /// Starts the server and returns its address. It lives as long as the process.
    pub start: fn() -> SocketAddr,
}

/// All of them.
pub const TESTEES: [Testee; 9] = [
    Testee { name: "axum", start: axum::start },
    Testee { name: "fastwebsockets", start: fastwebsockets::start },
    Testee { name: "ratchet", start: ratchet::start },
    Testee { name: "sockudo", start: sockudo::start },
    Testee { name: "tokio-websockets", start: tokio_websockets::start },
    Testee { name: "tungstenite", start: tungstenite::start },
    Testee { name: "websocket", start: websocket::start },
    Testee { name: "ws", start: ws::start },
    Testee { name: "yawc", start: yawc::start },
];

/// Serves in a thread with a runtime of its own.
fn serve<F>(serve: impl FnOnce(TcpListener) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()>,
{
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            serve(listener).await;
        });
    });
    receiver.recv().unwrap()
}

/// Serves each connection in a task of its own.
fn serve_each<F>(serve_one: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    serve(async move |listener| {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve_one(stream));
        }
    })
}
