//! Words for what the judge says: of the reasons for a verdict, one sentence.
//!
//! Everybody who shows a verdict takes its words from here, and nobody reads them again: what is to
//! be compared, grouped or ranked is a [`Reason`].

mod closing;
mod events;
mod opening;
mod quantity;

use crate::{
    judge::{BrokenRule, Judgement, NotPlayed, Reason, Verdict},
    protocol::Role,
};

pub use closing::ended;
pub use events::{event, event_list};

/// The sentence of a judgement on a testee that plays this side.
#[must_use]
pub fn message(judgement: &Judgement, testee: Role) -> String {
    sentence(&judgement.reasons, &judgement.broken, testee)
}

/// One sentence, without its full stop, of the reasons for a verdict.
#[must_use]
pub fn sentence(reasons: &[Reason], broken: &[BrokenRule], testee: Role) -> String {
    let Some((chief, rest)) = reasons.split_first() else {
        return String::new();
    };
    let words = reason(chief, broken, testee);
    match chief {
        Reason::PassedLater { .. } | Reason::Contradicted { .. } => {
            format!("{words}; before: {}", sentence(rest, broken, testee))
        }
        Reason::RuleBroken { .. } => match rest.iter().find(|one| is_wrong(one)) {
            Some(also) => format!("{words}; also, {}", reason(also, broken, testee)),
            None => words,
        },
        // After what is wrong nobody asks what was right.
        Reason::Opening(_) if is_wrong(chief) && !rest.iter().any(is_wrong) => words,
        Reason::Opening(_) if !rest.is_empty() => {
            format!("{words}; then {}", sentence(rest, broken, testee))
        }
        _ => {
            let rest = rest.iter().map(|one| format!("; {}", reason(one, broken, testee)));
            words + &rest.collect::<String>()
        }
    }
}

/// The clause of one reason.
#[must_use]
pub fn reason(reason: &Reason, broken: &[BrokenRule], testee: Role) -> String {
    match reason {
        Reason::NotPlayed(NotPlayed::NoConnection) => "no TCP connection could be made".to_owned(),
        Reason::NotPlayed(NotPlayed::Interrupted) => "the run was interrupted".to_owned(),
        Reason::NotPlayed(NotPlayed::Error(error)) => error.clone(),
        Reason::TesteeDied { how } => {
            format!("{how} during this case, even when no other case was running")
        }
        Reason::PassedLater { attempt } => format!("it passed in attempt {attempt}"),
        Reason::Contradicted { first, alone } => {
            format!("{first} at first, {alone} when it was played again alone")
        }
        Reason::CameLate { by_us } => {
            format!("that came {} ms after wspec had given up waiting", by_us / 1000)
        }
        Reason::NotOpened(act) => opening::not_opened(act, testee),
        Reason::Opening(reason) => opening::opening(reason, testee),
        Reason::NoDeflate => {
            format!("the {testee} did not agree to permessage-deflate, which it does not need to")
        }
        Reason::OfferRefused(act) => format!(
            "{} to a request with this offer of permessage-deflate, which no sentence of the RFCs \
             forbids",
            opening::did(act, testee)
        ),
        Reason::WrongEvents(wrong) => events::wrong(wrong, testee),
        Reason::WrongEnd { expected, ended } => closing::wrong_end(expected, ended, testee),
        Reason::Saw(saw) => format!("saw {}", event_list(saw)),
        Reason::Ended(end) => format!("it {}", ended(end, None)),
        Reason::RuleBroken { rule, requirement } => {
            let of_rule = |it: &&BrokenRule| it.rule == *rule && it.requirement == *requirement;
            let broken = broken.iter().find(of_rule);
            broken.map_or_else(|| format!("the rule {rule} was broken"), |it| it.message.clone())
        }
    }
}

/// Whether a reason says that something is wrong.
fn is_wrong(reason: &Reason) -> bool {
    match reason {
        Reason::Opening(opening) => opening.verdict >= Verdict::NonStrict,
        Reason::NotOpened(_) | Reason::WrongEvents(_) | Reason::WrongEnd { .. } => true,
        _ => false,
    }
}
