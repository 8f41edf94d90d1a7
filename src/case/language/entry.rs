//! A case file as it is written: flat tables whose keys are all optional. What must be there, and
//! what belongs together, is decided when a file is checked.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    at::At,
    handshake_entry::{ReactionEntry, RequestEntry, ResponseEntry},
    payload_entry::PayloadEntry,
    step_entry::StepEntry,
    words::GradeWord,
};
use crate::{
    case::{AcceptRule, CaseId, Closer, Compare, GiveUp, Need, OutcomeVerdict, Profile},
    protocol::Role,
};

/// Cases of wspec: what is sent on a connection, and what may come back.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a case file")]
#[schemars(rename = "CaseFile")]
pub struct FileEntry {
    /// The chapter that the terminal table shows.
    pub chapter: String,
    /// The chapter's title.
    pub title: String,
    /// `true`: every case here is one of Autobahn's, under Autobahn's id.
    #[serde(default)]
    pub autobahn: bool,
    /// `"full"`: left out unless the run asks for it.
    #[serde(default)]
    pub profile: Profile,
    /// The cases are only for testees of this kind, unless one says otherwise.
    pub testee: Option<Role>,
    /// What a testee has to offer, unless a case says otherwise: `["echo"]`.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// `true`: the cases could crash or exhaust a testee, or harm others who use it, unless one says
    /// otherwise.
    #[serde(default)]
    pub hostile: bool,
    /// Headings for groups of cases.
    #[serde(default)]
    pub section: Vec<SectionEntry>,
    // Each case is read on its own, so nothing is left of them here.
    /// The cases.
    #[serde(default)]
    #[schemars(with = "Vec<CaseEntry>")]
    pub case: PhantomData<Vec<CaseEntry>>,
}

/// A heading for the cases whose ids begin with `id`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a section")]
#[schemars(rename = "Section")]
pub struct SectionEntry {
    /// What the ids begin with, up to a dot.
    pub id: At<CaseId>,
    /// The heading.
    pub title: String,
}

/// One scripted connection and what may come of it; with `each`, one for each row.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a case")]
#[schemars(rename = "Case")]
pub struct CaseEntry {
    /// Dotted parts of letters, digits and `-`; unique. In a family each row has one.
    pub id: Option<At<CaseId>>,
    /// One line. In a family `{name}` is replaced by the row's value.
    pub title: Option<String>,
    /// Why the case exists and what it shows, in a sentence or two.
    pub description: Option<String>,
    /// Ids of `requirements.toml` that it exercises.
    pub requirements: Option<Vec<At<String>>>,
    /// Bugs of real implementations that it would have found, as people know them.
    #[serde(default)]
    pub bugs: Vec<String>,
    /// It is only for testees of this kind.
    pub testee: Option<At<Role>>,
    /// What a testee has to offer: `["echo"]`, or `[]` where the file says otherwise.
    pub needs: Option<At<Vec<Need>>>,
    /// `true`: it could crash or exhaust a testee, or harm others who use it.
    pub hostile: Option<At<bool>>,
    /// Edits of our opening request; needs `testee = "server"`.
    pub request: Option<At<RequestEntry>>,
    /// Edits of our opening response; needs `testee = "client"`.
    pub response: Option<At<ResponseEntry>>,
    /// What may come of the opening handshake, with its verdict; the first that matches counts,
    /// none is `fail`. Without it the connection must open.
    pub handshake: Option<At<Vec<At<ReactionEntry>>>>,
    /// Compression to offer or accept.
    pub deflate: Option<At<DeflateEntry>>,
    /// What we do, in order.
    pub steps: Option<Vec<At<StepEntry>>>,
    /// What may be seen, with its verdict; the first that matches counts, none is `fail`.
    pub outcomes: Option<Vec<OutcomeEntry>>,
    /// How the connection should end.
    pub close: Option<CloseEntry>,
    /// What we do when no reaction comes.
    pub give_up: Option<At<GiveUp>>,
    /// `true`: nothing but a broken wire rule fails it.
    pub informational: Option<At<bool>>,
    /// `true`: it measures time, so nothing else runs beside it.
    pub alone: Option<At<bool>>,
    /// `true`: how TCP groups segments decides, so little runs beside it.
    pub delicate: Option<At<bool>>,
    /// Where Autobahn judges differently.
    pub autobahn: Option<At<AutobahnEntry>>,
    // Rows are put in before a case is read, so nothing is left of them here.
    /// A row for each case of the family: an `id`, other keys of a case, and names of its own that
    /// stand as `{name}` elsewhere.
    #[serde(default)]
    #[schemars(with = "Vec<std::collections::BTreeMap<String, serde_json::Value>>")]
    pub each: PhantomData<Vec<Self>>,
}

impl CaseEntry {
    /// Whether any key is about the opening handshake.
    pub const fn scripts_the_handshake(&self) -> bool {
        self.request.is_some() || self.response.is_some() || self.handshake.is_some()
    }

