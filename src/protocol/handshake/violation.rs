//! What an opening handshake can do wrong, one variant for each rule broken.

use serde::{Deserialize, Serialize};

/// A rule of the opening handshake that a request or a response broke.
///
/// The text of each is a clause without a full stop that says what was seen; `judge::rules` knows
/// which requirement that breaks and how grave it is. Texts of the peer are clipped.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(rename_all = "kebab-case")]
pub enum HandshakeViolation {
    // Any head: RFC 9112.
    /// An empty line before the request or status line (RFC 9112 §2.2).
    #[error("an empty line stands before the head")]
    EmptyLineFirst,
    /// A line that ends with LF instead of CRLF (RFC 9112 §2.2).
    #[error("a line of the head ends with LF alone")]
    BareLf,
    /// A field that goes on in a further line (RFC 9112 §5.2).
    #[error("the field {0:?} is folded over several lines")]
    FoldedField(String),
    /// A line that is no field: without a colon, or with a name that is no token (RFC 9112 §5).
    #[error("the line {0:?} is no header field")]
    FieldMalformed(String),
    /// White space between name and colon in a request (RFC 9112 §5.1).
    #[error("white space stands between the field name {0:?} and its colon")]
    SpaceBeforeColon(String),
    /// A control character in a field value (RFC 9110 §5.5).
    #[error("the value of the field {0:?} has a control character")]
    FieldIllegalOctets(String),
    /// A list field with an empty element (RFC 9110 §5.6.1).
    #[error("the list of the field {0} has an empty element")]
    EmptyListElement(String),
    /// Another version than HTTP/1.1 (RFC 6455 §4.1).
    #[error("the HTTP version is {0:?}, not HTTP/1.1")]
    HttpVersion(String),
    /// No `Upgrade` field.
    #[error("there is no Upgrade field")]
    UpgradeMissing,
    /// The token of `Upgrade` is not in lower case, as it is registered (erratum 5498).
    #[error("the Upgrade field says {0:?} instead of \"websocket\"")]
    UpgradeLetterCase(String),
    /// No `Connection` field.
    #[error("there is no Connection field")]
    ConnectionMissing,
    /// `Connection` without the token `Upgrade`.
    #[error("the Connection field does not name upgrade but has {0:?}")]
    ConnectionLacksUpgrade(String),
    /// `Sec-WebSocket-Extensions` that is not of its grammar (RFC 6455 §9.1).
    #[error("Sec-WebSocket-Extensions has {0:?}, which is not of its grammar")]
    ExtensionsMalformed(String),
    /// `Sec-WebSocket-Extensions` without any extension (RFC 6455 §9.1).
    #[error("the Sec-WebSocket-Extensions field is empty")]
    ExtensionsEmpty,
    /// An extension that is not registered (RFC 6455 §9.1).
    #[error("the extension {0:?} is not registered")]
    ExtensionUnregistered(String),

