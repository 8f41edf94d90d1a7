//! What TOML and serde say of a file's shape, in the language's words.

use super::{Mistake, at::Span, near_miss::near_misses, problems::Problem};

/// Octets of a value that a message writes as it should be.
const SHOWN_MAX: usize = 40;

/// serde's message in the language's words.
pub fn problem_of(error: &toml::de::Error, place: &str, around: Span, text: &str) -> Problem {
    let span = error.span().unwrap_or(around);
    let message = error.message();
    let Some(unknown) = message.strip_prefix("unknown field `") else {
        let hint = array_hint(message, text.get(span.clone()).unwrap_or_default());
        return Problem::new(span, Mistake::Shape(plain_words(message) + &hint));
    };
    let (key, rest) = unknown.split_once('`').unwrap_or((unknown, ""));
    let expected = rest.split_once("expected ").map_or(rest, |(_, keys)| keys);
    let expected = expected.strip_prefix("one of ").unwrap_or(expected);
    let near = near_misses(key, expected.split('`').skip(1).step_by(2));
    let mistake = Mistake::UnknownKey {
        key: key.to_owned(),
        place: place_of(error, place),
        expected: expected.to_owned(),
        near,
    };
    Problem::new(span, mistake)
}

/// How to write an array of one, where that one stands alone.
fn array_hint(message: &str, found: &str) -> String {
    let wants_array =
        message.starts_with("invalid type: ") && message.ends_with("expected a sequence");
    let is_short = !found.is_empty() && found.len() <= SHOWN_MAX && !found.contains('\n');
    if wants_array && is_short { format!("; write `[{found}]`") } else { String::new() }
}

/// What the innermost table is that an error speaks of.
fn place_of(error: &toml::de::Error, outermost: &str) -> String {
    // The path of keys is only in the error's display, on the line after the message.
    let display = error.to_string();
    let path =
        display.rsplit_once("in `").map_or("", |(_, path)| path.trim_end().trim_end_matches('`'));
    let place = match path.rsplit('.').next().unwrap_or_default() {
        "" => outermost,
        "steps" => "a step",
        "outcomes" => "an outcome",
        "saw" | "await" => "an event",
        "close" if path == "close" || path == "autobahn.close" => "a close expectation",
        "section" => "a section",
        "accept" => "an accept rule",
        "handshake" => "an outcome of the handshake",
        key @ ("autobahn" | "deflate" | "request" | "response") => return format!("`{key}`"),
        _ => "a payload",
    };
    place.to_owned()
}

fn plain_words(message: &str) -> String {
    [
        ("missing field", "missing key"),
        ("duplicate field", "duplicate key"),
        ("invalid type: ", "found "),
        ("invalid value: ", "found "),
        ("a sequence", "an array"),
        ("sequence", "array"),
        ("found map", "found a table"),
        ("string \"", "the text \""),
        ("integer `", "the number `"),
        ("floating point `", "the number `"),
        ("boolean `", "`"),
        ("expected u64", "expected a whole number from 0"),
        ("expected u8", "expected a whole number from 0"),
        ("expected a nonzero u64", "expected a whole number from 1"),
        ("expected a nonzero usize", "expected a whole number from 1"),
        ("expected a boolean", "expected true or false"),
        ("unknown variant", "unknown word"),
    ]
    .into_iter()
    .fold(message.to_owned(), |text, (serdes, ours)| text.replace(serdes, ours))
}