    /// Whether the connection may open, by what is written of the opening handshake.
    pub fn may_open(&self) -> bool {
        self.handshake.as_ref().is_none_or(|outcomes| {
            let outcomes = outcomes.value();
            outcomes.is_empty() || outcomes.iter().any(|one| one.value().opened.is_some())
        })
    }
}

/// The keys of a case that a row of `each` may set.
pub const CASE_KEYS: [&str; 20] = [
    "id",
    "title",
    "description",
    "requirements",
    "bugs",
    "testee",
    "needs",
    "hostile",
    "request",
    "response",
    "handshake",
    "deflate",
    "steps",
    "outcomes",
    "close",
    "give-up",
    "informational",
    "alone",
    "delicate",
    "autobahn",
];

/// What may be seen, and the verdict on it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "an outcome")]
#[schemars(rename = "Outcome")]
pub struct OutcomeEntry {
    /// The verdict.
    pub verdict: At<OutcomeVerdict>,
    /// All that must have been seen, in order, and nothing else.
    pub saw: Option<Vec<At<EventEntry>>>,
    /// `true`, instead of `saw`: whatever was seen.
    pub saw_any: Option<At<bool>>,
    /// How the connection should end then, if not as the case says.
    pub close: Option<CloseEntry>,
    /// With `fail`: the ids of the requirements that a testee breaks by it.
    #[serde(default)]
    pub breaks: Vec<At<String>>,
}

/// Something that may be seen: one kind, and perhaps `optional`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "an event")]
#[schemars(rename = "Event")]
pub struct EventEntry {
    /// `true`: the next of the messages that we sent came back.
    pub echo: Option<At<bool>>,
    /// This text message came.
    pub text: Option<At<PayloadEntry>>,
    /// This binary message came.
    pub binary: Option<At<PayloadEntry>>,
    /// A Pong with this payload came.
    pub pong: Option<At<PayloadEntry>>,
    /// The pause of this name ran its full time.
    pub silence: Option<At<String>>,
    /// All of this many messages of `round-trips` came back right.
    pub echoes: Option<At<u64>>,
    /// `true`: it may be missing.
    pub optional: Option<At<bool>>,
}

/// How the connection should end.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a close expectation")]
#[schemars(rename = "Close")]
pub struct CloseEntry {
    /// `"us"`: we start the closing handshake; `"peer"`: the peer must fail the connection.
    pub by: At<Closer>,
    /// Verdicts on some of the peer's Close frames, which come before all else; the first that
    /// fits counts.
    #[serde(default)]
    pub grades: Vec<GradeEntry>,
    /// Close codes that the peer may send; none at all is always taken.
    #[serde(default)]
    pub code: Vec<At<u64>>,
    /// Autobahn's `requireClean`.
    pub clean: Option<At<bool>>,
    /// Verdict when the peer closes TCP without a Close: by default `fail` if `clean`, else
    /// `non-strict`.
    pub dropped: Option<At<OutcomeVerdict>>,
    /// Verdict for another code; by default `non-strict`.
    pub wrong_code: Option<At<OutcomeVerdict>>,
    /// For Autobahn: another code makes `behavior` FAILED too.
    pub wrong_code_fails: Option<At<bool>>,
    /// For Autobahn: closing by the wrong side makes `behavior` FAILED too.
    pub wrong_side_fails: Option<At<bool>>,
}

/// A verdict on some Close frames of the peer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a grade")]
#[schemars(rename = "Grade")]
pub struct GradeEntry {
    /// The verdict.
    pub verdict: At<OutcomeVerdict>,
    /// On a Close with one of these: codes, `"3000-4999"`, or `"none"`.
    pub code: Vec<At<GradeWord>>,
    /// Only on one that answers our Close (`"us"`), or that comes before ours (`"peer"`).
    pub by: Option<At<Closer>>,
    /// With `fail`: the ids of the requirements that a testee breaks by it.
    #[serde(default)]
    pub breaks: Vec<At<String>>,
}

/// Where Autobahn judges differently, and why we do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
#[schemars(rename = "Autobahn")]
pub struct AutobahnEntry {
    /// Its outcomes, if not the case's own.
    pub outcomes: Option<Vec<OutcomeEntry>>,
    /// How it wants the connection to end, if not as the case says.
    pub close: Option<CloseEntry>,
    /// What its handler compares.
    pub compare: Option<At<Compare>>,
    /// Why ours differs, with the section.
    pub because: Option<String>,
}

/// Compression to offer or accept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
#[schemars(rename = "Deflate")]
pub struct DeflateEntry {
    /// As client: the parameters of each permessage-deflate offer, in order of preference.
    #[serde(default)]
    pub offer: Vec<String>,
    /// As server: what to ask of the client, tried in order over all offers.
    #[serde(default)]
    pub accept: Vec<At<AcceptRule>>,
}
