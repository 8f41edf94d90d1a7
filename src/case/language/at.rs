//! A value that knows where in its file it stands.

use std::{borrow::Cow, ops::Range};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// Octets of a file's text, from and to.
pub type Span = Range<usize>;

/// A value and its place in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct At<T>(toml::Spanned<T>);

impl<T> At<T> {
    /// The value.
    pub fn value(&self) -> &T {
        self.0.get_ref()
    }

    /// Its place.
    pub fn span(&self) -> Span {
        self.0.span()
    }
}

/// For an editor, a value may also be the place in a family that waits for a row's value.
impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}OrPlace", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let of_value = generator.subschema_for::<T>();
        if of_value.get("type").is_some_and(|kind| kind == "string") {
            return of_value;
        }
        json_schema!({ "anyOf": [of_value, { "type": "string", "pattern": "^\\{[A-Za-z0-9_-]+\\}$" }] })
    }
}
