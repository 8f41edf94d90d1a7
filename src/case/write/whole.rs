//! A case file of one case.

use std::fmt::Display;

use super::{
    close::close,
    handshake::{expectation, request, response},
    inline::{Table, list, long_list, string, word},
    outcome::Outcomes,
    step::step,
};
use crate::case::{
    AutobahnView, Case, CloseExpectation, Company, Compare, DeflateScript, GiveUp, OurHead,
    Profile, language::Seeds,
};

/// The text of a case file that has this case and no other. `chapter_title` says what the chapter
/// is about, in a few words.
#[must_use]
pub fn write(case: &Case, chapter_title: &str) -> String {
    let mut file = Lines::default();
    file.key("chapter", string(&case.chapter));
    file.key("title", string(chapter_title));
    if case.profile != Profile::default() {
        file.key("profile", word(case.profile));
    }
    if case.autobahn.is_some() {
        file.key("autobahn", true);
    }
    format!("{}\n[[case]]\n{}", file.0, case_table(case))
}

/// Keys with their values, a line each.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn key(&mut self, key: &str, value: impl Display) {
        self.0 += &format!("{key} = {value}\n");
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.key(key, list(values));
        }
    }

    fn flag(&mut self, key: &str, set: bool) {
        if set {
            self.key(key, true);
        }
    }
}

fn case_table(case: &Case) -> String {
    let mut seeds = Seeds::of(case.id.as_str());
    let mut lines = Lines::default();
    introduce(case, &mut lines);
    script_handshake(case, &mut lines, &mut seeds);
    if let Some(script) = &case.deflate {
        lines.key("deflate", deflate(script));
    }
    let scripted = !case.handshake.is_empty();
    if !(case.steps.is_empty() && scripted) {
        let steps = case.steps.iter();
        let steps: Vec<String> =
            steps.map(|one| step(one, case.deflate.is_some(), &mut seeds)).collect();
        lines.key("steps", long_list(&steps));
    }
    let may_open = case.handshake.may_open();
    let mut outcomes = Outcomes::of(&case.steps, &mut seeds);
    if !case.outcomes.is_empty() || (may_open && !case.informational) {
        let written = case.outcomes.iter();
        let written: Vec<String> = written.map(|one| outcomes.outcome(one)).collect();
        lines.key("outcomes", long_list(&written));
    }
    if may_open || case.close != CloseExpectation::NONE {
        lines.key("close", close(&case.close));
    }
    if case.give_up != GiveUp::default() {
        lines.key("give-up", word(case.give_up));
    }
    lines.flag("informational", case.informational);
    lines.flag("alone", case.company == Company::Alone);
    lines.flag("delicate", case.company == Company::Delicate);
    if let Some(view) = &case.autobahn {
        autobahn(case, view, &mut outcomes, &mut lines);
    }
    lines.0
}

/// What it is called, whom it is for and what it shows.
fn introduce(case: &Case, lines: &mut Lines) {
    lines.key("id", string(case.id.as_str()));
    lines.key("title", string(&case.title));
    if !case.description.is_empty() {
        lines.key("description", string(&case.description));
    }
    let requirements = case.requirements.iter();
    let requirements: Vec<String> = requirements.map(|one| string(&one.0)).collect();
    lines.key("requirements", list(&requirements));
    let bugs: Vec<String> = case.bugs.iter().map(|bug| string(bug)).collect();
    lines.list("bugs", &bugs);
    if let Some(testee) = case.testee {
        lines.key("testee", word(testee));
    }
    let needs: Vec<String> = case.needs.iter().map(word).collect();
    lines.list("needs", &needs);
    lines.flag("hostile", case.hostile);
}

fn script_handshake(case: &Case, lines: &mut Lines, seeds: &mut Seeds) {
    match &case.handshake.ours {
        Some(OurHead::Request(edits)) => lines.key("request", request(edits, seeds)),
        Some(OurHead::Response(edits)) => lines.key("response", response(edits, seeds)),
        None => {}
    }
    let outcomes: Vec<String> = case.handshake.outcomes.iter().map(expectation).collect();
    if !outcomes.is_empty() {
        lines.key("handshake", long_list(&outcomes));
    }
}

fn deflate(script: &DeflateScript) -> Table {
    let offers: Vec<String> = script.offers.iter().map(|offer| string(offer)).collect();
    let accept: Vec<String> = script
        .accept
        .iter()
        .map(|rule| {
            let window = (rule.client_window > 0).then_some(rule.client_window);
            Table::default()
                .with_flag("client-no-context-takeover", rule.client_no_context_takeover)
                .with_some("client-window", window)
                .to_string()
        })
        .collect();
    Table::default().with_list("offer", &offers).with_list("accept", &accept)
}

/// What of Autobahn's view is not the case's own.
fn autobahn(case: &Case, view: &AutobahnView, outcomes: &mut Outcomes<'_>, lines: &mut Lines) {
    let Some(because) = &view.because else {
        return;
    };
    let mut table = Table::default();
    if view.outcomes != case.outcomes {
        let written = view.outcomes.iter();
        let written: Vec<String> = written.map(|one| outcomes.outcome(one)).collect();
        table = table.with("outcomes", list(&written));
    }
    if view.close != case.close {
        table = table.with("close", close(&view.close));
    }
    if view.compare != Compare::default() {
        table = table.with("compare", word(view.compare));
    }
    lines.key("autobahn", table.with("because", string(because)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{SourceFile, embedded_cases, known_requirements, read_cases};

    fn read(text: &str) -> Case {
        let file = SourceFile { name: "written.toml", text };
        let mut set = read_cases(&[file], known_requirements())
            .unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        assert_eq!(set.cases.len(), 1);
        set.cases.remove(0)
    }

    #[test]
    fn every_embedded_case_is_read_as_it_was_written() {
        for case in &embedded_cases().cases {
            let text = write(case, "a chapter");
            assert_eq!(read(&text), *case, "{text}");
        }
    }

    #[test]
    fn a_case_looks_as_people_write_them() {
        let id = "5.3".parse().unwrap();
        let case = embedded_cases().get(&id).unwrap();
        insta::assert_snapshot!(write(case, "Fragmentation"));
    }
}
