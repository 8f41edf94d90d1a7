//! Playing with an endpoint that is in use: it does not echo, and may talk by itself.

use std::time::Duration;

use crate::{
    case::Payload,
    judge::Eyes,
    protocol::Opcode,
    transcript::{Application, Blame},
};

use super::player::Player;

/// What is known of such an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// A text message to send as soon as the connection is open, before the steps of the case.
    pub hello: Option<String>,
}

/// What runs on the testee's side.
pub(super) const fn application(live: Option<&Live>) -> Application {
    match live {
        None => Application::Echo,
        Some(_) => Application::Own,
    }
}

/// The eyes to look at it with.
pub(super) const fn eyes(live: Option<&Live>) -> Eyes {
    Eyes::ours(application(live))
}

impl Player {
    /// Sends the first message, if there is one to send and no step of the case came before it.
    pub(super) fn say_hello(&mut self) {
        let hello = self.live.as_mut().and_then(|live| live.hello.take());
        if let (Some(hello), 0) = (hello, self.next_step) {
            let payload = Payload::from(hello.as_bytes());
            self.outbox.frame(Blame::Hello, Opcode::TEXT, payload);
        }
    }

    /// Until when to wait for a reaction, or for a Close, that we waited for until then, now that
    /// octets passed. From an echo server they are part of what it does about ours, so waiting
    /// begins anew. One that talks by itself could be waited for without end.
    pub(super) fn wait_anew(&self, until: Duration, now: Duration, patience: Duration) -> Duration {
        match self.live {
            None => now + patience,
            Some(_) => until,
        }
    }
}
