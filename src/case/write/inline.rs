//! Values of TOML on one line.

use std::fmt::{Display, Write};

use crate::requirement::RequirementId;

/// A table on one line, its keys in the order in which they are added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(Vec<String>);

impl Table {
    /// A table that begins with this key.
    pub fn of(key: &str, value: impl Display) -> Self {
        Self::default().with(key, value)
    }

    /// With a further key; `value` is TOML.
    pub fn with(mut self, key: &str, value: impl Display) -> Self {
        self.0.push(format!("{key} = {value}"));
        self
    }

    /// With a further key if there is a value for it.
    pub fn with_some(self, key: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// With `key = true` if so.
    pub fn with_flag(self, key: &str, set: bool) -> Self {
        self.with_some(key, set.then_some(true))
    }

    /// With a list, unless it is empty.
    pub fn with_list(self, key: &str, values: &[String]) -> Self {
        self.with_some(key, (!values.is_empty()).then(|| list(values)))
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { f.write_str("{}") } else { write!(f, "{{ {} }}", self.0.join(", ")) }
    }
}

/// A list on one line.
pub fn list(values: &[String]) -> String {
    format!("[{}]", values.join(", "))
}

/// The ids of requirements, in quotes.
pub fn ids(requirements: &[RequirementId]) -> Vec<String> {
    requirements.iter().map(|id| string(&id.0)).collect()
}

/// A list with a line for each value, if it has more than one.
pub fn long_list(values: &[String]) -> String {
    match values {
        [] | [_] => list(values),
        _ => {
            let lines: String = values.iter().map(|value| format!("  {value},\n")).collect();
            format!("[\n{lines}]")
        }
    }
}

/// A string in quotes.
pub fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                write!(quoted, "\\u{:04X}", u32::from(control))
                    .expect("writing to a String never fails");
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The word by which a case file knows a value of such an enum.
pub fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => string(&word),
        other => unreachable!("only enums of words are written so, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_as_they_were() {
        for text in ["", "a \"b\" \\ c", "κ\n\r\t\u{0}\u{7f}\u{85}", "{name}", "\u{fffe}"] {
            let table: toml::Table = toml::from_str(&format!("s = {}", string(text))).unwrap();
            assert_eq!(table["s"].as_str(), Some(text));
        }
    }

    #[test]
    fn tables_and_lists() {
        let table =
            Table::of("ping", string("a")).with_flag("fin", false).with_some("rsv", Some(4));
        assert_eq!(table.to_string(), "{ ping = \"a\", rsv = 4 }");
        assert_eq!(Table::default().to_string(), "{}");
        assert_eq!(long_list(&["1".to_owned()]), "[1]");
        assert_eq!(long_list(&["1".to_owned(), "2".to_owned()]), "[\n  1,\n  2,\n]");
    }
}