    // Requests.
    /// A request line that is not method, target and version with a space between them.
    #[error("the request line {0:?} is not HTTP")]
    RequestLineMalformed(String),
    /// Another method than `GET`.
    #[error("the method is {0:?}, not GET")]
    MethodNotGet(String),
    /// A target that is neither a path nor an absolute `http` URI.
    #[error("the request target {0:?} is neither a path nor an http URI")]
    TargetInvalid(String),
    /// A target with `#` (RFC 6455 §3).
    #[error("the request target {0:?} has a fragment")]
    TargetHasFragment(String),
    /// A target with octets that a URI cannot have (RFC 6455 §11.1.1).
    #[error("the request target {0:?} has octets that must be percent-encoded")]
    TargetNotEncoded(String),
    /// An absolute URI as target: legal, and for proxies.
    #[error("the request target {0:?} is an absolute URI, as proxies are sent")]
    TargetAbsolute(String),
    /// No `Host` field.
    #[error("there is no Host field")]
    HostMissing,
    /// More than one `Host` field.
    #[error("there is more than one Host field")]
    HostDoubled,
    /// A `Host` that is no host and port.
    #[error("the Host field {0:?} is no host")]
    HostInvalid(String),
    /// A `Host` without the port that was connected to, which is not the default one.
    #[error("the Host field {0:?} lacks the port {1}")]
    HostLacksPort(String, u16),
    /// `Upgrade` without `websocket`.
    #[error("the Upgrade field does not name websocket but has {0:?}")]
    UpgradeLacksWebsocket(String),
    /// `Upgrade` that names other protocols besides.
    #[error("the Upgrade field names other protocols besides websocket: {0:?}")]
    UpgradeListsOthers(String),
    /// No `Sec-WebSocket-Key` field.
    #[error("there is no Sec-WebSocket-Key field")]
    KeyMissing,
    /// More than one `Sec-WebSocket-Key` field.
    #[error("there is more than one Sec-WebSocket-Key field")]
    KeyDoubled,
    /// A key that is not base64.
    #[error("the Sec-WebSocket-Key {0:?} is not base64")]
    KeyNotBase64(String),
    /// A key of so many octets instead of 16.
    #[error("the Sec-WebSocket-Key has {0} octets, not 16")]
    KeyWrongLength(u64),
    /// A key whose last letter has bits that belong to no octet (erratum 3150).
    #[error("the last letter of the Sec-WebSocket-Key {0:?} has bits set that belong to no octet")]
    KeyPadBits(String),
    /// No `Sec-WebSocket-Version` field.
    #[error("there is no Sec-WebSocket-Version field")]
    VersionMissing,
    /// More than one `Sec-WebSocket-Version` field.
    #[error("there is more than one Sec-WebSocket-Version field")]
    VersionDoubled,
    /// A version that is no number from 0 to 255 without leading zeros (RFC 6455 §4.3).
    #[error("the Sec-WebSocket-Version {0:?} is no version number")]
    VersionMalformed(String),
    /// Another version than 13.
    #[error("the Sec-WebSocket-Version is {0}, not 13")]
    VersionWrong(String),
    /// The request came in clear text where there is TLS (RFC 6455 §4.1).
    #[error("the request came in clear text to a port that has TLS")]
    ClearText,
    /// No `Origin` field, though the `User-Agent` is a browser's (RFC 6455 §4.1).
    #[error("the User-Agent is a browser's, but there is no Origin")]
    OriginMissing,
    /// An `Origin` that is no origin's ASCII serialisation (RFC 6454 §6.2).
    #[error("the Origin {0:?} is not the serialisation of an origin")]
    OriginMalformed(String),
    /// `Sec-WebSocket-Protocol` without any subprotocol.
    #[error("the Sec-WebSocket-Protocol field is empty")]
    SubprotocolsEmpty,
    /// A subprotocol that is no token.
    #[error("the subprotocol {0:?} is no token")]
    SubprotocolNotToken(String),
    /// A subprotocol that is asked for twice.
    #[error("the subprotocol {0:?} is asked for twice")]
    SubprotocolRepeated(String),
    /// An offer of permessage-deflate with a parameter that does not exist.
    #[error("permessage-deflate is offered with {0:?}, which is no parameter of it")]
    OfferUnknownParameter(String),
    /// An offer of permessage-deflate with a parameter that stands twice.
    #[error("permessage-deflate is offered with {0:?} twice")]
    OfferRepeatedParameter(String),
    /// An offer of permessage-deflate with a value that the parameter cannot have.
    #[error("permessage-deflate is offered with {0}, which cannot have the value {1:?}")]
    OfferWrongValue(String, String),
    /// A body is announced.
    #[error("the request announces a body")]
    BodyAnnounced,
    /// The client sent so many octets before it had our response.
    #[error("the client sent {0} octets after its request without waiting for the response")]
    DataBeforeResponse(u64),

