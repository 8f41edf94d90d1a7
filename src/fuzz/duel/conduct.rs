//! What a testee made of a case, as far as two can be compared.

use std::fmt;

use crate::{
    judge::{Ending, Eyes, Observed, Observer},
    transcript::{HandshakeOutcome, Transcript},
};

/// What a testee did.
#[derive(Clone, Debug, PartialEq)]
pub struct Conduct {
    opening: String,
    messages: Vec<Observed>,
    pongs: Vec<Observed>,
    close: String,
    end: &'static str,
}

/// In what two testees can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The opening handshake.
    Opening,
    /// The messages that came.
    Messages,
    /// The Pongs that came.
    Pongs,
    /// The Close.
    Close,
    /// The end of TCP.
    End,
}

impl Conduct {
    /// Reads it off a transcript.
    #[must_use]
    pub fn of(transcript: &Transcript) -> Self {
        let seen = Observer::of(Eyes::Ours, transcript.happenings());
        let (pongs, messages) = seen.into_iter().partition(|one| matches!(one, Observed::Pong(_)));
        let ending = Ending::of(transcript);
        Self {
            opening: opening(&transcript.handshake.outcome),
            messages,
            pongs,
            close: close(&ending),
            end: if ending.peer_ended_tcp { "ended TCP" } else { "left TCP open" },
        }
    }

    /// The first aspect in which they differ, and what either did, in words without payloads.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<(Aspect, [String; 2])> {
        let words = |text: fn(&Self) -> String| [text(self), text(other)];
        if self.opening != other.opening {
            Some((Aspect::Opening, words(|one| one.opening.clone())))
        } else if self.messages != other.messages {
            let told = counted(&self.messages, &other.messages, "message");
            Some((Aspect::Messages, told))
        } else if self.pongs != other.pongs {
            Some((Aspect::Pongs, counted(&self.pongs, &other.pongs, "Pong")))
        } else if self.close != other.close {
            Some((Aspect::Close, words(|one| one.close.clone())))
        } else if self.end != other.end {
            Some((Aspect::End, words(|one| one.end.to_owned())))
        } else {
            None
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opening => "opening",
            Self::Messages => "messages",
            Self::Pongs => "pongs",
            Self::Close => "close",
            Self::End => "end",
        })
    }
}

fn opening(outcome: &HandshakeOutcome) -> String {
    match outcome {
        HandshakeOutcome::Incomplete => "did not answer the opening handshake".to_owned(),
        HandshakeOutcome::Opened { deflate: None }
        | HandshakeOutcome::Spoiled { deflate: None } => "opened".to_owned(),
        HandshakeOutcome::Opened { .. } | HandshakeOutcome::Spoiled { .. } => {
            "opened with compression".to_owned()
        }
        HandshakeOutcome::Refused { status, .. } => match status {
            Some(status) => format!("answered with {status}"),
            None => "answered with no HTTP".to_owned(),
        },
    }
}

/// How many came, or that they are others.
fn counted(one: &[Observed], other: &[Observed], what: &str) -> [String; 2] {
    if one.len() == other.len() {
        return [format!("sent one {what}"), format!("sent another {what}")];
    }
    [one.len(), other.len()].map(|count| match count {
        0 => format!("sent no {what}"),
        _ if count == one.len().max(other.len()) => format!("sent more {what}s"),
        _ => format!("sent fewer {what}s"),
    })
}

fn close(ending: &Ending) -> String {
    let first = if ending.peer_closed_first { "closed" } else { "answered our Close" };
    match ending.peer_close {
        _ if ending.gave_up => "kept the connection open".to_owned(),
        Some(Some(code)) => format!("{first} with {code}"),
        Some(None) => format!("{first} without a code"),
        None if ending.close_timeout => "did not answer our Close".to_owned(),
        None => "sent no Close".to_owned(),
    }
}
