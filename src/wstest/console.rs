//! The lines that wstest prints, and scripts wait for. Names that a peer chose are made safe to
//! print.

use std::{fmt::Display, net::SocketAddr};

use crate::{
    case::{Case, CaseId},
    report::escape::printable,
};

/// The versions of Autobahn|Testsuite and of its library that wspec stands in for.
pub const AUTOBAHN_VERSIONS: [&str; 2] = ["25.10.1", "0.10.9"];

const WSPEC: &str = concat!("wspec ", env!("CARGO_PKG_VERSION"), " in place of ");

/// What `-a` prints.
#[must_use]
pub fn versions() -> String {
    let [suite, library] = AUTOBAHN_VERSIONS;
    format!("{}:\nAutobahn {library}\nAutobahnTestSuite {suite}", WSPEC.trim_end())
}

/// The lines with which `fuzzingclient` begins.
#[must_use]
pub fn client_begins(cases: &[&Case], servers: &[&str]) -> Vec<String> {
    let [suite, library] = AUTOBAHN_VERSIONS;
    vec![
        format!(
            "{WSPEC}Autobahn Fuzzing WebSocket Client (Autobahn Testsuite Version {suite} / \
             Autobahn Version {library})"
        ),
        format!("Ok, will run {} test cases against {} servers", cases.len(), servers.len()),
        cases_line(cases),
        format!("Servers = {}", python_list("u", servers.iter())),
    ]
}

/// The lines with which `fuzzingserver` begins, once it listens.
#[must_use]
pub fn server_begins(cases: &[&Case], port: u16, secure: bool) -> Vec<String> {
    let [suite, library] = AUTOBAHN_VERSIONS;
    let tls = if secure { " TLS" } else { "" };
    vec![
        format!("{WSPEC}Autobahn WebSocket {suite}/{library} Fuzzing Server (Port {port}{tls})"),
        format!("Ok, will run {} test cases for any clients connecting", cases.len()),
        cases_line(cases),
    ]
}

fn cases_line(cases: &[&Case]) -> String {
    let ids = cases.iter().map(|case| &case.id);
    format!("Cases = {}", python_list("", ids))
}

/// A list as Python 2 prints one of texts.
fn python_list<T: Display>(prefix: &str, items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items
        .map(|item| {
            let text = printable(item.to_string()).replace('\'', "\\'");
            format!("{prefix}'{text}'")
        })
        .collect();
    format!("[{}]", items.join(", "))
}

/// A case begins.
#[must_use]
pub fn running(case: &CaseId, agent: &str, peer: SocketAddr) -> String {
    format!(
        "Running test case ID {case} for agent {} from peer {}",
        printable(agent),
        peer_name(peer)
    )
}

/// A case is left out for this agent.
#[must_use]
pub fn skipping(case: &CaseId, agent: &str) -> String {
    format!("Skipping test case {case} for agent {} by test configuration!", printable(agent))
}

/// A server cannot be reached, or no more.
#[must_use]
pub fn connection_failed(url: &str, reason: &impl Display) -> String {
    format!("Connection to {} failed ({reason})", printable(url))
}

/// Somebody asked for reports.
#[must_use]
pub fn updating_reports(peer: SocketAddr) -> String {
    format!("Updating reports, requested by peer {}", peer_name(peer))
}

/// The reports are written.
#[must_use]
pub const fn reports_written(shutting_down: bool) -> &'static str {
    if shutting_down {
        "Report generation complete; shutting down server."
    } else {
        "Report generation complete."
    }
}

/// A client wants to be sent what it asks for.
#[must_use]
pub fn direct_commands(peer: SocketAddr) -> String {
    format!("Entering direct command mode for peer {}", peer_name(peer))
}

/// A peer as Twisted names it: `tcp4:127.0.0.1:9001`.
fn peer_name(peer: SocketAddr) -> String {
    let family = if peer.is_ipv4() { "tcp4" } else { "tcp6" };
    format!("{family}:{}:{}", peer.ip(), peer.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    fn cases(ids: &[&str]) -> Vec<&'static Case> {
        let set = embedded_cases();
        ids.iter().map(|id| set.get(&id.parse().unwrap()).unwrap()).collect()
    }

    #[test]
    fn begins_as_scripts_expect() {
        let cases = cases(&["1.1.1", "2.10"]);
        let servers = ["ws://127.0.0.1:9001", "ws://o'x/\u{1b}[2J"];
        insta::assert_snapshot!(client_begins(&cases, &servers).join("\n"));
        insta::assert_snapshot!(server_begins(&cases, 9001, false).join("\n"));
    }

    #[test]
    fn tells_what_happens() {
        let case = "1.1.1".parse().unwrap();
        let lines = [
            running(&case, "Agent/1", "127.0.0.1:9001".parse().unwrap()),
            running(&case, "\u{1b}[2J\n", "[::1]:9001".parse().unwrap()),
            skipping(&case, "Agent/1"),
            connection_failed("ws://127.0.0.1:1", &"refused"),
            updating_reports("127.0.0.1:50000".parse().unwrap()),
        ];
        insta::assert_snapshot!(lines.join("\n"));
    }
}
