//! Which names say that a value is secret, and URLs without theirs.

/// What stands in the place of a secret in a URL.
const HIDDEN: &str = "***";

/// What names of secrets end with, in lower case and without separators.
const ENDINGS: [&str; 14] = [
    "authorization",
    "token",
    "secret",
    "password",
    "passwd",
    "cookie",
    "credential",
    "credentials",
    "signature",
    "jwt",
    "apikey",
    "accesskey",
    "secretkey",
    "sessionid",
];

/// Whole names of secrets, likewise.
const NAMES: [&str; 6] = ["auth", "xauth", "key", "pwd", "session", "sid"];

/// What ends the authority of a URL within a text.
const ENDS: &[char] = &['/', '?', '#', '\'', '"', '`', '<', '>', ' ', '\t', '\r', '\n'];

/// Whether a field or a parameter of this name has a value that others must not read, such as
/// `X-Api-Key` and `access_token`.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name = letters.collect::<String>().to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A text, in which each URL has three asterisks in the place of a password, and of parameters
/// whose names say that they are secret.
#[must_use]
pub fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme_end) = rest.find("://") {
        let (before, behind) = rest.split_at(scheme_end + "://".len());
        out.push_str(before);
        rest = push_authority(&mut out, behind);
        rest = push_query(&mut out, rest);
    }
    out + rest
}

/// Where the user's part of an authority ends, if there is any. One with a `/` in its password is
/// malformed, and secret all the same.
fn end_of_user(text: &str) -> Option<usize> {
    let authority = text.find(ENDS).unwrap_or(text.len());
    if let Some(at) = text[..authority].rfind('@') {
        return Some(at);
    }
    let port = text[..authority].rsplit_once(':').map_or("", |(_, port)| port);
    let is_no_port = port.bytes().any(|b| !b.is_ascii_digit() && b != b']');
    let word = text.find(char::is_whitespace).unwrap_or(text.len());
    text[..word].rfind('@').filter(|_| is_no_port)
}

fn push_authority<'a>(out: &mut String, text: &'a str) -> &'a str {
    let Some(at) = end_of_user(text) else {
        return text;
    };
    match text[..at].split_once(':') {
        Some((user, _)) => out.extend([user, ":", HIDDEN]),
        None => out.push_str(&text[..at]),
    }
    &text[at..]
}

/// The rest of a URL up to the end of its query.
fn push_query<'a>(out: &mut String, text: &'a str) -> &'a str {
    let is_end = |c: char| ENDS.contains(&c) && !matches!(c, '/' | '?');
    let end = text.find(is_end).unwrap_or(text.len());
    let (url, rest) = text.split_at(end);
    let Some((path, query)) = url.split_once('?') else {
        out.push_str(url);
        return rest;
    };
    out.push_str(path);
    for (number, parameter) in query.split('&').enumerate() {
        out.push(if number == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if is_secret_name(name) => out.extend([name, "=", HIDDEN]),
            _ => out.push_str(parameter),
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_what_is_secret_and_nothing_else() {
        for (text, shown) in [
            ("ws://me:PASSW0RD@127.0.0.1:9001/", "ws://me:***@127.0.0.1:9001/"),
            ("`wss://me:p%40ss@x/`, ws://a:b@y", "`wss://me:***@x/`, ws://a:***@y"),
            ("ws://me:p@ss@x/", "ws://me:***@x/"),
            ("ws://me:pa/ss@x/", "ws://me:***@x/"),
            ("ws://me@x/a@b", "ws://me@x/a@b"),
            ("ws://[::1]:9001/a@b", "ws://[::1]:9001/a@b"),
            ("ws://x:80/u@v", "ws://x:80/u@v"),
            ("ws://x/chat?room=1&access_token=abc#f", "ws://x/chat?room=1&access_token=***#f"),
            ("no URL: a:b@c", "no URL: a:b@c"),
            ("://", "://"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }

    #[test]
    fn names_tell_what_is_secret() {
        for name in ["Authorization", "cookie", "X-Api-Key", "X-Auth-Token", "access_token", "key"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in
            ["Sec-WebSocket-Key", "X-Trace", "Authorization-Hint", "User-Agent", "room", "Keyboard"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
