//! What an endpoint does wherever the opening handshake leaves it something to do.

use crate::testee::opening::{
    Answer, Head, ParameterFlaw, ReceivedHead, RequestFlaw, ResponseFlaw,
};

/// The choices of an endpoint in the opening handshake. `Default` is one that checks all that
/// RFC 6455 §4 tells it to check.
#[derive(Clone, Debug)]
pub struct OpeningConduct {
    /// Whether it takes part at all.
    pub silent: bool,
    /// As client: what becomes of the octets that its key is made of.
    pub nonce: fn([u8; 16]) -> [u8; 16],
    /// As client: elements of `Sec-WebSocket-Extensions`.
    pub offers: &'static [&'static str],
    /// As client: changes of the request before it is written.
    pub request_edits: Vec<fn(&mut Head)>,
    /// As server: flaws of a request that it does not notice.
    pub overlooks_in_requests: Vec<fn(&RequestFlaw) -> bool>,
    /// As server: right requests that it refuses with status 400.
    pub refuses_requests: Vec<fn(&ReceivedHead) -> bool>,
    /// As server: whether it accepts permessage-deflate.
    pub accepts_offers: bool,
    /// As server: flaws of an offer of permessage-deflate that it does not notice.
    pub overlooks_in_offers: Vec<fn(&ParameterFlaw) -> bool>,
    /// As server: whether it looks only at the first offer.
    pub reads_first_offer_only: bool,
    /// As server: changes of its answer to an offer of permessage-deflate.
    pub answer_edits: Vec<fn(&mut Answer)>,
    /// As server: changes of the response that opens the connection.
    pub response_edits: Vec<fn(&mut Head, &ReceivedHead)>,
    /// As server: whether it leaves out the empty line behind that response.
    pub response_has_no_end: bool,
    /// As server: how it refuses a request.
    pub refusing: Refusing,
    /// As server: changes of the response that refuses a request.
    pub refusal_edits: Vec<fn(&mut Head)>,
    /// As client: flaws of a response that it does not notice.
    pub overlooks_in_responses: Vec<fn(&ResponseFlaw) -> bool>,
    /// As client: what it takes for the right Sec-WebSocket-Accept, given that.
    pub takes_for_accept: Vec<fn(&str, &str) -> bool>,
    /// As client: right responses that it refuses.
    pub refuses_responses: Vec<fn(&ReceivedHead) -> bool>,
    /// As client: whether it refuses a Sec-WebSocket-Accept with white space around it.
    pub refuses_padded_accept: bool,
    /// As client: parameters of permessage-deflate that it refuses.
    pub refuses_parameters: Vec<&'static str>,
    /// As client: what it does with a response that it refuses.
    pub turning_away: TurningAway,
    /// As client: what it does with an interim response (RFC 9110 §15.2).
    pub interim: Interim,
    /// As server: whether it says 100 before 101 to who expects it (RFC 9110 §7.8).
    pub says_continue: bool,
    /// How it reads the octets up to the end of the peer's head, and behind it.
    pub head: HeadReading,
}

impl Default for OpeningConduct {
    fn default() -> Self {
        Self {
            silent: false,
            nonce: |random| random,
            // The server may limit our window.
            offers: &["permessage-deflate; client_max_window_bits"],
            request_edits: Vec::new(),
            overlooks_in_requests: Vec::new(),
            refuses_requests: Vec::new(),
            accepts_offers: true,
            overlooks_in_offers: Vec::new(),
            reads_first_offer_only: false,
            answer_edits: Vec::new(),
            response_edits: Vec::new(),
            response_has_no_end: false,
            refusing: Refusing::InHttp,
            refusal_edits: Vec::new(),
            overlooks_in_responses: Vec::new(),
            takes_for_accept: Vec::new(),
            refuses_responses: Vec::new(),
            refuses_padded_accept: false,
            refuses_parameters: Vec::new(),
            turning_away: TurningAway::CloseTcp,
            interim: Interim::PassOver,
            says_continue: true,
            head: HeadReading::default(),
        }
    }
}

/// How a server refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusing {
    /// With the status that HTTP has for the flaw; then it closes TCP.
    InHttp,
    /// Always with this status line's end, such as `200 OK`.
    With(&'static str),
    /// It closes TCP without a word.
    DropTcp,
    /// It goes on waiting.
    Silence,
    /// In HTTP, and takes what follows for frames all the same.
    ThenTalk,
    /// In HTTP, and TCP stays open.
    ThenWait,
}

/// What a client does with a response that it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurningAway {
    /// It closes TCP.
    CloseTcp,
    /// It sends a Close first, as if the connection had been open.
    SendClose,
    /// Nothing: TCP stays open.
    Wait,
}

/// What a client does with an interim response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interim {
    /// It waits for the final one.
    PassOver,
    /// It takes it for the final one.
    IsFinal,
}

/// How an endpoint reads a head.
#[derive(Clone, Copy, Debug)]
pub struct HeadReading {
    /// The head has to come in a single read.
    pub in_one_read: bool,
    /// A head is taken for complete as soon as it has a line that begins so, in lower case.
    pub complete_with: Option<&'static str>,
    /// A head longer than this is refused, in octets.
    pub longest: usize,
    /// A head with more fields than this is refused.
    pub most_fields: usize,
    /// An empty line before the head is taken for the whole of it.
    pub refuses_empty_line: bool,
    /// Octets that come in the same read as the end of the head are lost.
    pub loses_early_octets: bool,
}

impl Default for HeadReading {
    fn default() -> Self {
        Self {
            in_one_read: false,
            complete_with: None,
            longest: 64 * 1024,
            most_fields: 2000,
            refuses_empty_line: false,
            loses_early_octets: false,
        }
    }
}
