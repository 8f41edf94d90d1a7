//! Ctrl-C ends a run in order.

use crate::run::StopSwitch;

/// Stops the run at the first Ctrl-C, and the process at the second.
pub async fn stop_on_interrupt(switch: StopSwitch) {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler Ctrl-C does what it always does.
        return std::future::pending().await;
    }
    eprintln!("wspec: stopping; press Ctrl-C again to give up the report");
    switch.stop();
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(130);
    }
}
