//! What a case is, once it has been read, checked and expanded.

use std::collections::BTreeSet;

use super::{CaseId, CloseExpectation, HandshakeScript, Outcome, Step};
use crate::protocol::{
    Role,
    deflate::{Acceptance, DeflateParameters, EXTENSION_NAME, Offer},
    handshake::parse_extensions,
};
use crate::requirement::RequirementId;

/// One scripted connection and what may come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name, unique in a run.
    pub id: CaseId,
    /// The chapter's name, as its file has it.
    pub chapter: String,
    /// One line.
    pub title: String,
    /// What it shows and why; may be empty.
    pub description: String,
    /// The requirements that it exercises.
    pub requirements: Vec<RequirementId>,
    /// Bugs of real implementations that it would have found, as people know them.
    pub bugs: Vec<String>,
    /// The only kind of testee that it is for; `None`: both.
    pub testee: Option<Role>,
    /// What the testee has to offer besides the protocol.
    pub needs: BTreeSet<Need>,
    /// It could crash or exhaust a testee, or harm others who use it.
    pub hostile: bool,
    /// What is done to the opening handshake, and what may come of that.
    pub handshake: HandshakeScript,
    /// Compression to offer or accept; without it every offer of the peer is ignored.
    pub deflate: Option<DeflateScript>,
    /// What we do, in order.
    pub steps: Vec<Step>,
    /// What may be seen; the first that matches counts.
    pub outcomes: Vec<Outcome>,
    /// How the connection should end, if it may open.
    pub close: CloseExpectation,
    /// What we do when no reaction comes.
    pub give_up: GiveUp,
    /// Nothing but a broken wire rule can fail it.
    pub informational: bool,
    /// What else may run beside it.
    pub company: Company,
    /// In which runs it is.
    pub profile: Profile,
    /// How Autobahn judges it, if it is one of Autobahn's.
    pub autobahn: Option<AutobahnView>,
}

impl Case {
    /// How the connection should end, once this outcome is the one that fits.
    #[must_use]
    pub fn close_after<'a>(&'a self, outcome: Option<&'a Outcome>) -> &'a CloseExpectation {
        outcome.and_then(|outcome| outcome.close.as_ref()).unwrap_or(&self.close)
    }

    /// Whether it is for testees of this kind.
    #[must_use]
    pub fn is_for(&self, testee: Role) -> bool {
        self.testee.is_none_or(|only| only == testee)
    }
}

/// What a testee has to offer so that a case says something about it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// It takes any message and sends it back.
    Echo,
}

impl Need {
    /// The word for it in case files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
        }
    }
}

/// What we do when no reaction comes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum GiveUp {
    /// Close 1001 after the usual waiting time.
    #[default]
    FailSoon,
    /// Close 1001, after a time that allows for much work.
    FailLate,
    /// Close without a code after the usual waiting time.
    CloseSoon,
    /// Close without a code, after a time that allows for much work.
    CloseLate,
}

/// What else may run beside a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// Anything.
    Any,
    /// Nothing that works: how TCP groups segments decides the verdict.
    Delicate,
    /// Nothing: it measures time.
    Alone,
}

/// In which runs a case is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// In all.
    #[default]
    Quick,
    /// Only in those that ask for everything.
    Full,
}

/// How Autobahn judges a case.
#[derive(Clone, Debug, PartialEq)]
pub struct AutobahnView {
    /// Its outcomes.
    pub outcomes: Vec<Outcome>,
    /// How it wants the connection to end.
    pub close: CloseExpectation,
    /// What its handler compares.
    pub compare: Compare,
    /// Why ours differs, if it does.
    pub because: Option<String>,
}

/// What Autobahn's handler of a case compares.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// Kind and octets of every message, and every Pong.
    #[default]
    Octets,
    /// Kind and length of messages.
    Length,
}

/// Compression to offer or accept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeflateScript {
    /// As client: the parameters of each offer, as they stand behind `permessage-deflate; `.
    pub offers: Vec<String>,
    /// As server: what to ask of the client, in order of preference.
    pub accept: Vec<AcceptRule>,
}

impl DeflateScript {
    /// As client: the elements of `Sec-WebSocket-Extensions`.
    #[must_use]
    pub fn offered(&self) -> Vec<String> {
        let element = |parameters: &String| match parameters.as_str() {
            "" => EXTENSION_NAME.to_owned(),
            parameters => format!("{EXTENSION_NAME}; {parameters}"),
        };
        self.offers.iter().map(element).collect()
    }

    /// What `role`, which plays the case, agrees on with a testee that grants the first wish.
    #[must_use]
    pub fn granted(&self, role: Role) -> DeflateParameters {
        match role {
            Role::Client => self.first_offer().unwrap_or_default().granted(),
            Role::Server => {
                let wish = self.accept.first().map(Acceptance::from);
                let offer = Offer { client_max_window_bits: true, ..Offer::default() };
                offer.granted_with(wish.unwrap_or_default())
            }
        }
    }

    fn first_offer(&self) -> Option<Offer> {
        let elements = parse_extensions(self.offered().first()?).ok()?;
        Offer::read(elements.first()?, &mut Vec::new())
    }
}

/// What a server asks of a client when it accepts an offer.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct AcceptRule {
    /// Ask for `client_no_context_takeover`.
    pub client_no_context_takeover: bool,
    /// Ask for `client_max_window_bits` of this value; 0: do not.
    pub client_window: u8,
}

impl From<&AcceptRule> for Acceptance {
    fn from(rule: &AcceptRule) -> Self {
        Self {
            client_no_context_takeover: rule.client_no_context_takeover,
            client_max_window_bits: (rule.client_window > 0).then_some(rule.client_window),
        }
    }
}
