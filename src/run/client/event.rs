//! What a run with clients tells those who listen to it.

use std::net::SocketAddr;

use tokio::sync::oneshot;

use crate::{
    case::CaseId,
    control::{AgentName, Stranger},
    run::{RunEvent, TlsProblem},
};

/// A client under test, on one of its connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What it calls itself.
    pub agent: AgentName,
    /// The other end of its connection.
    pub peer: SocketAddr,
}

/// Something happened in a run with clients.
#[derive(Debug)]
pub enum ClientEvent {
    /// A case goes on with a client.
    Case(Client, RunEvent),
    /// A client asked for a case that is left out for it.
    Skipped(Client, CaseId),
    /// A client wants the reports written, with all that was told before. It waits until
    /// [`Written`] is dropped.
    ReportsWanted(Client, Written),
    /// What was told before may be told to others from now on, so it is to be kept first. Whoever
    /// wants to know of it waits until [`Written`] is dropped.
    ToBeKept(Written),
    /// A client wants to be sent what it asks for.
    DirectCommands(SocketAddr),
    /// Somebody came, but there is no TLS on the connection.
    NoTls(SocketAddr, TlsProblem),
    /// Somebody came who was led here by a page that is not ours.
    NotAdmitted(SocketAddr, Stranger),
    /// A client has ended the run.
    StopRequested(SocketAddr),
}

/// Dropped when what is waited for has been written, or cannot be.
#[derive(Debug)]
pub struct Written {
    waiting: oneshot::Sender<()>,
}

impl Written {
    pub(super) fn new() -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self { waiting: sender }, receiver)
    }

    /// Whether anybody waits: a client may have gone, and the run may be over.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        !self.waiting.is_closed()
    }
}
