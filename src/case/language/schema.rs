//! The JSON Schema of the case language, for editors.

use schemars::{Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::Value;

use super::entry::FileEntry;

/// The schema of a case file: draft-07, which TOML language servers understand.
#[must_use]
pub fn schema() -> Value {
    SchemaSettings::draft07()
        .with_transform(RecursiveTransform(without_null))
        .into_generator()
        .into_root_schema_for::<FileEntry>()
        .to_value()
}

/// Takes out `null`, which TOML does not have.
fn without_null(schema: &mut Schema) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else {
        return;
    };
    choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    if let [Value::Object(only)] = &choices[..] {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            if schema.get(&key).is_none() {
                schema.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{entry::CASE_KEYS, step_entry::VERBS};
    use super::*;

    fn properties(definition: &str) -> Vec<String> {
        let pointer = format!("/definitions/{definition}/properties");
        let schema = schema();
        let object = schema.pointer(&pointer).and_then(Value::as_object);
        object.unwrap_or_else(|| panic!("no {pointer} in {schema:#}")).keys().cloned().collect()
    }

    #[test]
    fn rows_may_set_every_key_of_a_case() {
        let mut known: Vec<&str> = [&CASE_KEYS[..], &["each"]].concat();
        known.sort_unstable();
        let mut found = properties("Case");
        found.sort();
        assert_eq!(found, known);
    }

    #[test]
    fn every_verb_is_a_key_of_a_step() {
        let keys = properties("Step");
        for verb in VERBS {
            assert!(keys.iter().any(|key| key == verb), "{verb}");
        }
    }

    #[test]
    fn nothing_is_null() {
        assert!(!schema().to_string().contains("null"));
    }
}
