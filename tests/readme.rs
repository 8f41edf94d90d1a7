//! The README's table of chapters says what the cases are, so that no figure there grows old.

use std::fmt::Write as _;

use wspec::{
    case::{Case, Chapter, Profile, embedded_cases},
    protocol::Role,
};

/// The table, as it has to stand in the README.
fn table_of_chapters() -> String {
    let set = embedded_cases();
    let mut table = String::from(
        "| chapter | about | for servers | for clients | only in `full` |\n|---|---|---|---|---|\n",
    );
    let mut chapters: Vec<&Chapter> = set.chapters.iter().collect();
    chapters.dedup_by_key(|chapter| &chapter.name);
    for chapter in chapters {
        let cases: Vec<&Case> =
            (set.cases.iter()).filter(|case| case.chapter == chapter.name).collect();
        let count = |role| cases.iter().filter(|case| case.is_for(role)).count();
        let full = (cases.iter()).filter(|case| case.profile == Profile::Full).count();
        let full = match full {
            0 => String::new(),
            all if all == cases.len() => "all".to_owned(),
            some => some.to_string(),
        };
        let (servers, clients) = (count(Role::Server), count(Role::Client));
        let (name, title) = (&chapter.name, &chapter.title);
        writeln!(table, "| {name} | {title} | {servers} | {clients} | {full} |")
            .expect("a String takes all");
    }
    table
}

#[test]
fn chapters_in_the_readme_are_those_of_the_cases() {
    let table = table_of_chapters();
    let is_there = include_str!("../README.md").contains(&table);
    assert!(is_there, "README.md should have this table:\n\n{table}");
}
