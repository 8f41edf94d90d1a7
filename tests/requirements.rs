//! The catalogue of requirements against the cases and rules that exercise them.

use wspec::{
    case::{
        Case, Closer, Event, Outcome, OutcomeVerdict, Reaction, SourceFile, StatusPattern, Step,
        embedded_cases, read_cases,
    },
    coverage::{Matrix, summary::shares},
    protocol::Role,
    requirement::{Catalogue, RequirementId, known_requirements},
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

/// What every open connection owes, whatever the case: a Pong for a Ping, a Close for a Close
/// (RFC 6455 §5.5.2, §5.5.1).
const OWED: [&str; 2] = ["rfc6455-5.5.2-2", "rfc6455-5.5.1-9"];

fn can_fail(id: &RequirementId) -> bool {
    Catalogue::embedded().fails(id)
}

/// The places of a case where it fails without a MUST: each explicit one that names none or something
/// milder, and the implied ones if none of its requirements is a MUST.
fn fails_without_a_must(case: &Case) -> Vec<String> {
    let mut without = Vec::new();
    let mut explicit = |place: String, verdict: OutcomeVerdict, breaks: &[RequirementId]| {
        let names_musts = !breaks.is_empty() && breaks.iter().all(can_fail);
        if verdict == OutcomeVerdict::Fail && !names_musts {
            without.push(format!("{place}, which breaks {breaks:?}"));
        }
    };
    for outcome in &case.handshake.outcomes {
        explicit(outcome.in_words(case.testee), outcome.verdict, &outcome.breaks);
    }
    for outcome in &case.outcomes {
        explicit(format!("{:?}", outcome.saw), outcome.verdict, &outcome.breaks);
    }
    let own = case.outcomes.iter().filter_map(|outcome| outcome.close.as_ref());
    for close in own.chain([&case.close]) {
        for grade in &close.grades {
            explicit(format!("a Close with {:?}", grade.codes), grade.verdict, &grade.breaks);
        }
        explicit("a Close with another code".to_owned(), close.wrong_code, &[]);
    }
    if !case.informational && fails_if_nothing_fits(case) && !case.requirements.iter().any(can_fail)
    {
        without.push(format!("what no outcome has, which breaks {:?}", case.requirements));
    }
    without
}

/// Whether it fails by anything but what [`OWED`] is about and a wire rule sees.
fn fails_if_nothing_fits(case: &Case) -> bool {
    let conduct = case.outcomes.iter().all(|outcome| outcome.saw.is_some())
        && !case.outcomes.iter().any(owes_a_pong);
    let we_end_it = case.steps.iter().any(|step| matches!(step, Step::Drop(_)));
    let closing = case.close.by == Closer::Peer || case.close.by == Closer::Either && !we_end_it;
    let opens = case.handshake.outcomes.is_empty() || case.handshake.may_open();
    handshake_can_fail(case) || opens && !case.outcomes.is_empty() && (conduct || closing)
}

/// Whether all that an outcome wants is Pongs.
fn owes_a_pong(outcome: &Outcome) -> bool {
    let events = outcome.saw.iter().flatten();
    let mut pongs = events.map(|expected| matches!(expected.event, Event::Pong(_))).peekable();
    pongs.peek().is_some() && pongs.all(|is_pong| is_pong)
}

/// Whether there is a reaction that no outcome of the opening handshake has.
fn handshake_can_fail(case: &Case) -> bool {
    let always = |reaction: &Reaction| {
        case.handshake.outcomes.iter().any(|one| {
            let unconditional = one.has.is_empty() && one.lacks.is_empty() && one.interim.is_none();
            unconditional && one.reaction == *reaction
        })
    };
    let of_both = [Reaction::Opened, Reaction::Dropped, Reaction::Silent];
    let covers_statuses = (2..=5).all(|digit| {
        case.handshake.outcomes.iter().any(|one| match &one.reaction {
            Reaction::Status(patterns) => {
                let unconditional = one.has.is_empty() && one.lacks.is_empty();
                unconditional && patterns.contains(&StatusPattern::Class(digit))
            }
            _ => false,
        })
    });
    let all = of_both.iter().all(always)
        && match case.testee {
            Some(Role::Client) => always(&Reaction::Closed),
            _ => covers_statuses,
        };
    !case.handshake.outcomes.is_empty() && !all
}

#[test]
fn every_fail_names_a_must_that_it_breaks() {
    assert!(OWED.map(|id| can_fail(&RequirementId(id.to_owned()))) == [true; 2]);
    let cases = embedded_cases().cases.iter();
    let without: Vec<String> = cases
        .flat_map(|case| {
            let places = fails_without_a_must(case).into_iter();
            places.map(|place| format!("{}: {place}", case.id))
        })
        .collect();
    assert!(
        without.is_empty(),
        "these fail without breaking a MUST or MUST NOT of the catalogue; name one in `breaks` or \
         `requirements`, or make them non-strict (a SHOULD) or informational (nothing):\n{}",
        without.join("\n")
    );
}

#[test]
fn a_case_that_fails_without_a_must_is_noticed() {
    let read = |requirement: &str, outcome: &str| {
        let text = format!(
            "chapter = \"1\"\ntitle = \"T\"\n[[section]]\nid = \"1\"\ntitle = \"S\"\n[[case]]\n\
             id = \"1.1\"\ntitle = \"C\"\nrequirements = [\"{requirement}\"]\n\
             steps = [{{ text = \"a\" }}]\noutcomes = [{outcome}]\nclose = {{ by = \"us\" }}\n"
        );
        let files = [SourceFile { name: "1.toml".to_owned(), text }];
        let set = read_cases(&files, known_requirements()).unwrap();
        fails_without_a_must(&set.cases[0]).len()
    };
    let pass = "{ verdict = \"pass\", saw = [{ echo = true }] }";
    let fail = "{ verdict = \"fail\", saw = [] }";
    let named = "{ verdict = \"fail\", saw = [], breaks = [\"rfc6455-6.2-1\"] }";
    let mild = "{ verdict = \"fail\", saw = [], breaks = [\"rfc6455-7.1.1-1\"] }";
    assert_eq!(read("rfc6455-6.2-1", pass), 0);
    assert_eq!(read("rfc6455-7.1.1-1", pass), 1);
    assert_eq!(read("rfc6455-6.2-1", &format!("{pass}, {fail}")), 1);
    assert_eq!(read("rfc6455-6.2-1", &format!("{pass}, {mild}")), 1);
    assert_eq!(read("rfc6455-6.2-1", &format!("{pass}, {named}")), 0);
}
