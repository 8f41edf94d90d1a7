//! Everything that can be wrong in a case file.

use super::near_miss::did_you_mean;
use crate::case::{CaseId, Sample};

/// Something wrong in a case file, in words for the one who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// TOML, or the shape that the language gives it, is broken.
    #[error("{0}")]
    Shape(String),
    /// Nothing of that name is known at this place.
    #[error("unknown key `{key}` in {place}, expected one of {expected}{}", did_you_mean(near))]
    UnknownKey {
        /// What was found.
        key: String,
        /// Where: "a step", "a case".
        place: String,
        /// What may stand there.
        expected: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// A key that must be there is not.
    #[error("{place} has no `{key}`")]
    Missing {
        /// Where.
        place: &'static str,
        /// The key.
        key: &'static str,
    },
    /// Two cases of one name.
    #[error("the id `{id}` is taken by the case at {first}")]
    IdTaken {
        /// The name.
        id: CaseId,
        /// Where the first stands.
        first: String,
    },
    /// A heading without cases.
    #[error("no case of this file has an id that begins with `{0}`")]
    EmptySection(CaseId),
    /// A requirement that the catalogue does not have.
    #[error("no requirement is called `{id}`{}", did_you_mean(near))]
    UnknownRequirement {
        /// What was found.
        id: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// A family whose template has an id.
    #[error("a family has no `id` of its own: every row of `each` has one")]
    FamilyWithId,
    /// A family without rows.
    #[error("`each` has no rows")]
    NoRows,
    /// A family that comes to more than anybody means.
    #[error(
        "the rows of this family make more than {most} octets of cases, together with the families before it; shorten what all rows share, or give it fewer rows"
    )]
    FamilyTooLarge {
        /// The most.
        most: usize,
    },
    /// More than anybody means.
    #[error("too many {what}: at most {most} are allowed")]
    TooMany {
        /// Of what: "steps of a case".
        what: &'static str,
        /// The most.
        most: u64,
    },
    /// A place in a family that a row does not fill.
    #[error(
        "`{{{name}}}` waits for a value, and the row at line {row_line} has no `{name}`{}",
        did_you_mean(near)
    )]
    UnfilledPlace {
        /// The place's name.
        name: String,
        /// Where the row stands.
        row_line: usize,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// A name in a row that is used nowhere.
    #[error(
        "`{name}` is no key of a case, and no string of the family is `{{{name}}}`{}",
        did_you_mean(near)
    )]
    UnusedName {
        /// The name.
        name: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// A step without a verb.
    #[error("this step has no verb; a verb is one of {0}")]
    NoVerb(String),
    /// A step with several.
    #[error("a step has one verb, this one has {0}")]
    ManyVerbs(String),
    /// A modifier that does not belong to the verb.
    #[error("`{modifier}` does not go with `{verb}`")]
    Misplaced {
        /// The modifier.
        modifier: &'static str,
        /// The verb.
        verb: &'static str,
    },
    /// A modifier without the one that it needs.
    #[error("`{modifier}` needs {needs}")]
    Needs {
        /// The modifier.
        modifier: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// Two that exclude each other.
    #[error("`{0}` and `{1}` exclude each other")]
    Exclusive(&'static str, &'static str),
    /// A number that is too small or too large.
    #[error("`{key}` is {found}, but must be {allowed}")]
    Range {
        /// Whose value it is.
        key: &'static str,
        /// The value.
        found: u64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// More of a sample in one message than the sample has.
    #[error(
        "a message of `round-trips` holds at least 1 and at most {units} units of `{sample}`, not {found}"
    )]
    SampleTooShort {
        /// Of what.
        sample: Sample,
        /// How many it has.
        units: usize,
        /// How many were asked for.
        found: u64,
    },
    /// A sample joined with other octets where each message goes on in it.
    #[error("in `round-trips` a sample stands alone: joined with other octets it would not go on")]
    JoinedSample,
    /// Octets of a frame that no step left unfinished.
    #[error("`more` goes on with an unfinished frame, but {0}")]
    NothingUnfinished(String),
    /// A pause of a name that there is already.
    #[error("there is a pause `{0}` already; `silence` could not tell them apart")]
    PauseTwice(String),
    /// A silence in a pause that there is not.
    #[error("no pause is called `{name}`{}", did_you_mean(near))]
    UnknownPause {
        /// The name.
        name: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// An echo of a message that is not sent.
    #[error("this is echo number {wanted}, but the steps {}", sends(*.sent))]
    NoSuchMessage {
        /// Which message should come back, from 1.
        wanted: usize,
        /// How many messages the steps send.
        sent: usize,
    },
    /// A number of echoes that no step can bring.
    #[error("no `round-trips` step sends {0} messages")]
    NoSuchRoundTrips(u64),
    /// An event without or with several kinds.
    #[error(
        "an event is one of `echo`, `text`, `binary`, `pong`, `silence`, `echoes`; this one {0}"
    )]
    EventKinds(String),
    /// A `true` that is the only thing that can be said.
    #[error("`{0}` can only be `true`")]
    OnlyTrue(&'static str),
    /// Something to wait for that cannot be waited for.
    #[error("`await` waits for a message or a Pong, not for `{0}`")]
    CannotAwait(&'static str),
    /// A case whose outcome nobody said.
    #[error("a case has `outcomes`, unless it is `informational`")]
    NoOutcomes,
    /// Autobahn's view of a case that Autobahn does not have.
    #[error("`autobahn` here needs `autobahn = true` at the top of the file")]
    NotAutobahns,
    /// A difference without a reason.
    #[error("say `because` Autobahn judges differently, with the section")]
    NoReason,
    /// A case that can never be compressed.
    #[error("`deflate` has neither an `offer` nor an `accept`")]
    EmptyDeflate,
    /// `handshake` without outcomes.
    #[error("`handshake` has no outcomes; without the key the connection must open")]
    NoReactions,
    /// An outcome of the handshake without or with several kinds.
    #[error(
        "an outcome of the handshake is one of `opened`, `status`, `dropped`, `closed`, `silent`; this one is {0}"
    )]
    ReactionKinds(&'static str),
    /// A condition on a field that names none.
    #[error("`{0}` is no condition on a field; write \"Name\", or \"Name: element of its list\"")]
    NoCondition(String),
    /// A field that we would leave out, but do not send.
    #[error("`without` leaves out `{name}`, which wspec does not send{}", did_you_mean(near))]
    NotOurField {
        /// The name.
        name: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// A line that takes the place of a field, and is none.
    #[error(
        "`with` has whole field lines, \"Name: value\"; a line without a colon belongs into `also` or `first`"
    )]
    NoFieldLine,
    /// A row's name that already stands for something else.
    #[error(
        "`{{{0}}}` stands for a value that is known when the case is played; give the row's value another name"
    )]
    NameOfAPlace(String),
}

