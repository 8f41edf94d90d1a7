//! Which cases are over soon, so that much can be made of them.

use crate::{
    case::{Case, Company, Pacing, Payload, Profile, Step},
    fuzz::shrink::Weight,
};

/// Octets, and writes, of a case that is quick.
const OCTETS_MAX: u64 = 70_000;
const WRITES_MAX: u64 = 300;

/// Whether a case is over in a moment with a testee that plays by the rules.
#[must_use]
pub fn is_quick(case: &Case) -> bool {
    case.profile == Profile::Quick
        && case.company == Company::Any
        && !case.hostile
        && Weight::of(case).octets <= OCTETS_MAX
        && case.steps.iter().map(writes).sum::<u64>() <= WRITES_MAX
}

/// In how many writes a step leaves, if each of its pieces leaves on its own.
fn writes(step: &Step) -> u64 {
    let pieces = |payload: &Payload, pacing: &Pacing| {
        let size = pacing.chop.map_or(u64::MAX, |size| size.get() as u64);
        payload.len() / size + 1
    };
    match step {
        Step::Frame(frame) => pieces(&frame.payload, &frame.pacing),
        Step::Repeat(times, frame) => {
            u64::from(times.get()) * pieces(&frame.payload, &frame.pacing)
        }
        Step::Octets(payload, pacing) => pieces(payload, pacing),
        Step::Message(message) => {
            let size = message.fragment.map_or(u64::MAX, |size| size.get());
            message.payload.len() / size + pieces(&message.payload, &message.pacing)
        }
        Step::RoundTrips(trips) => u64::from(trips.count),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    #[test]
    fn most_scripted_cases_are_quick_and_floods_are_not() {
        let cases = &embedded_cases().cases;
        let quick = cases.iter().filter(|case| is_quick(case)).count();
        assert!(quick * 2 > cases.len(), "{quick} of {}", cases.len());
        let flood = embedded_cases().get(&"9.3.1".parse().unwrap()).unwrap();
        assert!(!is_quick(flood));
    }
}
