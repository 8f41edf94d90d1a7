//! Scripted clients and a run for them, on loopback.

// Each test file uses a part of it.
#![allow(dead_code)]

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wspec::{
    case::{Case, embedded_cases},
    control::Visitors,
    report::{Agents, CaseReport},
    run::{
        CaseResult, ClientEvent, ClientRun, ClientSummary, Excluded, RunEvent, Stop, StopSwitch,
    },
};

/// No test waits longer for anything.
pub const LIMIT: Duration = Duration::from_secs(20);

/// These cases.
pub fn cases(ids: &[&str]) -> Vec<Arc<Case>> {
    let case = |id: &&str| embedded_cases().get(&id.parse().unwrap()).unwrap().clone();
    ids.iter().map(case).map(Arc::new).collect()
}

/// A run of these cases, with the patience of a test.
pub fn run_of(ids: &[&str]) -> ClientRun {
    ClientRun {
        visitors: Visitors::default(),
        cases: cases(ids),
        excluded: Excluded::default(),
        tls: None,
        connections: ClientRun::CONNECTIONS,
        timeout: Some(Duration::from_millis(300)),
        seed: 1,
        trace: false,
    }
}

/// What was told of a run so far.
#[derive(Debug, Default)]
pub struct Heard {
    pub agents: Agents,
    pub finished: usize,
    pub updates: usize,
    pub skipped: Vec<String>,
    pub stop_requests: usize,
}

/// A run that goes on in the background.
pub struct Running {
    pub address: SocketAddr,
    pub heard: Arc<Mutex<Heard>>,
    switch: StopSwitch,
    playing: JoinHandle<ClientSummary>,
    listening: JoinHandle<()>,
}

impl Running {
    pub async fn start(run: ClientRun) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (switch, stop): (StopSwitch, Stop) = StopSwitch::new();
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let hearing = Arc::clone(&heard);
        Self {
            address,
            heard,
            switch,
            playing: tokio::spawn(run.play(listener, sender, stop)),
            listening: tokio::spawn(async move {
                while let Some(event) = events.recv().await {
                    hearing.lock().unwrap().note(event);
                }
            }),
        }
    }

    /// Waits until so many cases are over.
    pub async fn heard_finished(&self, cases: usize) {
        let waiting = async {
            while self.heard.lock().unwrap().finished < cases {
                tokio::task::yield_now().await;
            }
        };
        timeout(LIMIT, waiting).await.unwrap();
    }

    /// Stops the run and gives what it and those who listened say.
    pub async fn stop(self) -> (ClientSummary, Heard) {
        self.switch.stop();
        self.end().await
    }

    /// Waits for the run's end.
    pub async fn end(self) -> (ClientSummary, Heard) {
        let summary = timeout(LIMIT, self.playing).await.unwrap().unwrap();
        self.listening.await.unwrap();
        let heard = Arc::into_inner(self.heard).unwrap().into_inner().unwrap();
        (summary, heard)
    }
}

impl Heard {
    fn note(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Case(client, RunEvent::CaseFinished(result)) => {
                let CaseResult { case, transcript, judgement, .. } = *result;
                let report = CaseReport::new(&case, judgement, transcript);
                self.agents.keep(client.agent.as_str(), report).unwrap();
                self.finished += 1;
            }
            ClientEvent::Skipped(_, case) => self.skipped.push(case.to_string()),
            ClientEvent::ReportsWanted(..) => self.updates += 1,
            ClientEvent::StopRequested(_) => self.stop_requests += 1,
            ClientEvent::Case(..)
            | ClientEvent::ToBeKept(_)
            | ClientEvent::NoTls(..)
            | ClientEvent::NotAdmitted(..)
            | ClientEvent::DirectCommands(_) => {}
        }
    }

    /// The verdicts of an agent, by case.
    pub fn verdicts(&self, agent: &str) -> Vec<(String, &'static str)> {
        let reports = self.agents.reports("");
        let found = reports.iter().find(|report| report.agent == agent);
        let cases = found.iter().flat_map(|report| &report.cases);
        cases.map(|case| (case.id.to_string(), case.verdict.name())).collect()
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a connection.
pub async fn connect(address: SocketAddr, target: &str) -> Socket {
    let url = format!("ws://{address}{target}");
    timeout(LIMIT, connect_async(url)).await.unwrap().unwrap().0
}

/// Echoes until the connection is closed.
pub async fn echo(mut socket: Socket) {
    let echoing = async {
        while let Some(Ok(message)) = socket.next().await {
            if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
                return;
            }
        }
    };
    timeout(LIMIT, echoing).await.unwrap();
}

/// Plays a case as a correct client.
pub async fn play(address: SocketAddr, case: usize, agent: &str) {
    echo(connect(address, &format!("/runCase?case={case}&agent={agent}")).await).await;
}

/// What a control path answers.
pub async fn ask(address: SocketAddr, target: &str) -> Vec<String> {
    let mut socket = connect(address, target).await;
    let mut said = Vec::new();
    let listening = async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() {
                said.push(message.into_text().unwrap().to_string());
            }
        }
    };
    timeout(LIMIT, listening).await.unwrap();
    said
}

/// A request for a WebSocket connection.
pub fn request(target: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// A TCP connection on which this was written.
pub async fn raw(address: SocketAddr, octets: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(octets).await.unwrap();
    stream
}

/// All that comes up to FIN; a reset is an error.
pub async fn read_to_fin(mut stream: TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    let reading = timeout(LIMIT, stream.read_to_end(&mut octets));
    reading.await.unwrap().expect("FIN, not RST");
    octets
}

/// A Close frame of a client.
pub const CLOSE: [u8; 6] = [0x88, 0x80, 0, 0, 0, 0];

/// A folder of the test's own, gone with it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let name = format!("wspec-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
