//! What is asked for, and how it is answered in HTTP. Pure.

use std::path::Path;

use crate::control::Stranger;

/// The page; its script and style carry a number used once, which its policy names.
const INDEX: &str = include_str!("index.html");

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The page.
    Page,
    /// The first page of the reports, whatever its name.
    Reports,
    /// A file of the report directory.
    Report(String),
    /// Nothing that we have.
    Unknown,
    /// Something else than to read.
    WrongMethod,
    /// Whatever it is, by somebody who may not have it.
    ByStranger(Stranger),
}

/// Reads a request's head; `None` if it is not HTTP.
pub fn wanted(head: &[u8]) -> Option<Wanted> {
    let mut fields = [httparse::EMPTY_HEADER; 128];
    let mut request = httparse::Request::new(&mut fields);
    request.parse(head).ok()?;
    let path = request.path?;
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    Some(match (request.method?, path) {
        // The second is where Autobahn has such a page.
        ("GET", "/" | "/test_browser.html") => Wanted::Page,
        ("GET", "/reports" | "/reports/") => Wanted::Reports,
        ("GET", path) => match path.strip_prefix("/reports/") {
            Some(name) if is_file_name(name) => Wanted::Report(name.to_owned()),
            _ => Wanted::Unknown,
        },
        _ => Wanted::WrongMethod,
    })
}

/// Whether it names a file that a report can consist of, and leads nowhere else. Report files have
/// no other characters in their names, so nothing needs to be decoded.
fn is_file_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

/// The page, for a listener on this port, with its policy.
pub fn page(port: u16, secure: bool, nonce: &str) -> (String, String) {
    let text = INDEX
        .replace("{nonce}", nonce)
        .replace("{scheme}", if secure { "wss" } else { "ws" })
        .replace("{port}", &port.to_string());
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         connect-src ws: wss:; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    (text, policy)
}

/// The policy of a report file: nothing from elsewhere, and nothing in common with the page.
pub const REPORT_POLICY: &str = "sandbox allow-scripts; default-src 'none'; \
     script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The media type of a report file.
pub fn media_type(name: &str) -> &'static str {
    let extension = Path::new(name).extension().and_then(|it| it.to_str());
    match extension {
        Some("html") => "text/html; charset=utf-8",
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

/// A response's head.
pub fn head(status: &str, media_type: &str, policy: &str, length: u64) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: {media_type}\r\n\
         Content-Length: {length}\r\n\
         Content-Security-Policy: {policy}\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Referrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n\r\n"
    )
}

/// A whole response that says what is wrong.
pub fn refusal(status: &str, why: &str) -> String {
    let body = format!("{why}\n");
    let head = head(status, "text/plain; charset=utf-8", "default-src 'none'", body.len() as u64);
    head + &body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> Option<Wanted> {
        wanted(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
    }

    #[test]
    fn the_page_and_files_of_the_report_can_be_had() {
        assert_eq!(get("/?autostart=1"), Some(Wanted::Page));
        assert_eq!(get("/test_browser.html"), Some(Wanted::Page));
        assert_eq!(get("/reports/"), Some(Wanted::Reports));
        let report = Wanted::Report("echo_case_1_1_1.json".to_owned());
        assert_eq!(get("/reports/echo_case_1_1_1.json?x=/"), Some(report));
    }

    #[test]
    fn nothing_else_can() {
        for path in [
            "/index.html",
            "/reports/../Cargo.toml",
            "/reports/..",
            "/reports/.hidden",
            "/reports/%2e%2e/Cargo.toml",
            "/reports//etc/passwd",
            "/reports/a/b",
            "/reports/a\\b",
            "http://other/",
        ] {
            assert_eq!(get(path), Some(Wanted::Unknown), "{path}");
        }
        assert_eq!(wanted(b"POST / HTTP/1.1\r\n\r\n"), Some(Wanted::WrongMethod));
        assert_eq!(wanted(b"\x16\x03\x01\r\n\r\n"), None);
    }

    #[test]
    fn the_page_has_all_that_it_needs_within_it() {
        let (text, policy) = page(9001, false, "abc");
        assert!(text.contains("${location.hostname}:9001`"), "{text}");
        assert!(!text.contains("{nonce}") && !text.contains("innerHTML"));
        assert!(!text.contains("http://") && !text.contains("https://"));
        assert_eq!(text.matches("nonce=\"abc\"").count(), 2);
        assert!(policy.contains("script-src 'nonce-abc'"), "{policy}");
    }
}
