//! The texts that name a target, as people write them: without a scheme, with that of HTTP, or as
//! the path of a Unix socket.

use std::borrow::Cow;

use super::TargetError;

/// A URL with the scheme that is meant.
pub(super) fn completed(text: &str) -> Cow<'_, str> {
    for (other, meant) in [("http://", "ws://"), ("https://", "wss://")] {
        if text.get(..other.len()).is_some_and(|start| start.eq_ignore_ascii_case(other)) {
            return format!("{meant}{}", &text[other.len()..]).into();
        }
    }
    let (authority, resource) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|octet| octet.is_ascii_digit());
    match (host, port) {
        ("", Some(port)) if is_port(port) => format!("ws://localhost{text}").into(),
        ("", None) if resource.starts_with("//") => format!("ws:{text}").into(),
        (host, port) if !host.is_empty() && port.map_or(is_named(host), is_port) => {
            format!("ws://{text}").into()
        }
        _ => text.into(),
    }
}

/// Whether this can only be the name or the address of a host.
fn is_named(host: &str) -> bool {
    host == "localhost" || host.starts_with('[') || host.trim_matches('.').contains('.')
}

/// The parts of the URL of a Unix socket.
pub(super) struct UnixUrl<'a> {
    pub(super) text: &'a str,
    pub(super) path: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> UnixUrl<'a> {
    /// Takes it apart, if it is one. `None`: it is another URL.
    pub(super) fn read(text: &'a str) -> Option<Result<Self, TargetError>> {
        let (path, resource) = match text.strip_prefix("unix:") {
            Some(path) => (path, "/"),
            // A path may have colons, and so may a resource; what separates them is `:/`.
            None => {
                let rest = text.strip_prefix("ws+unix:")?;
                rest.split_once(":/").map_or((rest, "/"), |(path, resource)| {
                    (path, &rest[rest.len() - resource.len() - 1..])
                })
            }
        };
        // As in other URLs an empty host may stand before the path.
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(if path.is_empty() || path.contains('\0') {
            Err(TargetError::NoSocket(text.to_owned()))
        } else {
            Ok(Self { text, path, resource })
        })
    }
}
