//! From a case and a transcript to a verdict. Pure: no clock, no socket.
//!
//! A verdict comes with its reasons as data ([`Reason`]), which `words` makes sentences of.
//!
//! Two answers, neither computed from the other: ours ([`judge`], which follows the RFC and takes
//! conduct, closing and the wire rules together) and Autobahn's (its own algorithm, replayed on
//! our transcript, for its own cases).

mod autobahn;
mod class;
mod closing;
mod conduct;
mod deviation;
mod fields;
mod handshake;
mod observe;
mod outcome;
mod reason;
mod rules;
mod time;
mod verdict;

pub use closing::{Ending, judge as judge_closing};
pub use conduct::{ended_testee, is_ordinary_closing, judge, judge_in_run, not_played};
pub use handshake::{AfterHandshake, goes_on_when_open, judge as judge_handshake};
pub use observe::{Eyes, Observed, Observer};
pub use outcome::{Fit, awaited, fit, matches, record_of};
pub use reason::{
    CloseCause, Deviation, Difference, Ended, Events, ExpectedEnd, NotPlayed, OpeningAct,
    OpeningReason, OurClose, Reason, Unmet, WrongEvents,
};
pub use rules::{
    Across, RULES, Rule, broken_rules, counting_in, requirements_broken_by, rule_broken_by,
};
pub use time::{RestsOn, fails, rests_on_time};
pub use verdict::{AutobahnVerdict, Behavior, Breach, BrokenRule, Judgement, Verdict};
