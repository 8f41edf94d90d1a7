//! Exit statuses, and the troubles that lead to them.

use std::{fmt::Display, process::ExitCode};

use crate::run::{ChildError, ConnectError, EchoClientError, Obstacle, TargetError};

/// What the process says to whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing failed.
    Success,
    /// Some case failed.
    Failures,
    /// The arguments or a file are of no use.
    Usage,
    /// The target could not be reached, or went away; no client came, or it left before its time.
    Unreachable,
    /// Somebody stopped the run (the status that shells give to an interrupted command).
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failures => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// Why a command could not do its job. Prints what the user has to know.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The target's URL or a header field.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Case files, patterns, options.
    #[error("{0}")]
    Input(String),
    /// The target cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is nothing to test.
    #[error(transparent)]
    Untestable(#[from] Obstacle),
    /// The server that tests clients cannot be reached.
    #[error(transparent)]
    EchoClient(#[from] EchoClientError),
    /// The testee that we start.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// The system refused something of ours.
    #[error("{what}: {source}")]
    System {
        /// What we were about to do.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Standard output or a report could not be written.
    #[error("{0}")]
    Output(String),
}

impl Trouble {
    /// Input of no use.
    pub fn input(error: impl Display) -> Self {
        Self::Input(error.to_string())
    }

    /// The exit status that it leads to.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Connect(_)
            | Self::Untestable(_)
            | Self::EchoClient(_)
            | Self::Child(
                ChildError::EndedEarly { .. }
                | ChildError::EndedAfterLook(_)
                | ChildError::Replaced { .. }
                | ChildError::NeverAccepted { .. }
                | ChildError::Untestable(_),
            ) => Exit::Unreachable,
            _ => Exit::Usage,
        }
    }
}
