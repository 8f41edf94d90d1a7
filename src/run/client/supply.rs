//! Cases that are made while the clients ask for them.

use std::{sync::Arc, time::Duration};

use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

use crate::case::Case;

/// Where cases come from, in the place of those that clients ask for.
#[derive(Clone, Debug)]
pub(in crate::run) struct Supply(UnboundedSender<Wanted>);

/// A client that wants a case.
#[derive(Debug)]
pub(in crate::run) struct Wanted(oneshot::Sender<Supplied>);

/// What it gets.
#[derive(Clone, Debug)]
pub(in crate::run) struct Supplied {
    /// The case.
    pub(in crate::run) case: Arc<Case>,
    /// The time to wait for a reaction; `None`: what suits the client's distance.
    pub(in crate::run) timeout: Option<Duration>,
}

impl Supply {
    /// A supply, and what is wanted of it.
    pub(in crate::run) fn new() -> (Self, UnboundedReceiver<Wanted>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    /// The next case, once there is one; `None` if there are no more.
    pub(super) async fn next(&self) -> Option<Supplied> {
        let (sender, receiver) = oneshot::channel();
        self.0.send(Wanted(sender)).ok()?;
        receiver.await.ok()
    }
}

impl Wanted {
    /// Gives the client its case. Says whether it was still there.
    pub(in crate::run) fn give(self, supplied: Supplied) -> bool {
        self.0.send(supplied).is_ok()
    }
}
