//! The one thread that sockets and timers live on.

use super::Trouble;

/// Runs a command's work to its end.
///
/// # Errors
/// Those of the work; no runtime.
pub fn block_on<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Trouble::System {
            what: "cannot start the runtime".to_owned(),
            source,
        })?
        .block_on(work)
}
