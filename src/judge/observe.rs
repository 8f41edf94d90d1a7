//! From happenings to the events that outcomes speak of.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    protocol::Opcode,
    transcript::{Application, Blame, Happening, MessageKind, PayloadRecord},
};

/// An event that was seen, or that is to be seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Observed {
    /// A message.
    Message {
        /// Text or binary.
        kind: MessageKind,
        /// Its payload.
        payload: PayloadRecord,
    },
    /// A Pong of this payload.
    Pong(PayloadRecord),
    /// A pause of this name that runs its full time.
    Silence(String),
    /// A run of round trips, and how many of its messages came back as they were sent.
    Echoes(u32),
}

impl Observed {
    /// The name of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message { kind: MessageKind::Text, .. } => "text",
            Self::Message { kind: MessageKind::Binary, .. } => "binary",
            Self::Pong(_) => "pong",
            Self::Silence(_) => "silence",
            Self::Echoes(_) => "echoes",
        }
    }

    /// Its payload, if it has one.
    #[must_use]
    pub const fn payload(&self) -> Option<&PayloadRecord> {
        match self {
            Self::Message { payload, .. } | Self::Pong(payload) => Some(payload),
            Self::Silence(_) | Self::Echoes(_) => None,
        }
    }
}

/// Which events count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    /// Ours: a Pong that nobody asked for is legal and means nothing (RFC 6455 §5.5.3).
    Ours,
    /// Ours, when they look at an endpoint that talks by itself: its messages mean nothing either.
    OursPastMessages,
    /// Autobahn's: every Pong counts; but our fences it never sent.
    Autobahn,
}

impl Eyes {
    /// Ours, for a testee with this application.
    #[must_use]
    pub const fn ours(application: Application) -> Self {
        match application {
            Application::Echo => Self::Ours,
            Application::Own => Self::OursPastMessages,
        }
    }
}

/// Collects the events as happenings come.
#[derive(Clone, Debug)]
pub struct Observer {
    eyes: Eyes,
    asked: VecDeque<Asked>,
    events: Vec<Observed>,
}

#[derive(Clone, Debug)]
struct Asked {
    payload: PayloadRecord,
    fence: bool,
}

impl Observer {
    /// One that has seen nothing.
    #[must_use]
    pub const fn new(eyes: Eyes) -> Self {
        Self { eyes, asked: VecDeque::new(), events: Vec::new() }
    }

    /// All that these happenings show.
    pub fn of<'a>(
        eyes: Eyes,
        happenings: impl IntoIterator<Item = &'a Happening>,
    ) -> Vec<Observed> {
        let mut observer = Self::new(eyes);
        for happening in happenings {
            observer.note(happening);
        }
        observer.events
    }

    /// The events so far.
    #[must_use]
    pub fn events(&self) -> &[Observed] {
        &self.events
    }

    /// Takes the next happening; says whether it was an event.
    pub fn note(&mut self, happening: &Happening) -> bool {
        let before = self.events.len();
        match happening {
            Happening::Sent { by, frame } if frame.header.opcode == Opcode::PING => {
                self.asked.push_back(Asked {
                    payload: frame.payload.clone(),
                    fence: *by == Blame::Fence,
                });
            }
            Happening::Received(frame) if frame.header.opcode == Opcode::PONG => {
                self.pong(&frame.payload);
            }
            Happening::Message { kind, payload } if self.eyes != Eyes::OursPastMessages => {
                self.events.push(Observed::Message { kind: *kind, payload: payload.clone() });
            }
            Happening::Silence(name) => self.events.push(Observed::Silence(name.clone())),
            Happening::RoundTrips(trips) => self.events.push(Observed::Echoes(trips.echoed)),
            _ => {}
        }
        self.events.len() > before
    }

    fn pong(&mut self, payload: &PayloadRecord) {
        // A Pong answers the oldest Ping of its payload; Pings before it need no answer any more.
        let answered = self.asked.iter().position(|asked| asked.payload == *payload);
        let fence = answered.map(|position| {
            let fence = self.asked[position].fence;
            self.asked.drain(..=position);
            fence
        });
        match (fence, self.eyes) {
            (Some(true), _) | (None, Eyes::Ours | Eyes::OursPastMessages) => {}
            (Some(false), _) | (None, Eyes::Autobahn) => {
                self.events.push(Observed::Pong(payload.clone()));
            }
        }
    }
}
