//! A listener that plays cases with the clients that come, on a port of its own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use wspec::{
    case::Case,
    run::{CaseResult, ClientEvent, ClientRun, Excluded, RunEvent, StopSwitch},
};

/// A running listener.
pub struct Listener {
    pub address: SocketAddr,
    listening: JoinHandle<Vec<CaseResult>>,
    switch: StopSwitch,
}

impl Listener {
    /// Listens for clients to play these cases with; `timeout` is that of [`ClientRun`], and a
    /// result of which `is_enough` says so is the last.
    pub async fn start(
        cases: Vec<Arc<Case>>,
        timeout: Option<Duration>,
        is_enough: fn(&CaseResult) -> bool,
    ) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let run = ClientRun {
            visitors: wspec::control::Visitors::default(),
            cases,
            excluded: Excluded::default(),
            tls: None,
            connections: ClientRun::CONNECTIONS,
            timeout,
            seed: 1,
            trace: false,
        };
        let (switch, stop) = StopSwitch::new();
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(run.play(socket, sender, stop));
        Self { address, listening: tokio::spawn(results(receiver, is_enough)), switch }
    }

    /// The results, once there are enough or a client has asked for the reports.
    pub async fn results(self) -> Vec<CaseResult> {
        let results = self.listening.await.unwrap();
        self.switch.stop();
        results
    }
}

async fn results(
    mut events: mpsc::UnboundedReceiver<ClientEvent>,
    is_enough: fn(&CaseResult) -> bool,
) -> Vec<CaseResult> {
    let mut results = Vec::new();
    while let Some(event) = events.recv().await {
        match event {
            ClientEvent::Case(_, RunEvent::CaseFinished(result)) => {
                let enough = is_enough(&result);
                results.push(*result);
                if enough {
                    break;
                }
            }
            ClientEvent::ReportsWanted(..) => break,
            _ => {}
        }
    }
    results
}
