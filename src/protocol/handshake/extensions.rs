//! The `Sec-WebSocket-Extensions` field (RFC 6455 §9.1).

use super::lines::is_token;
use crate::protocol::deflate::EXTENSION_NAME;

/// One element of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The extension's token.
    pub name: String,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
}

/// A parameter of an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its token.
    pub name: String,
    /// Its value, without quotes.
    pub value: Option<String>,
}

impl Extension {
    /// Whether it is permessage-deflate.
    #[must_use]
    pub fn is_deflate(&self) -> bool {
        self.name.eq_ignore_ascii_case(EXTENSION_NAME)
    }
}

/// Reads a field value; empty elements of the list are skipped (RFC 9110 §5.6.1).
///
/// # Errors
/// The part that is not of the field's grammar.
pub fn parse_extensions(value: &str) -> Result<Vec<Extension>, String> {
    elements(value).map(parse_extension).collect()
}

/// Reads as many elements of a field value as are of its grammar. Gives the first part that is
/// not, too.
pub(super) fn understood_extensions(value: &str) -> (Vec<Extension>, Option<String>) {
    let mut malformed = None;
    let understood = elements(value).filter_map(|element| match parse_extension(element) {
        Ok(extension) => Some(extension),
        Err(part) => {
            malformed.get_or_insert(part);
            None
        }
    });
    (understood.collect(), malformed)
}

fn elements(value: &str) -> impl Iterator<Item = &str> {
    split_outside_quotes(value, ',')
        .into_iter()
        .map(str::trim)
        .filter(|element| !element.is_empty())
}

fn parse_extension(element: &str) -> Result<Extension, String> {
    let mut parts = split_outside_quotes(element, ';').into_iter().map(str::trim);
    let name = token(parts.next().unwrap_or_default())?;
    let parameters = parts.map(parse_parameter).collect::<Result<_, _>>()?;
    Ok(Extension { name, parameters })
}

fn parse_parameter(part: &str) -> Result<Parameter, String> {
    let Some((name, value)) = part.split_once('=') else {
        return Ok(Parameter { name: token(part)?, value: None });
    };
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    // "the value after quoted-string unescaping MUST conform to the 'token' ABNF" (§9.1)
    let value = quoted.map_or_else(|| value.to_owned(), |value| value.replace('\\', ""));
    Ok(Parameter { name: token(name.trim())?, value: Some(token(&value)?) })
}

fn token(text: &str) -> Result<String, String> {
    if is_token(text) { Ok(text.to_owned()) } else { Err(text.to_owned()) }
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_parameters_and_quotes() {
        let extensions = parse_extensions(r#"foo, , bar; baz=2; q="a" ; flag"#).unwrap();
        assert_eq!(extensions.len(), 2);
        assert_eq!(extensions[0].name, "foo");
        let parameters: Vec<_> = extensions[1]
            .parameters
            .iter()
            .map(|p| (p.name.as_str(), p.value.as_deref()))
            .collect();
        assert_eq!(parameters, [("baz", Some("2")), ("q", Some("a")), ("flag", None)]);
        assert_eq!(parse_extensions(""), Ok(vec![]));
    }

    #[test]
    fn what_is_no_token_is_named() {
        for wrong in ["foo;", "a b", "foo; =1", "foo; a=", r#"foo; a="x y""#, "@"] {
            assert!(parse_extensions(wrong).is_err(), "{wrong}");
        }
    }
}