    // Responses.
    /// A status line that is none.
    #[error("the response is not HTTP: it begins with {0:?}")]
    StatusLineMalformed(String),
    /// A status line whose spaces are not as they should be (RFC 9112 §4).
    #[error("the status line {0:?} has not one space after the version and after the status")]
    StatusLineSpacing(String),
    /// `Upgrade` that is not `websocket` and nothing else.
    #[error("the Upgrade field is not websocket but {0:?}")]
    UpgradeNotWebsocket(String),
    /// No `Sec-WebSocket-Accept` field.
    #[error("there is no Sec-WebSocket-Accept field")]
    AcceptMissing,
    /// More than one `Sec-WebSocket-Accept` field.
    #[error("there is more than one Sec-WebSocket-Accept field")]
    AcceptDoubled,
    /// A `Sec-WebSocket-Accept` that does not follow from the key.
    #[error("the Sec-WebSocket-Accept value {0:?} is wrong")]
    AcceptWrong(String),
    /// An extension that was not offered.
    #[error("the extension {0:?} was not offered")]
    ExtensionNotOffered(String),
    /// More than one `Sec-WebSocket-Extensions` field; an erratum (3433) allows it.
    #[error("there is more than one Sec-WebSocket-Extensions field")]
    ExtensionsFieldDoubled,
    /// permessage-deflate is accepted twice.
    #[error("permessage-deflate is accepted twice")]
    DeflateAcceptedTwice,
    /// permessage-deflate is accepted with a parameter that does not exist.
    #[error("permessage-deflate is accepted with {0:?}, which is no parameter of it")]
    AnswerUnknownParameter(String),
    /// permessage-deflate is accepted with a parameter that stands twice.
    #[error("permessage-deflate is accepted with {0:?} twice")]
    AnswerRepeatedParameter(String),
    /// permessage-deflate is accepted with a value that the parameter cannot have.
    #[error("permessage-deflate is accepted with {0}, which cannot have the value {1:?}")]
    AnswerWrongValue(String, String),
    /// `client_max_window_bits` in answer to an offer without it (RFC 7692 §7.1.2.2).
    #[error("the answer has client_max_window_bits, which was not offered")]
    ClientWindowNotOffered,
    /// The offer's `server_max_window_bits`, of this value, is missing in the answer.
    #[error("the offer's server_max_window_bits={0} is missing in the answer")]
    ServerWindowDropped(u8),
    /// A larger `server_max_window_bits` than was offered: the offer's, the answer's.
    #[error("server_max_window_bits={0} was offered and {1} is the answer")]
    ServerWindowAboveOffer(u8, u8),
    /// The offer's `server_no_context_takeover` is missing in the answer.
    #[error("the offer's server_no_context_takeover is missing in the answer")]
    ServerTakeoverDropped,
    /// A subprotocol that was not asked for.
    #[error("the subprotocol {0:?} was not asked for")]
    SubprotocolNotOffered(String),
    /// A subprotocol in other letters than it was asked for in (RFC 7936).
    #[error("the subprotocol {0:?} was asked for in other letters")]
    SubprotocolLetterCase(String),
    /// Several subprotocols in one field.
    #[error("several subprotocols are chosen: {0:?}")]
    SubprotocolsSeveral(String),
    /// More than one `Sec-WebSocket-Protocol` field.
    #[error("there is more than one Sec-WebSocket-Protocol field")]
    SubprotocolFieldDoubled,
    /// A `Sec-WebSocket-Protocol` field without a value.
    #[error("the Sec-WebSocket-Protocol field is empty")]
    SubprotocolEmpty,
    /// `Content-Length` in a 101 (RFC 9110 §8.6).
    #[error("the 101 response has a Content-Length")]
    ContentLengthPresent,
    /// `Transfer-Encoding` in a 101 (RFC 9112 §6.1).
    #[error("the 101 response has a Transfer-Encoding")]
    TransferEncodingPresent,
    /// A 426 without an `Upgrade` field (RFC 9110 §7.8).
    #[error("the 426 response has no Upgrade field")]
    UpgradeRequiredWithoutUpgrade,
    /// A server's versions that are no list of numbers from 0 to 255 (RFC 6455 §4.3).
    #[error("the response's Sec-WebSocket-Version {0:?} is no list of version numbers")]
    VersionListMalformed(String),
    /// The request was refused, and what follows is taken for frames, and answered
    /// (RFC 6455 §4.2.1).
    #[error("frames follow the response that refuses the connection")]
    FramesBehindRefusal,
}

