//! Our reading of responses: any octets get an answer, and a connection opens on a 101 with the
//! right accept value alone.

use std::sync::LazyLock;

use wspec::{
    protocol::handshake::{Asked, check_response, is_interim},
    reference::Seed,
};

use super::request;

/// What belongs to the key of the seeds, which is that of RFC 6455 §1.3.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

static ASKED: LazyLock<Asked> = LazyLock::new(|| Asked::by(&Seed::right_request()));

/// Reads the octets as the response to the request of the seeds.
pub fn run(octets: &[u8]) {
    request::assert_head(octets);
    let _ = is_interim(octets);
    let check = check_response(&ASKED, octets);
    for violation in &check.violations {
        assert!(!violation.to_string().is_empty());
    }
    if check.refusal().is_none() {
        let text = String::from_utf8_lossy(octets);
        assert!(text.contains(ACCEPT), "opened by {text:?}: {check:?}");
    }
}
