//! Ctrl-C ends a run in order, and so do the other signals that ask a process to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::run::StopSwitch;

/// The signals that ask a process to end.
struct Signals([Signal; 3]);

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn next(&mut self) {
        let [first, second, third] = &mut self.0;
        tokio::select! {
            _ = first.recv() => {}
            _ = second.recv() => {}
            _ = third.recv() => {}
        }
    }
}

/// Returns when somebody asks the process to end.
///
/// # Errors
/// The system does not tell us of such wishes.
pub async fn asked_to_end() -> std::io::Result<()> {
    Signals::new()?.next().await;
    Ok(())
}

/// Does the work. The first signal throws the switch, the second drops the work where it is:
/// then there is no result.
pub async fn unless_interrupted<T>(
    switch: &StopSwitch,
    work: impl Future<Output = T>,
) -> Option<T> {
    let interrupted_twice = async {
        let Ok(mut signals) = Signals::new() else {
            // Without handlers signals do what they always do.
            return std::future::pending().await;
        };
        signals.next().await;
        eprintln!("wspec: stopping; press Ctrl-C again to give up the report");
        switch.stop();
        signals.next().await;
    };
    tokio::select! {
        biased;
        () = interrupted_twice => None,
        result = work => Some(result),
    }
}
