//! Correct echo servers that carry little.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use tungstenite::{Message, protocol::WebSocketConfig};

/// The variable that makes this test's program a server; it says of which kind.
pub const KIND: &str = "WSPEC_TEST_FRAGILE";

/// What a server carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A thread for every connection.
    Plain,
    /// One connection is served after the other.
    OneAtATime,
    /// The same, and the kernel lets next to none wait.
    Backlog1,
    /// Each answer takes its time.
    Slow,
    /// No more than a few connections; others are dropped.
    Drops,
    /// No more than a few connections; others are answered 503.
    Refuses,
    /// One answer at a time, of all connections.
    GlobalLock,
    /// Four threads, of which each serves one connection after the other.
    Pool,
    /// More than a few connections end the process.
    Dies,
}

/// Connections that a server carries which drops or refuses others, or dies of them.
pub const FEW: usize = 6;

const SLOW: Duration = Duration::from_millis(300);
const LOCKED: Duration = Duration::from_millis(10);

/// A server of some kind that serves until the process ends.
pub struct Server {
    pub address: SocketAddr,
    /// The most connections that were open at once.
    pub most_open: Arc<AtomicUsize>,
}

/// What the connections of a server share.
struct Shared {
    kind: Kind,
    open: AtomicUsize,
    most_open: Arc<AtomicUsize>,
    lock: Mutex<()>,
}

impl Server {
    pub fn start(kind: Kind) -> Self {
        let listener = match kind {
            Kind::Backlog1 => listen_with_backlog_1().unwrap(),
            _ => TcpListener::bind(("127.0.0.1", 0)).unwrap(),
        };
        let address = listener.local_addr().unwrap();
        let most_open = Arc::new(AtomicUsize::new(0));
        let shared = Arc::new(Shared::new(kind, Arc::clone(&most_open)));
        thread::spawn(move || serve(&listener, &shared));
        Self { address, most_open }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }
}

fn listen_with_backlog_1() -> std::io::Result<TcpListener> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        socket.listen(1)?.into_std()
    })?;
    listener.set_nonblocking(false)?;
    Ok(listener)
}

/// The server that dies, in a process of its own; no test unless it is started as that.
#[test]
fn the_server_itself() {
    if std::env::var(KIND).is_err() {
        return;
    }
    let url = std::env::var("WSPEC_URL").unwrap();
    let address = url.trim_start_matches("ws://").trim_end_matches('/');
    let listener = TcpListener::bind(address).unwrap();
    serve(&listener, &Arc::new(Shared::new(Kind::Dies, Arc::default())));
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    let (sender, receiver) = channel();
    if shared.kind == Kind::Pool {
        let receiver: Arc<Mutex<Receiver<TcpStream>>> = Arc::new(Mutex::new(receiver));
        for _ in 0..4 {
            let (receiver, shared) = (Arc::clone(&receiver), Arc::clone(shared));
            thread::spawn(move || {
                loop {
                    let stream = receiver.lock().unwrap().recv().unwrap();
                    shared.echo(stream);
                }
            });
        }
    }
    for stream in listener.incoming().flatten() {
        match shared.kind {
            Kind::OneAtATime | Kind::Backlog1 => shared.echo(stream),
            Kind::Pool => sender.send(stream).unwrap(),
            _ => {
                let shared = Arc::clone(shared);
                thread::spawn(move || shared.echo(stream));
            }
        }
    }
}

impl Shared {
    fn new(kind: Kind, most_open: Arc<AtomicUsize>) -> Self {
        Self { kind, open: AtomicUsize::new(0), most_open, lock: Mutex::new(()) }
    }

    fn echo(&self, stream: TcpStream) {
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        match self.kind {
            Kind::Drops if open > FEW => drop(stream),
            Kind::Refuses if open > FEW => refuse(stream),
            Kind::Dies if open > FEW => std::process::exit(7),
            _ => self.converse(stream),
        }
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    fn converse(&self, stream: TcpStream) {
        // (Whether the client is there to be answered shows in what it sends.)
        if stream.peek(&mut [0]).is_err() {
            return;
        }
        self.take_time();
        let config = WebSocketConfig::default();
        let Ok(mut socket) = tungstenite::accept_with_config(stream, Some(config)) else {
            return;
        };
        while let Ok(message) = socket.read() {
            if let Message::Text(_) | Message::Binary(_) = &message {
                self.take_time();
                if socket.send(message).is_err() {
                    break;
                }
            }
        }
        let _ = socket.flush();
    }

    fn take_time(&self) {
        match self.kind {
            Kind::Slow => thread::sleep(SLOW),
            Kind::GlobalLock => {
                let _locked = self.lock.lock().unwrap();
                thread::sleep(LOCKED);
            }
            _ => {}
        }
    }
}

fn refuse(mut stream: TcpStream) {
    use std::io::{Read, Write};
    let _ = stream.read(&mut [0; 4096]);
    let _ = stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
}
