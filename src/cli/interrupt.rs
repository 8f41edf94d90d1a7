//! Ctrl-C ends a run in order, and so does SIGTERM, which is how containers are stopped.

use std::io;

use crate::run::StopSwitch;

/// Returns when somebody asks the process to end.
///
/// # Errors
/// The system does not tell us of such wishes.
pub async fn asked_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Stops the run at the first wish, and the process at the second.
pub async fn stop_on_interrupt(switch: StopSwitch) {
    if asked_to_end().await.is_err() {
        // Without a handler Ctrl-C does what it always does.
        return std::future::pending().await;
    }
    eprintln!("wspec: stopping; press Ctrl-C again to give up the report");
    switch.stop();
    if asked_to_end().await.is_ok() {
        std::process::exit(130);
    }
}
