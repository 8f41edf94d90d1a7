//! The one thread that sockets and timers live on.

use tokio::runtime::{Builder, Runtime};

use super::Trouble;

/// Runs a command's work to its end.
///
/// # Errors
/// Those of the work; no runtime.
pub fn block_on<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    runtime()?.block_on(work)
}

/// A runtime for a command that works in several goes.
///
/// # Errors
/// No runtime.
pub fn runtime() -> Result<Runtime, Trouble> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Trouble::System { what: "cannot start the runtime".to_owned(), source })
}
