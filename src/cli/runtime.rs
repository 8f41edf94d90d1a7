//! The runtime that commands with sockets run on.

use tokio::runtime::{Builder, Runtime};

use super::Trouble;

/// Starts it: one thread, so that cases interleave only where they wait.
///
/// # Errors
/// The system has no resources for it.
pub fn start() -> Result<Runtime, Trouble> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Trouble::System {
            what: "cannot start the runtime".to_owned(),
            source,
        })
}
