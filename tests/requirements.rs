//! The catalogue of requirements against the cases and rules that exercise them.

use wspec::{
    case::embedded_cases,
    coverage::{Matrix, summary::shares},
    protocol::Role,
    requirement::Catalogue,
};

#[test]
fn a_case_exercises_only_what_its_testees_show() {
    let catalogue = Catalogue::embedded();
    let mut troubles = Vec::new();
    for case in &embedded_cases().cases {
        for id in &case.requirements {
            let requirement = catalogue.get(id).expect("the loader knows no others");
            let mut testees = [Role::Server, Role::Client].into_iter();
            let is_shown = testees.any(|it| case.is_for(it) && requirement.shows_on(it));
            if !is_shown {
                troubles.push(format!("{}: {id}: {}", case.id, requirement.text));
            }
        }
    }
    assert!(
        troubles.is_empty(),
        "no testee that gets these cases could show a violation of these requirements; name others, \
         or correct `observable` in the catalogue:\n{}",
        troubles.join("\n")
    );
}

#[test]
fn every_observable_must_is_exercised() {
    let cases = &embedded_cases().cases;
    let matrix = Matrix::new(Catalogue::embedded(), cases);
    let lacking: Vec<String> = shares(&matrix)
        .into_iter()
        .filter(|share| !share.lacking.is_empty())
        .map(|share| format!("{}: {:?}", share.testee, share.lacking))
        .collect();
    assert!(
        lacking.is_empty(),
        "these MUST and MUST NOT can be seen over HTTP/1.1, and no case or rule exercises them; \
         write one, or say in the catalogue why they cannot be seen:\n{}",
        lacking.join("\n")
    );
}