impl HandshakeViolation {
    /// Whether a correct peer must refuse such a handshake: a server answers with an error, a
    /// client fails the connection.
    #[must_use]
    pub const fn is_lethal(&self) -> bool {
        use HandshakeViolation as V;
        match self {
            V::ClearText
            | V::SpaceBeforeColon(_)
            | V::HttpVersion(_)
            | V::UpgradeMissing
            | V::ConnectionMissing
            | V::ConnectionLacksUpgrade(_)
            | V::ExtensionsMalformed(_)
            | V::RequestLineMalformed(_)
            | V::MethodNotGet(_)
            | V::TargetInvalid(_)
            | V::TargetHasFragment(_)
            | V::TargetNotEncoded(_)
            | V::HostMissing
            | V::HostDoubled
            | V::HostInvalid(_)
            | V::UpgradeLacksWebsocket(_)
            | V::KeyMissing
            | V::KeyDoubled
            | V::KeyNotBase64(_)
            | V::KeyWrongLength(_)
            | V::VersionMissing
            | V::VersionDoubled
            | V::VersionMalformed(_)
            | V::VersionWrong(_)
            | V::StatusLineMalformed(_)
            | V::UpgradeNotWebsocket(_)
            | V::AcceptMissing
            | V::AcceptDoubled
            | V::AcceptWrong(_)
            | V::ExtensionNotOffered(_)
            | V::DeflateAcceptedTwice
            | V::AnswerUnknownParameter(_)
            | V::AnswerRepeatedParameter(_)
            | V::AnswerWrongValue(..)
            | V::ClientWindowNotOffered
            | V::SubprotocolNotOffered(_)
            | V::SubprotocolLetterCase(_)
            | V::SubprotocolsSeveral(_)
            | V::SubprotocolFieldDoubled
            | V::SubprotocolEmpty => true,
            V::EmptyLineFirst
            | V::BareLf
            | V::FoldedField(_)
            | V::FieldMalformed(_)
            | V::FieldIllegalOctets(_)
            | V::EmptyListElement(_)
            | V::UpgradeLetterCase(_)
            | V::ExtensionsEmpty
            | V::ExtensionUnregistered(_)
            | V::TargetAbsolute(_)
            | V::HostLacksPort(..)
            | V::UpgradeListsOthers(_)
            | V::KeyPadBits(_)
            | V::OriginMissing
            | V::OriginMalformed(_)
            | V::SubprotocolsEmpty
            | V::SubprotocolNotToken(_)
            | V::SubprotocolRepeated(_)
            // A bad offer is declined, not the handshake (RFC 7692 §7).
            | V::OfferUnknownParameter(_)
            | V::OfferRepeatedParameter(_)
            | V::OfferWrongValue(..)
            | V::BodyAnnounced
            | V::DataBeforeResponse(_)
            | V::StatusLineSpacing(_)
            | V::ExtensionsFieldDoubled
            // The answer says well enough what the server is going to do.
            | V::ServerWindowDropped(_)
            | V::ServerWindowAboveOffer(..)
            | V::ServerTakeoverDropped
            | V::ContentLengthPresent
            | V::TransferEncodingPresent
            | V::UpgradeRequiredWithoutUpgrade
            | V::VersionListMalformed(_)
            | V::FramesBehindRefusal => false,
        }
    }

    /// The first of these that is lethal.
    #[must_use]
    pub fn first_lethal(violations: &[Self]) -> Option<&Self> {
        violations.iter().find(|violation| violation.is_lethal())
    }
}

/// Characters of the peer's text that a violation keeps.
const KEPT: usize = 100;

/// A text of the peer, clipped to what a sentence can bear.
pub(in crate::protocol) fn clip(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
