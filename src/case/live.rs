//! Which cases suit an endpoint that is in use: one that does not echo, and that others need.

use std::fmt;

use super::{Case, Company, Need};

/// What may be done to such an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveTarget {
    /// Cases that could crash or exhaust it, or harm others who use it, may be played, too.
    pub hostile: bool,
}

/// Why a case does not suit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsuited {
    /// It needs messages back.
    NeedsEcho,
    /// It could crash or exhaust the endpoint, or harm others who use it.
    Hostile,
    /// It works the endpoint so hard that nothing may run beside it.
    Alone,
}

impl LiveTarget {
    /// Why the case does not suit; `None`: it does. One that is hostile and allowed may run alone.
    #[must_use]
    pub fn objection_to(self, case: &Case) -> Option<Unsuited> {
        if case.needs.contains(&Need::Echo) {
            Some(Unsuited::NeedsEcho)
        } else if case.hostile {
            (!self.hostile).then_some(Unsuited::Hostile)
        } else {
            (case.company == Company::Alone).then_some(Unsuited::Alone)
        }
    }
}

impl fmt::Display for Unsuited {
    /// Goes on from "left out".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeedsEcho => "for want of an echo",
            Self::Hostile => "to do no harm (`--hostile` plays them)",
            Self::Alone => "not to keep the server to ourselves",
        })
    }
}

/// How many cases were left out, for which reason.
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
pub struct LeftOut {
    /// They need an echo.
    pub needs_echo: u32,
    /// They could harm the endpoint.
    pub hostile: u32,
    /// They run alone, as they measure time.
    pub alone: u32,
}

impl LeftOut {
    /// Counts these.
    #[must_use]
    pub fn of(objections: impl IntoIterator<Item = Unsuited>) -> Self {
        let mut left_out = Self::default();
        for objection in objections {
            *match objection {
                Unsuited::NeedsEcho => &mut left_out.needs_echo,
                Unsuited::Hostile => &mut left_out.hostile,
                Unsuited::Alone => &mut left_out.alone,
            } += 1;
        }
        left_out
    }

    /// How many in all.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.needs_echo + self.hostile + self.alone
    }
}

impl fmt::Display for LeftOut {
    /// `336 cases left out: 306 for want of an echo, 30 to do no harm, ...`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cases = if self.total() == 1 { "case" } else { "cases" };
        write!(f, "{} {cases} left out", self.total())?;
        let reasons = [
            (self.needs_echo, Unsuited::NeedsEcho),
            (self.hostile, Unsuited::Hostile),
            (self.alone, Unsuited::Alone),
        ];
        let mut gap = ": ";
        for (count, reason) in reasons.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{gap}{count} {reason}")?;
            gap = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_said_with_its_reason() {
        let objections = [Unsuited::Hostile, Unsuited::NeedsEcho, Unsuited::NeedsEcho];
        let left_out = LeftOut::of(objections);
        insta::assert_snapshot!(
            left_out,
            @"3 cases left out: 2 for want of an echo, 1 to do no harm (`--hostile` plays them)"
        );
        assert_eq!(LeftOut::default().to_string(), "0 cases left out");
    }
}
