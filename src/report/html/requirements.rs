//! What the RFCs demand, and how the agents fared.

use crate::{
    case::RequirementId,
    judge::Verdict,
    report::{escape::printable, section},
};

use super::link::Link;

/// A requirement that can be seen on the agents of a run. [`coverage`](crate::coverage) makes it,
/// which knows the requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementRow {
    /// Its name.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: String,
    /// What it demands, in a sentence.
    pub text: String,
    /// For each agent, how it fared; none where nothing of the run tried it.
    pub fares: Vec<Option<Verdict>>,
    /// How many cases exercise it.
    pub cases: usize,
    /// Why nothing exercises it at all, if nothing does.
    pub reason: Option<String>,
}

/// The requirements of one top section of an RFC.
#[derive(Debug)]
pub struct Group {
    /// The section.
    pub section: String,
    /// Its requirements.
    pub rows: Vec<Row>,
    /// How many of them some agent breaks.
    pub broken: usize,
}

/// A requirement as the page has it.
#[derive(Debug)]
pub struct Row {
    /// Its name.
    pub id: String,
    /// Its section.
    pub section: Link,
    /// How strongly it binds.
    pub level: String,
    /// What it demands.
    pub text: String,
    /// How each agent fared.
    pub fares: Vec<Option<Verdict>>,
    /// How many cases exercise it.
    pub cases: usize,
    /// Why nothing does; may be empty.
    pub reason: String,
}

/// The requirements under their sections, in their order.
pub fn groups(rows: &[RequirementRow]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let section = top_section(&row.id);
        if groups.last().is_none_or(|last| last.section != section) {
            groups.push(Group { section, rows: Vec::new(), broken: 0 });
        }
        let Some(group) = groups.last_mut() else {
            continue;
        };
        let fails = |fare: &Option<Verdict>| fare.is_some_and(|it| it >= Verdict::Fail);
        group.broken += usize::from(row.fares.iter().any(fails));
        group.rows.push(Row::of(row));
    }
    groups
}

/// `RFC 6455 §5` for `rfc6455-5.2-2`.
fn top_section(id: &RequirementId) -> String {
    let whole = section(id);
    match whole.split_once('.') {
        Some((top, _)) => top.to_owned(),
        None => whole,
    }
}

impl Row {
    fn of(row: &RequirementRow) -> Self {
        Self {
            id: printable(&row.id.0),
            section: Link::to(section(&row.id)),
            level: row.level.clone(),
            text: printable(&row.text),
            fares: row.fares.clone(),
            cases: row.cases,
            reason: row.reason.as_deref().map(printable).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_under_their_top_section() {
        let row = |id: &str, fare| RequirementRow {
            id: RequirementId(id.to_owned()),
            level: "MUST".to_owned(),
            text: "Do.".to_owned(),
            fares: vec![fare],
            cases: 1,
            reason: None,
        };
        let rows = [
            row("rfc6455-5.1-1", Some(Verdict::Pass)),
            row("rfc6455-5.2-1", Some(Verdict::Fail)),
            row("rfc7692-7-1", None),
        ];
        let groups: Vec<_> = groups(&rows)
            .into_iter()
            .map(|group| (group.section, group.rows.len(), group.broken))
            .collect();
        assert_eq!(groups, [("RFC 6455 §5".to_owned(), 2, 1), ("RFC 7692 §7".to_owned(), 1, 0)]);
    }
}
