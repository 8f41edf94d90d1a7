//! What this machine can be short of for one more connection. That says nothing about the server.

use std::io;

use rustix::io::Errno;

use super::ConnectError;

/// What there is too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Shortage {
    /// File descriptors of this process, or of the whole system.
    #[error(
        "this process may not open another file, so it can make no connection; raise the limit, for \
         example with `ulimit -n 4096`"
    )]
    Descriptors,
    /// Ports of this machine.
    #[error(
        "this machine has no free port for another connection; the ports of closed connections are free \
         again after about two minutes"
    )]
    Ports,
    /// Memory of the system for sockets.
    #[error(
        "this machine has no memory for another connection; end other programs, or use --jobs 1"
    )]
    Memory,
}

impl Shortage {
    /// The shortage that kept a connection from being made, if one did.
    #[must_use]
    pub fn that_caused(error: &ConnectError) -> Option<Self> {
        let source: &io::Error = match error {
            ConnectError::Refused { source, .. } | ConnectError::NoSocket { source, .. } => source,
            _ => return None,
        };
        match Errno::from_io_error(source)? {
            Errno::MFILE | Errno::NFILE => Some(Self::Descriptors),
            Errno::ADDRNOTAVAIL => Some(Self::Ports),
            Errno::NOBUFS | Errno::NOMEM => Some(Self::Memory),
            _ => None,
        }
    }
}
