//! From a case that a program made to one that a case file has.

use super::sound::make_sound;
use crate::{
    case::{Case, CaseId, SourceFile, known_requirements, read_cases, write},
    fuzz::generate::{Guide, complete},
};

/// The case as it would be read from its file: under this id, with what the oracle expects of it;
/// `None` if the language does not allow it.
#[must_use]
pub fn settle(case: &Case, id: CaseId, guide: &Guide) -> Option<Case> {
    let mut settled = Case { id, ..case.clone() };
    make_sound(&mut settled.steps, guide.testee.peer());
    complete(&mut settled, guide);
    let file = SourceFile { name: "settled.toml", text: &write(&settled, "fuzz") };
    let mut read = read_cases(&[file], known_requirements()).ok()?;
    read.cases.pop()
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;

    use super::*;
    use crate::{
        fuzz::generate::{generate, octets_of_seed},
        protocol::Role,
    };

    #[test]
    fn what_is_generated_can_be_written_and_read() {
        for testee in [Role::Server, Role::Client] {
            let guide = Guide::new(testee, true);
            for seed in 0..200 {
                let octets = octets_of_seed(seed);
                let case = generate(&mut Unstructured::new(&octets), &guide).case;
                let id: CaseId = "fuzz".parse().unwrap();
                let settled = settle(&case, id.clone(), &guide);
                let settled = settled.unwrap_or_else(|| panic!("{}", write(&case, "fuzz")));
                let again = settle(&settled, id, &guide).unwrap();
                assert_eq!(again, settled);
            }
        }
    }
}
