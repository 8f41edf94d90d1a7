//! From the opening handshake as written to a [`HandshakeScript`]: what goes with which kind of
//! testee, and that names are names.

use super::{
    Mistake,
    at::{At, Span},
    bounds::{in_range, only_true},
    check_breaks::named,
    entry::CaseEntry,
    handshake_entry::{HeadEntry, ReactionEntry, RequestEntry, ResponseEntry},
    near_miss::near_misses,
    payload_entry::{PayloadEntry, Seeds},
    problems::{Checked, Problem, Problems},
};
use crate::{
    case::{
        FieldCondition, HandshakeExpectation, HandshakeScript, HeadEdits, HeadPart, HeadText,
        OurHead, Reaction, RequestEdits, ResponseEdits,
    },
    protocol::Role,
};

/// The fields of our request.
const REQUEST_FIELDS: [&str; 11] = [
    "User-Agent",
    "Host",
    "Upgrade",
    "Connection",
    "Pragma",
    "Cache-Control",
    "Sec-WebSocket-Key",
    "Origin",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Version",
];

/// Those of our response.
const RESPONSE_FIELDS: [&str; 5] =
    ["Server", "Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions"];

/// What the opening handshake of a case is checked with.
pub struct HandshakeChecker<'a> {
    testee: Option<Role>,
    seeds: &'a mut Seeds,
    problems: &'a mut Problems,
}

impl<'a> HandshakeChecker<'a> {
    /// For a case that is only for this kind of testee. Random octets come from `seeds`, and what is
    /// wrong goes to `problems`.
    pub const fn new(
        testee: Option<Role>,
        seeds: &'a mut Seeds,
        problems: &'a mut Problems,
    ) -> Self {
        Self { testee, seeds, problems }
    }

    /// The opening handshake. What is wrong with it is among the problems.
    pub fn handshake(&mut self, entry: &CaseEntry) -> HandshakeScript {
        let request = entry.request.as_ref().map(|request| {
            self.needs_testee("request", Role::Server, request.span());
            OurHead::Request(Box::new(self.request(request.value())))
        });
        let response = entry.response.as_ref().map(|response| {
            self.needs_testee("response", Role::Client, response.span());
            OurHead::Response(Box::new(self.response(response.value())))
        });
        let outcomes = entry.handshake.as_ref().map_or_else(Vec::new, |outcomes| {
            if outcomes.value().is_empty() {
                let problem = Problem::new(outcomes.span(), Mistake::NoReactions);
                self.problems.push(problem);
            }
            let checked = outcomes.value().iter().map(|entry| self.expectation(entry));
            let checked: Vec<Checked<HandshakeExpectation>> = checked.collect();
            let (right, wrong): (Vec<_>, Vec<_>) = checked.into_iter().partition(Result::is_ok);
            self.problems.extend(wrong.into_iter().filter_map(Result::err));
            right.into_iter().flatten().collect()
        });
        HandshakeScript { ours: request.or(response), outcomes }
    }

    fn needs_testee(&mut self, modifier: &'static str, testee: Role, span: Span) {
        self.problems.extend(self.only_for(modifier, testee, span).err());
    }

    fn only_for(&self, modifier: &'static str, testee: Role, span: Span) -> Checked<()> {
        if self.testee == Some(testee) {
            return Ok(());
        }
        let needs = match testee {
            Role::Server => "`testee = \"server\"`",
            Role::Client => "`testee = \"client\"`",
        };
        Err(Problem::new(span, Mistake::Needs { modifier, needs }))
    }

    fn request(&mut self, entry: &RequestEntry) -> RequestEdits {
        RequestEdits {
            method: self.optional_text(entry.method.as_ref()),
            target: self.optional_text(entry.target.as_ref()),
            version: self.optional_text(entry.version.as_ref()),
            subprotocols: entry.subprotocols.clone(),
            eager: is_set(entry.eager.as_ref()),
            clear_text: is_set(entry.clear_text.as_ref()),
            head: self.head(&entry.head(), &REQUEST_FIELDS),
        }
    }

    fn response(&mut self, entry: &ResponseEntry) -> ResponseEdits {
        ResponseEdits {
            accept: entry.accept.as_ref().map(|mistake| *mistake.value()),
            head: self.head(&entry.head(), &RESPONSE_FIELDS),
        }
    }

