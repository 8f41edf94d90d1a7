//! Why a campaign comes to no good end.

use std::{io, net::SocketAddr};

use crate::run::{ChildError, ConnectError};

/// Why a campaign came to no good end.
#[derive(Debug, thiserror::Error)]
pub enum FuzzError {
    /// The server takes no connections any more.
    #[error("the server takes no connections any more ({0})")]
    Gone(String),
    /// The server that we start does not start again.
    #[error("the server does not start again: {0}")]
    NotAgain(#[source] ChildError),
    /// It does not start at all.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// The server cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no place to listen at.
    #[error("cannot listen on {address}: {source}")]
    NoListener {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The client asks for no case.
    #[error(
        "the client asks for no case ({0}); does it go to /getCaseCount and /runCase of {{url}}?"
    )]
    NoClient(String),
}
