//! JSON objects, key by key.

use serde_json::{Map, Value};

use super::{SpecError, Warning};

/// The keys of one object. Whoever reads it takes what he knows; what is left is a warning.
#[derive(Debug)]
pub struct Keys {
    path: String,
    left: Map<String, Value>,
}

impl Keys {
    /// The object at `path` of the file; the file itself is at the empty path.
    ///
    /// # Errors
    /// It is no object.
    pub fn of(path: String, value: Value) -> Result<Self, SpecError> {
        match value {
            Value::Object(left) => Ok(Self { path, left }),
            _ if path.is_empty() => Err(SpecError::NotAnObject),
            _ => Err(SpecError::wrong_type(path, "an object", &value)),
        }
    }

    /// The name of a key, with all that it is in.
    pub fn full_name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Takes a value; null is none.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.left.remove(key).filter(|value| !value.is_null())
    }

    /// Takes a text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&mut self, key: &str) -> Result<Option<String>, SpecError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(SpecError::wrong_type(self.full_name(key), "a text", &other)),
        }
    }

    /// Takes a text that must be there.
    ///
    /// # Errors
    /// It is not there, or something else.
    pub fn required_text(&mut self, key: &str) -> Result<String, SpecError> {
        let missing = SpecError::Missing(self.full_name(key));
        self.text(key)?.ok_or(missing)
    }

    /// Takes a list, each item with its name.
    ///
    /// # Errors
    /// It is something else.
    pub fn list(&mut self, key: &str) -> Result<Option<Vec<(String, Value)>>, SpecError> {
        let name = self.full_name(key);
        match self.take(key) {
            None => Ok(None),
            Some(Value::Array(items)) => {
                let named = items.into_iter().enumerate();
                Ok(Some(
                    named.map(|(position, item)| (format!("{name}[{position}]"), item)).collect(),
                ))
            }
            Some(other) => Err(SpecError::wrong_type(name, "a list", &other)),
        }
    }

    /// Takes a list of texts.
    ///
    /// # Errors
    /// It is something else.
    pub fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, SpecError> {
        let Some(items) = self.list(key)? else {
            return Ok(None);
        };
        let texts = items.into_iter().map(|(name, item)| match item {
            Value::String(text) => Ok(text),
            other => Err(SpecError::wrong_type(name, "a text", &other)),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// Takes an object; one that is not there is empty.
    ///
    /// # Errors
    /// It is something else.
    pub fn object(&mut self, key: &str) -> Result<Self, SpecError> {
        let value = self.take(key).unwrap_or_else(|| Map::new().into());
        Self::of(self.full_name(key), value)
    }

    /// The names of the keys that are left.
    pub fn names(&self) -> Vec<String> {
        self.left.keys().cloned().collect()
    }

    /// A key that means nothing here, and why.
    pub fn without_effect(&mut self, key: &str, why: &'static str, warnings: &mut Vec<Warning>) {
        if self.take(key).is_some() {
            let key = self.full_name(key);
            warnings.push(Warning::NoEffect { key, why });
        }
    }

    /// Warns of what nobody took.
    pub fn finish(self, warnings: &mut Vec<Warning>) {
        for key in self.left.keys() {
            warnings.push(Warning::UnknownKey(self.full_name(key)));
        }
    }
}
