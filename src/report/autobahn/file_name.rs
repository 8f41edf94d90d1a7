//! From agents to file names. A name that a peer chose never becomes a path: what is left of it
//! are the characters a-z, 0-9 and `_`, and not too many of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{case::CaseId, report::AgentReport};

/// Characters of an agent's name that its file names keep.
const STEM_MAX: usize = 100;

/// What the file names of an agent begin with, by Autobahn's rule: lower case, and `_` for every
/// character outside a-z and 0-9, but none at the ends. Cut to 100 characters, which Autobahn does
/// not do.
#[must_use]
pub fn file_stem(agent: &str) -> String {
    let spaced: String = agent
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { ' ' })
        .collect();
    let mut stem = spaced.trim().replace(' ', "_");
    stem.truncate(STEM_MAX);
    stem
}

/// The names of a report's agents and of their files, no two the same.
///
/// Autobahn lets the later of two agents overwrite the files of the earlier one. Here the first
/// agent of a file name has it as Autobahn would, and later ones get `_2`, `_3` and so on behind
/// it; likewise ` (2)` behind the very same agent name, since the index is keyed by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentNames {
    names: Vec<(String, String)>,
}

impl AgentNames {
    /// The names for these agents.
    #[must_use]
    pub fn of(agents: &[AgentReport]) -> Self {
        let names = agents.iter().map(|agent| agent.agent.clone()).collect();
        let names = unique(names, |name, number| format!("{name} ({number})"));
        let stems = names.iter().map(|name| file_stem(name)).collect();
        let stems = unique(stems, |stem, number| format!("{stem}_{number}"));
        Self { names: names.into_iter().zip(stems).collect() }
    }

    /// The name of the agent at this position.
    #[must_use]
    pub fn agent(&self, position: usize) -> &str {
        &self.names[position].0
    }

    /// The name of its file about a case.
    #[must_use]
    pub fn file(&self, position: usize, case: &CaseId) -> String {
        self.named(position, case, "json")
    }

    /// The name of its page about a case.
    #[must_use]
    pub fn page(&self, position: usize, case: &CaseId) -> String {
        self.named(position, case, "html")
    }

    fn named(&self, position: usize, case: &CaseId, extension: &str) -> String {
        // An id is letters, digits, `-` and dots.
        let case = case.as_str().replace('.', "_");
        format!("{}_case_{case}.{extension}", self.names[position].1)
    }
}

/// Numbers all but the first of equal texts, around those that are there already.
fn unique(texts: Vec<String>, numbered: impl Fn(&str, usize) -> String) -> Vec<String> {
    let mut taken: BTreeSet<String> = texts.iter().cloned().collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    texts
        .into_iter()
        .map(|text| {
            let count = seen.entry(text.clone()).or_default();
            *count += 1;
            if *count == 1 {
                return text;
            }
            let name = (*count..)
                .map(|number| numbered(&text, number))
                .find(|name| taken.insert(name.clone()));
            name.expect("there are more numbers than agents")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(agents: &[&str]) -> AgentNames {
        let agents: Vec<AgentReport> = agents
            .iter()
            .map(|agent| AgentReport {
                agent: (*agent).to_owned(),
                url: String::new(),
                cases: Vec::new(),
            })
            .collect();
        AgentNames::of(&agents)
    }

    fn files(agents: &[&str]) -> Vec<String> {
        let names = names(agents);
        let case = "1.2.10".parse().unwrap();
        (0..agents.len()).map(|position| names.file(position, &case)).collect()
    }

    #[test]
    fn follows_autobahns_rule() {
        assert_eq!(file_stem("A B.c/D-_1"), "a_b_c_d__1");
        assert_eq!(file_stem("  WebSocket++/0.8  "), "websocket___0_8");
        assert_eq!(file_stem("UnknownServer"), "unknownserver");
        assert_eq!(file_stem("../../etc/passwd"), "etc_passwd");
        assert_eq!(file_stem("***"), "");
    }

    #[test]
    fn agents_do_not_overwrite_each_other() {
        assert_eq!(
            files(&["a/b", "a.b", "A b 2", "a b"]),
            [
                "a_b_case_1_2_10.json",
                "a_b_3_case_1_2_10.json",
                "a_b_2_case_1_2_10.json",
                "a_b_4_case_1_2_10.json"
            ]
        );
    }

    #[test]
    fn agents_of_the_same_name_are_told_apart() {
        let names = names(&["x", "x", "x (2)"]);
        assert_eq!([names.agent(0), names.agent(1), names.agent(2)], ["x", "x (3)", "x (2)"]);
    }

    #[test]
    fn long_names_are_cut_and_still_differ() {
        let long = "a".repeat(5000);
        let [first, second] = &files(&[&long, &format!("{long}b")])[..] else { unreachable!() };
        assert_ne!(first, second);
        assert!(first.len() < 140 && second.len() < 140);
    }

    proptest! {
        #[test]
        fn any_agents_give_safe_and_distinct_file_names(
            agents in prop::collection::vec(any::<String>(), 1..6),
        ) {
            let agents: Vec<&str> = agents.iter().map(String::as_str).collect();
            let files = files(&agents);
            for file in &files {
                prop_assert!(file.len() <= 140, "{file}");
                prop_assert!(!file.starts_with('.'), "{file}");
                let safe = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
                let stem = file.strip_suffix(".json").unwrap();
                prop_assert!(stem.bytes().all(safe), "{file}");
            }
            let distinct: BTreeSet<&String> = files.iter().collect();
            prop_assert_eq!(distinct.len(), files.len());
        }
    }
}