    fn head(&mut self, entry: &HeadEntry<'_>, fields: &[&str]) -> HeadEdits {
        for name in entry.without {
            let known = |field: &&str| field.eq_ignore_ascii_case(name.value());
            if !fields.iter().any(known) {
                let unknown = Mistake::NotOurField {
                    name: name.value().clone(),
                    near: near_misses(name.value(), fields.iter().copied()),
                };
                self.problems.push(Problem::new(name.span(), unknown));
            }
        }
        for line in entry.with {
            if !has_colon(line.value()) {
                self.problems.push(Problem::new(line.span(), Mistake::NoFieldLine));
            }
        }
        HeadEdits {
            line: self.optional_text(entry.line),
            without: entry.without.iter().map(|name| name.value().clone()).collect(),
            with: self.texts(entry.with),
            also: self.texts(entry.also),
            first: self.texts(entry.first),
            line_end: self.optional_text(entry.line_end),
            end: self.optional_text(entry.end),
            before: self.optional_text(entry.before).unwrap_or_default(),
            body: self.optional_text(entry.body).unwrap_or_default(),
            chop: entry.chop.map(|size| *size.value()),
        }
    }

    fn optional_text(&mut self, entry: Option<&At<PayloadEntry>>) -> Option<HeadText> {
        entry.map(|entry| self.text(entry))
    }

    fn texts(&mut self, entries: &[At<PayloadEntry>]) -> Vec<HeadText> {
        entries.iter().map(|entry| self.text(entry)).collect()
    }

    fn text(&mut self, entry: &At<PayloadEntry>) -> HeadText {
        let mut parts = Vec::new();
        add_parts(entry.value(), &mut parts, self.seeds);
        HeadText::new(parts)
    }

    fn expectation(&self, at: &At<ReactionEntry>) -> Checked<HandshakeExpectation> {
        let entry = at.value();
        let reaction = self.reaction(at)?;
        // A server that sends no head has no fields.
        let headless = matches!(reaction, Reaction::Dropped | Reaction::Silent);
        let mut conditions = entry.has.iter().chain(&entry.lacks);
        if let (true, Some(Role::Server), Some(first)) = (headless, self.testee, conditions.next())
        {
            let modifier = if entry.has.is_empty() { "lacks" } else { "has" };
            let needs = "a response: `opened` or `status`";
            return Err(Problem::new(first.span(), Mistake::Needs { modifier, needs }));
        }
        let interim = match &entry.interim {
            Some(status) => {
                self.only_for("interim", Role::Server, status.span())?;
                let allowed = "100 to 199";
                let status = in_range("interim", status, 100..=199, allowed)?;
                Some(status as u16)
            }
            None => None,
        };
        Ok(HandshakeExpectation {
            verdict: *entry.verdict.value(),
            reaction,
            has: conditions_of(&entry.has)?,
            lacks: conditions_of(&entry.lacks)?,
            interim,
            breaks: named(&entry.breaks),
        })
    }

    /// The one kind that there is.
    fn reaction(&self, at: &At<ReactionEntry>) -> Checked<Reaction> {
        let entry = at.value();
        let mut kinds = Vec::new();
        for (key, flag, reaction) in [
            ("opened", &entry.opened, Reaction::Opened),
            ("dropped", &entry.dropped, Reaction::Dropped),
            ("closed", &entry.closed, Reaction::Closed),
            ("silent", &entry.silent, Reaction::Silent),
        ] {
            if let Some(flag) = flag {
                only_true(key, flag)?;
                kinds.push(reaction);
            }
        }
        if let Some(closed) = &entry.closed {
            self.only_for("closed", Role::Client, closed.span())?;
        }
        if let Some(status) = &entry.status {
            self.only_for("status", Role::Server, status.span())?;
            kinds.push(Reaction::Status(status.value().clone()));
        }
        let found = if kinds.is_empty() { "none" } else { "several" };
        match (kinds.pop(), kinds.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(Problem::new(at.span(), Mistake::ReactionKinds(found))),
        }
    }
}

fn conditions_of(entries: &[At<String>]) -> Checked<Vec<FieldCondition>> {
    let condition = |entry: &At<String>| {
        FieldCondition::parse(entry.value())
            .ok_or_else(|| Problem::new(entry.span(), Mistake::NoCondition(entry.value().clone())))
    };
    entries.iter().map(condition).collect()
}

fn add_parts(entry: &PayloadEntry, parts: &mut Vec<HeadPart>, seeds: &mut Seeds) {
    match entry {
        PayloadEntry::Text(text) => parts.extend(HeadText::parts_of(text)),
        PayloadEntry::Joined(entries) => {
            entries.iter().for_each(|entry| add_parts(entry, parts, seeds));
        }
        octets => parts.push(HeadPart::Octets(octets.payload(seeds))),
    }
}

/// Whether a field line, as written, has a colon.
fn has_colon(entry: &PayloadEntry) -> bool {
    match entry {
        PayloadEntry::Text(text) => text.contains(':'),
        PayloadEntry::Octets(octets) | PayloadEntry::Fill { unit: octets, .. } => {
            octets.contains(&b':')
        }
        PayloadEntry::Joined(entries) => entries.iter().any(has_colon),
        PayloadEntry::Random(_) | PayloadEntry::Sample { .. } => false,
    }
}
fn is_set(flag: Option<&At<bool>>) -> bool {
    flag.is_some_and(|flag| *flag.value())
}
