//! Our reading of requests: any octets get an answer, any split gives the same, and what a server
//! says yes to can be answered so that the client agrees.

use wspec::protocol::handshake::{
    Asked, HEAD_MAX, HeadReader, HeadState, Rejection, ServerRequest, ServerResponse,
    check_request, check_response,
};

use super::split;

/// Octets in the words for one violation: names and values of the peer's are clipped in them.
const SENTENCE_MAX: usize = 1000;

/// Reads the octets as a request.
pub fn run(octets: &[u8]) {
    assert_head(octets);
    let check = check_request(octets);
    for violation in &check.violations {
        assert!(violation.to_string().len() < SENTENCE_MAX, "{violation}");
        let status = Rejection::of(violation).status;
        assert!((400..=505).contains(&status), "{violation}: {status}");
    }
    let _ = check.asks_for_upgrade();
    if let Ok(request) = ServerRequest::read(octets) {
        assert!(request.violations.iter().all(|it| !it.is_lethal()), "{request:?}");
        assert_answered(octets, request);
    }
}

/// The end of a head is where it is, however the octets come.
pub fn assert_head(octets: &[u8]) {
    let end = |sizes: &[usize]| {
        let mut reader = HeadReader::default();
        let mut rest = octets;
        for size in sizes.iter().cycle() {
            let (piece, behind) = rest.split_at(rest.len().min(*size));
            match reader.push(piece) {
                HeadState::Complete(end) => {
                    assert_eq!(reader.octets()[..end], octets[..end]);
                    return Some(Some(end));
                }
                HeadState::Incomplete if behind.is_empty() => return Some(None),
                HeadState::Incomplete => {}
                HeadState::TooLong => return None,
            }
            rest = behind;
        }
        None
    };
    let (whole, split) = (end(&[octets.len().max(1)]), end(&split::sizes(octets)));
    if octets.len() <= HEAD_MAX {
        assert_eq!(split, whole, "the split made a difference");
    }
}

fn assert_answered(octets: &[u8], request: ServerRequest) {
    let response = ServerResponse { key: request.key, extensions: Vec::new() };
    let answer = check_response(&Asked::by(octets), &response.encode());
    assert!(answer.violations.iter().all(|it| !it.is_lethal()), "{:?}", answer.violations);
}
