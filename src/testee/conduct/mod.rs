//! What an endpoint does wherever it has a choice, as data.

mod echoing;
mod frames;
mod opening;
mod replies;

use std::time::Duration;

pub use echoing::{AfterEcho, DeflateConduct, DeflateStyle, EchoConduct, EchoStyle};
pub use frames::{
    FrameEdit, MaskingKeys, OfFrame, OfOpcode, OfPayload, OfViolation, ReadingConduct, Scene,
    SendingConduct, SentFrame, Then, Utf8Check,
};
pub use opening::{HeadReading, Interim, OpeningConduct, Refusing, TurningAway};
pub use replies::{
    AfterClose, AfterFailing, CloseReply, ClosingConduct, FailWith, FailingConduct, Greeting,
    OnError, PingReply, TcpConduct,
};

/// The choices of an [`Endpoint`](super::Endpoint). `Default` is an endpoint that follows the RFCs.
#[derive(Clone, Debug, Default)]
pub struct Conduct {
    /// In the opening handshake.
    pub(super) opening: OpeningConduct,
    /// As soon as the connection is open.
    pub(super) greeting: Greeting,
    /// How it writes frames.
    pub(super) sending: SendingConduct,
    /// What it makes of the frames that come in.
    pub(super) reading: ReadingConduct,
    /// What it does about a violation.
    pub(super) failing: FailingConduct,
    /// How it answers a Ping.
    pub(super) ping: PingReply,
    /// In the closing handshake.
    pub(super) closing: ClosingConduct,
    /// How it ends TCP.
    pub(super) tcp: TcpConduct,
    /// How it echoes messages.
    pub(super) echo: EchoConduct,
    /// How it compresses, and inflates.
    pub(super) deflate: DeflateConduct,
    /// It is no echo endpoint, but talks by itself whenever so long has passed.
    pub(super) talks_every: Option<Duration>,
}

impl Conduct {
    /// That of an endpoint with these defects.
    #[must_use]
    pub fn with(defects: &[super::Defect]) -> Self {
        let mut conduct = Self::default();
        for defect in defects {
            defect.apply(&mut conduct);
        }
        conduct
    }

    /// That of an endpoint which is no echo endpoint: it takes messages in without an answer, and
    /// talks by itself, as soon as the connection is open and then whenever so long has passed.
    #[must_use]
    pub fn talking(mut self, every: Duration) -> Self {
        self.talks_every = Some(every);
        self.echo.leaves_out = Some(|_| true);
        self
    }

    /// Whether it is that of an echo endpoint.
    #[must_use]
    pub const fn echoes(&self) -> bool {
        self.talks_every.is_none()
    }
}