/// Characters of what somebody wrote that a message repeats, at its begin and at its end.
const REPEATED: usize = 60;

/// The same of a whole sentence of TOML's or serde's, which may hold what somebody wrote.
const REPEATED_OF_A_SENTENCE: usize = 400;

impl Mistake {
    /// The same, without more of what somebody wrote than it takes to know it again.
    pub(super) fn cut(mut self) -> Self {
        match &mut self {
            Self::Shape(sentence) => cut(sentence, REPEATED_OF_A_SENTENCE),
            Self::UnknownKey { key: text, .. }
            | Self::UnknownRequirement { id: text, .. }
            | Self::UnfilledPlace { name: text, .. }
            | Self::UnusedName { name: text, .. }
            | Self::PauseTwice(text)
            | Self::UnknownPause { name: text, .. }
            | Self::NoCondition(text)
            | Self::NotOurField { name: text, .. }
            | Self::NameOfAPlace(text) => cut(text, REPEATED),
            _ => {}
        }
        self
    }
}

/// Leaves out the middle of a text that has more than twice as many characters.
fn cut(text: &mut String, most: usize) {
    let place = |(place, _): (usize, char)| place;
    let head = text.char_indices().nth(most).map(place);
    let tail = text.char_indices().rev().nth(most).map(place);
    if let (Some(head), Some(tail)) = (head, tail)
        && head < tail
    {
        text.replace_range(head..tail, " … ");
    }
}

fn sends(messages: usize) -> String {
    match messages {
        0 => "send no whole message".to_owned(),
        1 => "send only one whole message".to_owned(),
        many => format!("send only {many} whole messages"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_lose_their_middle() {
        let cut = |text: &str, most| {
            let mut text = text.to_owned();
            super::cut(&mut text, most);
            text
        };
        assert_eq!(cut("abcd", 2), "abcd");
        assert_eq!(cut("κabcdκ", 2), "κa … cdκ");
        let long = Mistake::PauseTwice("κ".repeat(1 << 20)).cut().to_string();
        assert!(long.chars().count() < 250, "{}", long.chars().count());
    }
}
