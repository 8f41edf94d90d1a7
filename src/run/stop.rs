//! The ways to end a run early.

use tokio::sync::watch;

/// How far a run is to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Going,
    /// What has begun may end; nothing begins.
    Finishing,
    Stopped,
}

/// Ends the run to which its [`Stop`] was given.
#[derive(Debug)]
pub struct StopSwitch(watch::Sender<Phase>);

/// Says whether the run is to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Phase>);

impl StopSwitch {
    /// A switch and what it switches.
    #[must_use]
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(Phase::Going);
        (Self(sender), Stop(receiver))
    }

    /// Ends the run, and the cases under way with it.
    pub fn stop(&self) {
        self.0.send_replace(Phase::Stopped);
    }

    /// Ends a run that waits for clients, once the connections that it has are over.
    pub fn finish(&self) {
        self.0.send_if_modified(|phase| {
            let going = *phase == Phase::Going;
            *phase = (*phase).max(Phase::Finishing);
            going
        });
    }
}

impl Stop {
    /// Whether the run is to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() == Phase::Stopped
    }

    /// Returns once the run is to end; never, if the switch is gone.
    pub async fn stopped(&mut self) {
        self.reached(Phase::Stopped).await;
    }

    /// Returns once nothing more is to begin; never, if the switch is gone.
    pub async fn finishing(&mut self) {
        self.reached(Phase::Finishing).await;
    }

    async fn reached(&mut self, wanted: Phase) {
        if self.0.wait_for(|phase| *phase >= wanted).await.is_err() {
            std::future::pending().await
        }
    }
}
