//! What clients are told, in text messages whose layout is Autobahn's.

use serde_json::Value;

use crate::{case::Case, judge::Behavior};

/// How many cases there are.
#[must_use]
pub fn case_count(cases: usize) -> String {
    cases.to_string()
}

/// What a case is about, on one line and without markup.
#[must_use]
pub fn case_info(case: &Case) -> String {
    let text = [&case.description, &case.title].into_iter().find(|text| !text.is_empty());
    let text = text.map_or("", String::as_str);
    let plain = text.split('<').next().unwrap_or_default();
    let words: Vec<&str> = plain.split_whitespace().collect();
    format!(
        r#"{{"id": {}, "description": {}}}"#,
        Value::from(case.id.as_str()),
        Value::from(words.join(" "))
    )
}

/// How a case went.
#[must_use]
pub fn case_status(behavior: Behavior) -> String {
    format!(r#"{{"behavior": {}}}"#, Value::from(behavior.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    #[test]
    fn layout_is_autobahns() {
        let id = "1.1.1".parse().unwrap();
        let mut case = embedded_cases().get(&id).unwrap().clone();
        case.description = "Says  \"this\"\nand that.<br>More.".to_owned();
        assert_eq!(
            case_info(&case),
            r#"{"id": "1.1.1", "description": "Says \"this\" and that."}"#
        );
        case.description.clear();
        assert!(case_info(&case).contains(&case.title));
        assert_eq!(case_status(Behavior::WrongCode), r#"{"behavior": "WRONG CODE"}"#);
        assert_eq!(case_count(517), "517");
    }
}
