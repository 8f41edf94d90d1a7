//! The catalogue of requirements against the cases and rules that exercise them.

use wspec::{case::embedded_cases, protocol::Role, requirement::Catalogue};

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
