//! A requirement.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::RequirementId;
use crate::protocol::Role;

/// One statement of an RFC that binds an endpoint, in our own words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Requirement {
    /// Its name.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: Level,
    /// Where the strength comes from.
    pub basis: Basis,
    /// Whom it binds.
    pub binds: Binds,
    /// What it demands, in a sentence.
    pub text: String,
    /// On which kind of testee a violation can be seen from outside.
    pub observable: Observable,
    /// What a tester does to see it; empty if it cannot be seen.
    pub trigger: String,
    /// What is then right; empty if `violation` says it all.
    pub conforming: String,
    /// What is then wrong.
    pub violation: String,
    /// The cases of Autobahn whose verdict depends on it.
    pub autobahn: Vec<String>,
    /// Autobahn's library notices a violation on any connection, whatever the case.
    pub autobahn_passive: bool,
    /// The one kind of testee on which Autobahn's cases show it, if it is only one.
    pub autobahn_role: Option<Role>,
    /// What a violation that was seen is worth.
    pub verdict: Severity,
    /// The requirement that is broken by the same event on the wire: what exercises one exercises
    /// the other.
    pub same_as: Option<RequirementId>,
    /// Why nobody can see a violation from outside; there if and only if `observable` is none.
    pub why_not: Option<String>,
    /// What the testee or whoever drives it must offer, beyond sending messages back.
    pub needs: Option<String>,
    /// What else is to be known.
    pub note: Option<String>,
}

impl Requirement {
    /// Whether a violation can be seen on this kind of testee, over whatever HTTP it speaks of.
    #[must_use]
    pub const fn shows_on(&self, testee: Role) -> bool {
        match self.observable {
            Observable::Both => true,
            Observable::Server => matches!(testee, Role::Server),
            Observable::Client => matches!(testee, Role::Client),
            Observable::None => false,
        }
    }

    /// The version of HTTP that carries the connections it speaks of.
    #[must_use]
    pub fn http(&self) -> Http {
        match self.id.place() {
            Some((8441 | 9113, _)) => Http::Two,
            Some((9220 | 9114, _)) => Http::Three,
            _ => Http::One,
        }
    }

    /// Whether it speaks of connections over HTTP/1.1, plain or through TLS, which are those that
    /// wspec makes.
    #[must_use]
    pub fn over_http_1_1(&self) -> bool {
        self.http() == Http::One
    }

    /// The kinds of testee on which wspec has to show a violation, if anything is to exercise it.
    pub fn testees(&self) -> impl Iterator<Item = Role> + '_ {
        [Role::Server, Role::Client]
            .into_iter()
            .filter(|testee| self.over_http_1_1() && self.shows_on(*testee))
    }
}

/// How strongly a requirement binds (RFC 2119).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
pub enum Level {
    /// Absolutely.
    #[serde(rename = "MUST")]
    Must,
    /// Absolutely, not to do something.
    #[serde(rename = "MUST NOT")]
    MustNot,
    /// Unless there are good reasons.
    #[serde(rename = "SHOULD")]
    Should,
    /// Unless there are good reasons, not to do something.
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    /// A permission.
    #[serde(rename = "MAY")]
    May,
}

impl Level {
    /// Whether it binds absolutely.
    #[must_use]
    pub const fn is_absolute(self) -> bool {
        matches!(self, Self::Must | Self::MustNot)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
        })
    }
}

/// Where the strength of a requirement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// An upper-case word of RFC 2119.
    Keyword,
    /// A step of an algorithm that is introduced with such a word.
    Algorithm,
    /// A grammar.
    Grammar,
    /// A fact, stated without such a word.
    Definition,
    /// A lower-case `must` or `should`.
    Lowercase,
    /// It follows from other statements.
    Derived,
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyword => "a keyword of RFC 2119",
            Self::Algorithm => "a step of an algorithm",
            Self::Grammar => "grammar",
            Self::Definition => "a definition",
            Self::Lowercase => "a keyword in lower case",
            Self::Derived => "it follows from other statements",
        })
    }
}

/// Whom a requirement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// Clients.
    Client,
    /// Servers.
    Server,
    /// Clients and servers.
    Both,
    /// Whoever sends.
    Sender,
    /// Whoever receives.
    Receiver,
    /// Proxies and the like between client and server.
    Intermediary,
}

impl fmt::Display for Binds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Both => "both",
            Self::Sender => "sender",
            Self::Receiver => "receiver",
            Self::Intermediary => "intermediary",
        })
    }
}

/// On which kind of testee a violation can be seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Observable {
    /// A server.
    #[serde(rename = "server-under-test")]
    Server,
    /// A client.
    #[serde(rename = "client-under-test")]
    Client,
    /// Either.
    #[serde(rename = "both")]
    Both,
    /// None.
    #[serde(rename = "none")]
    None,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Http {
    /// HTTP/1.1.
    #[serde(rename = "HTTP/1.1")]
    One,
    /// HTTP/2.
    #[serde(rename = "HTTP/2")]
    Two,
    /// HTTP/3.
    #[serde(rename = "HTTP/3")]
    Three,
}

impl fmt::Display for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "HTTP/1.1",
            Self::Two => "HTTP/2",
            Self::Three => "HTTP/3",
        })
    }
}

/// What a violation that was seen is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It fails the testee.
    Fail,
    /// It is tolerable.
    NonStrict,
    /// It is worth knowing.
    Informational,
    /// There is none to be seen.
    NotTestable,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "fail",
            Self::NonStrict => "non-strict",
            Self::Informational => "informational",
            Self::NotTestable => "not-testable",
        })
    }
}
