//! The spec files that wstest makes where there are none.

use super::Mode;

const FUZZING_CLIENT: &str = r#"{
   "outdir": "./reports/servers",
   "servers": [{ "url": "ws://127.0.0.1:9001" }],
   "cases": ["*"],
   "exclude-cases": [],
   "exclude-agent-cases": {}
}
"#;

const FUZZING_SERVER: &str = r#"{
   "url": "ws://127.0.0.1:9001",
   "outdir": "./reports/clients",
   "cases": ["*"],
   "exclude-cases": [],
   "exclude-agent-cases": {}
}
"#;

/// The spec that a mode goes by where nobody gave one: the name of its file in the current
/// directory, and what the file says if it has to be made. `None` for modes without a spec.
#[must_use]
pub const fn default_spec(mode: Mode) -> Option<(&'static str, &'static str)> {
    match mode {
        Mode::FuzzingClient => Some(("fuzzingclient.json", FUZZING_CLIENT)),
        Mode::FuzzingServer => Some(("fuzzingserver.json", FUZZING_SERVER)),
        Mode::EchoServer | Mode::TesteeClient | Mode::EchoClient => None,
    }
}
