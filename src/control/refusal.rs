//! What a client is told in HTTP, where there is no WebSocket connection.

/// A response that refuses, without a body; the connection ends after it. Like Autobahn's it has
/// no fields but those that HTTP demands, and says in the status line what is wrong.
#[must_use]
pub fn refusal(status: u16, reason: &str) -> Vec<u8> {
    let fields = match status {
        405 => "Allow: GET\r\n",
        // RFC 6455 §4.4, RFC 9110 §15.5.22
        426 => "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
        _ => "",
    };
    // A reason phrase is visible ASCII and blanks (RFC 9112 §4); some of it is the client's.
    let reason: String =
        reason.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect();
    format!("HTTP/1.1 {status} {reason}\r\n{fields}\r\n").into_bytes()
}

/// The page for whoever looks with a browser or asks whether somebody is there.
#[must_use]
pub fn page(cases: usize) -> Vec<u8> {
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<title>wspec</title>\n<h1>wspec</h1>\n\
         <p>Here WebSocket clients are tested, with {cases} cases. A client asks for \
         <code>/getCaseCount</code>, then for <code>/runCase?case=1&amp;agent=NAME</code> and so \
         on, then for <code>/updateReports?agent=NAME</code>.\n</html>\n"
    );
    format!(
        "HTTP/1.1 200 OK\r\nServer: wspec/{}\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        env!("CARGO_PKG_VERSION"),
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(octets: Vec<u8>) -> String {
        String::from_utf8(octets).unwrap()
    }

    #[test]
    fn refusals_are_bare() {
        assert_eq!(
            text(refusal(500, "Internal Server Error")),
            "HTTP/1.1 500 Internal Server Error\r\n\r\n"
        );
        assert_eq!(text(refusal(400, "bad\r\nX: y\u{e9}")), "HTTP/1.1 400 bad??X: y?\r\n\r\n");
        assert!(text(refusal(426, "no")).contains("\r\nSec-WebSocket-Version: 13\r\n"));
    }

    #[test]
    fn the_page_says_its_length() {
        let page = text(page(301));
        let (head, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
        assert!(body.contains("301 cases"));
    }
}
