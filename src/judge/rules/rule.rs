//! All wire rules there are.

use crate::protocol::Role;

use super::{across, frames, handshake, tls};

/// A wire rule: what no endpoint of a kind may do on any connection, whatever the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, unique among the rules.
    pub name: &'static str,
    /// The requirements that it enforces.
    pub requirements: &'static [&'static str],
    /// The kind of testee that can break it; `None`: either.
    pub testee: Option<Role>,
}

const COUNT: usize =
    handshake::RULES.len() + frames::RULES.len() + across::RULES.len() + tls::RULES.len();

/// All wire rules: of the opening handshake, of frames and messages, across connections.
pub const RULES: &[Rule] = &all();

const fn all() -> [Rule; COUNT] {
    let mut rules = [frames::RULES[0]; COUNT];
    let parts = [handshake::RULES, frames::RULES, across::RULES, tls::RULES];
    let (mut part, mut count) = (0, 0);
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            rules[count] = parts[part][at];
            count += 1;
            at += 1;
        }
        part += 1;
    }
    rules
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        protocol::{Violation, handshake::HandshakeViolation},
        requirement::{Catalogue, RequirementId},
    };

    /// The names of an enum's variants, as they are stored.
    fn variants<T: schemars::JsonSchema>() -> BTreeSet<String> {
        let schema = schemars::schema_for!(T);
        let variants = schema.get("oneOf").unwrap().as_array().unwrap();
        let names = variants.iter().flat_map(|variant| {
            let unit = variant.get("const").or_else(|| variant.get("enum"));
            match unit {
                Some(serde_json::Value::Array(names)) => names.clone(),
                Some(name) => vec![name.clone()],
                None => vec![variant["required"][0].clone()],
            }
        });
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_violation_has_the_rule_of_its_name() {
        let names = |rules: &[Rule]| -> BTreeSet<String> {
            rules.iter().map(|rule| rule.name.to_owned()).collect()
        };
        assert_eq!(names(frames::RULES), variants::<Violation>());
        assert_eq!(names(handshake::RULES), variants::<HandshakeViolation>());
        assert_eq!(names(RULES).len(), RULES.len());
    }

    #[test]
    fn the_rules_of_several_frames_and_of_tls_enforce_musts() {
        let milder = ["connecting-twice-at-once", "tls-cut"];
        for rule in across::RULES.iter().chain(tls::RULES) {
            let requirements = rule.requirements.iter();
            let mut ids = requirements.map(|id| RequirementId((*id).to_owned()));
            let is_must = ids.all(|id| Catalogue::embedded().fails(&id));
            assert_eq!(is_must, !milder.contains(&rule.name), "{}", rule.name);
        }
    }

    #[test]
    fn each_rule_enforces_requirements_that_there_are() {
        for rule in RULES {
            assert!(!rule.requirements.is_empty(), "{}", rule.name);
            for id in rule.requirements {
                let known = Catalogue::embedded().requirements();
                let known = known.iter().any(|requirement| requirement.id.0 == *id);
                assert!(known, "{}: {id}", rule.name);
            }
        }
    }
}
