//! All that is known of one requirement, for a terminal.

use super::{AgentFare, Line, Matrix, table::View};
use crate::{
    case::CaseId,
    judge::Verdict,
    protocol::Role,
    report::{escape::printable, section, terminal::wrap},
    requirement::{Http, Observable, Requirement},
};

/// Columns that the name of a fact takes.
const LABEL: usize = 16;

/// Explains the requirement of a line of the matrix.
#[must_use]
pub fn whole(line: &Line, matrix: &Matrix, view: &View) -> String {
    let requirement = line.requirement;
    let heading =
        format!("{}  {}  {}", requirement.id, requirement.level, section(&requirement.id));
    let mut page =
        Page { text: format!("{}\n\n", view.palette.heading(heading)), width: view.width };
    for text in wrap(&requirement.text, view.width) {
        page.line(&text);
    }
    page.line("");
    about(&mut page, requirement);
    page.fact("the same event", &same(line, matrix));
    exercised(&mut page, line);
    page.fact("Autobahn", &autobahn(requirement));
    if let Some(fare) = view.fare {
        fared(&mut page, &fare.of(line), view);
    }
    page.text
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text += text.trim_end();
        self.text.push('\n');
    }

    /// A fact with its name; nothing if there is nothing to say.
    fn fact(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut label = label;
        for text in wrap(text, self.width.saturating_sub(LABEL)) {
            self.line(&format!("{label:<LABEL$}{text}"));
            label = "";
        }
    }
}

fn about(page: &mut Page, requirement: &Requirement) {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    page.fact("binds", &requirement.binds.to_string());
    page.fact("basis", &requirement.basis.to_string());
    if requirement.http() != Http::One {
        page.fact("over", &requirement.http().to_string());
    }
    let seen = match requirement.observable {
        Observable::Server => "servers under test",
        Observable::Client => "clients under test",
        Observable::Both => "servers and clients under test",
        Observable::None => "nobody",
    };
    page.fact("seen on", seen);
    page.fact("why not", &optional(&requirement.why_not));
    page.fact("to see it", &requirement.trigger);
    page.fact("right", &requirement.conforming);
    page.fact("wrong", &requirement.violation);
    page.fact("a violation is", &requirement.verdict.to_string());
    page.fact("needs", &optional(&requirement.needs));
    page.fact("note", &optional(&requirement.note));
}

/// The requirements that the same event breaks.
fn same(line: &Line, matrix: &Matrix) -> String {
    let catalogue = matrix.catalogue();
    let id = &line.requirement.id;
    let like = |other: &&Requirement| {
        other.id != *id && catalogue.representative(&other.id) == catalogue.representative(id)
    };
    let others = catalogue.requirements().iter().filter(like);
    let ids: Vec<&str> = others.map(|other| other.id.0.as_str()).collect();
    ids.join(", ")
}

fn exercised(page: &mut Page, line: &Line) {
    let on = |testee: Role| {
        let cases: Vec<&CaseId> = line.cases_for(testee).map(|case| &case.id).collect();
        let rules: Vec<&str> = line.rules_for(testee).map(|rule| rule.name).collect();
        (listed(&cases), rules.join(", "))
    };
    let testees: Vec<Role> = line.requirement.testees().collect();
    let shown: Vec<(String, String)> = testees.iter().map(|testee| on(*testee)).collect();
    // Both kinds mostly get the same.
    if let [one, other] = &shown[..]
        && one == other
    {
        page.fact("cases", &one.0);
        page.fact("rules", &one.1);
    } else {
        for (testee, (cases, rules)) in testees.iter().zip(&shown) {
            page.fact(&format!("cases, {testee}"), cases);
            page.fact(&format!("rules, {testee}"), rules);
        }
    }
    if line.requirement.why_not.is_none() {
        page.fact("not exercised", &line.reason().unwrap_or_default());
    }
}

fn fared(page: &mut Page, fares: &[AgentFare], view: &View) {
    page.line("");
    page.line(&view.palette.heading("How testees fared"));
    if fares.is_empty() {
        page.line("none was tested");
    }
    for fare in fares {
        let mut text = printable(fare.agent);
        if fare.verdict != Verdict::Pass {
            text += &format!(" ({})", listed(&fare.decisive()));
        }
        for broken in fare.touches.iter().filter_map(|touch| touch.broken) {
            text += &format!("; {}", printable(&broken.message));
        }
        page.fact(fare.verdict.name(), &text);
    }
}

fn autobahn(requirement: &Requirement) -> String {
    let mut parts = Vec::new();
    if !requirement.autobahn.is_empty() {
        let only = match requirement.autobahn_role {
            Some(role) => format!(" (with a {role})"),
            None => String::new(),
        };
        parts.push(format!("cases {}{only}", requirement.autobahn.join(", ")));
    }
    if requirement.autobahn_passive {
        parts.push("its library notices a violation on any connection".to_owned());
    }
    parts.join("; ")
}

fn listed(cases: &[&CaseId]) -> String {
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    ids.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coverage::{Fare, example},
        report::terminal::Palette,
    };

    #[track_caller]
    fn explained(id: &str) -> String {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let report = example::report();
        let fare = Fare::new(&catalogue, &report);
        let mut lines = matrix.lines().iter();
        let line = lines.find(|line| line.requirement.id.0 == id).unwrap();
        let view = View { fare: Some(&fare), width: 80, palette: Palette::PLAIN };
        whole(line, &matrix, &view)
    }

    #[test]
    fn explains_what_is_exercised() {
        insta::assert_snapshot!(explained("rfc6455-5.2-2"));
    }

    #[test]
    fn explains_what_is_not() {
        insta::assert_snapshot!(
            ["rfc6455-2-1", "rfc6455-4.2.2-8", "rfc8441-5-2"].map(explained).join("\n")
        );
    }
}
