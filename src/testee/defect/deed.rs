//! What a defect changes about a correct endpoint.

use crate::protocol::{
    CloseBody, CloseCode, MessageKind, Opcode, Violation, deflate::DeflateParameters,
};
use crate::testee::{
    conduct::{
        CloseReply, Conduct, FailWith, FrameEdit, OfFrame, OfOpcode, OfPayload, OfViolation,
        OnError, Scene, Then,
    },
    opening::{Answer, Head, ParameterFlaw, ReceivedHead, RequestFlaw, ResponseFlaw},
};

/// One change of an endpoint's conduct.
pub(super) enum Deed {
    /// It accepts frames with such violations as if they were right.
    Overlook(OfViolation),
    /// It does this about such violations instead of failing the connection.
    ReactTo(OfViolation, Then),
    /// It does this about such frames, though they are legal.
    Mistreat(OfFrame, Then),
    /// It fails the connection with 1003 over such frames, though they are legal.
    Refuse(OfFrame),
    /// It does this about data frames whose payloads begin so, though they are legal.
    MistreatPayload(OfPayload, Then),
    /// It accepts as text what this function accepts, instead of UTF-8.
    TakeForText(fn(&[u8]) -> bool),
    /// It changes frames with such opcodes before it writes them.
    EditFrames(OfOpcode, FrameEdit),
    /// It changes messages before it echoes them.
    EditEcho(fn(MessageKind, &mut Vec<u8>)),
    /// As client, it changes its request.
    EditRequest(fn(&mut Head)),
    /// As server, it changes the response that opens the connection.
    EditResponse(fn(&mut Head, &ReceivedHead)),
    /// As server, it changes the response that refuses a request.
    EditRefusal(fn(&mut Head)),
    /// As server, it changes its answer to an offer of permessage-deflate.
    EditAnswer(fn(&mut Answer)),
    /// As server, it does not notice such flaws of a request.
    OverlookInRequest(fn(&RequestFlaw) -> bool),
    /// As server, it does not notice such flaws of an offer of permessage-deflate.
    OverlookInOffer(fn(&ParameterFlaw) -> bool),
    /// As client, it does not notice such flaws of a response.
    OverlookInResponse(fn(&ResponseFlaw) -> bool),
    /// As server, it refuses such requests, though they are right.
    RefuseRequest(fn(&ReceivedHead) -> bool),
    /// As client, it refuses such responses, though they are right.
    RefuseResponse(fn(&ReceivedHead) -> bool),
    /// As client, it refuses this parameter of permessage-deflate.
    RefuseParameter(&'static str),
    /// As client, it accepts a Sec-WebSocket-Accept if this function, given the received and the
    /// right one, says so.
    TakeForAccept(fn(&str, &str) -> bool),
    /// It answers a Close like this.
    ReplyToClose(fn(&CloseBody) -> CloseReply),
    /// It fails connections with this code.
    FailConnectionWith(FailWith),
    /// Any other change.
    Change(fn(&mut Conduct)),
}

impl Deed {
    /// Changes the conduct.
    pub(super) fn apply(&self, conduct: &mut Conduct) {
        let Conduct { opening, reading, sending, .. } = conduct;
        match *self {
            Self::Overlook(what) => reading.overlook(what, Then::GoOn),
            Self::ReactTo(what, then) => reading.overlook(what, then),
            Self::Mistreat(what, then) => reading.mistreat(what, then),
            Self::Refuse(what) => reading.mistreat(what, Then::Fail(CloseCode(1003))),
            Self::MistreatPayload(what, then) => reading.mistreat_payload(what, then),
            Self::TakeForText(is_text) => reading.takes_for_text = Some(is_text),
            Self::EditFrames(concerns, edit) => sending.edit(concerns, edit),
            Self::EditEcho(edit) => conduct.echo.edits.push(edit),
            Self::EditRequest(edit) => opening.request_edits.push(edit),
            Self::EditResponse(edit) => opening.response_edits.push(edit),
            Self::EditRefusal(edit) => opening.refusal_edits.push(edit),
            Self::EditAnswer(edit) => opening.answer_edits.push(edit),
            Self::OverlookInRequest(flaw) => opening.overlooks_in_requests.push(flaw),
            Self::OverlookInOffer(flaw) => opening.overlooks_in_offers.push(flaw),
            Self::OverlookInResponse(flaw) => opening.overlooks_in_responses.push(flaw),
            Self::RefuseRequest(unwanted) => opening.refuses_requests.push(unwanted),
            Self::RefuseResponse(unwanted) => opening.refuses_responses.push(unwanted),
            Self::RefuseParameter(parameter) => opening.refuses_parameters.push(parameter),
            Self::TakeForAccept(takes) => opening.takes_for_accept.push(takes),
            Self::ReplyToClose(reply) => conduct.closing.reply = reply,
            Self::FailConnectionWith(code) => conduct.failing.on_error = OnError::Close(code),
            Self::Change(change) => change(conduct),
        }
    }
}

/// Frames that start a message.
pub(super) fn starts_message(opcode: Opcode) -> bool {
    opcode == Opcode::TEXT || opcode == Opcode::BINARY
}

pub(super) fn is_close(opcode: Opcode) -> bool {
    opcode == Opcode::CLOSE
}

pub(super) fn is_pong(opcode: Opcode) -> bool {
    opcode == Opcode::PONG
}

/// A Close whose body is wrong.
pub(super) const fn is_about_a_close(violation: &Violation, _: &Scene) -> bool {
    matches!(
        violation,
        Violation::CloseBodyOfOneOctet
            | Violation::CloseCodeForbidden(_)
            | Violation::CloseCodeUndefined(_)
            | Violation::CloseReasonNotUtf8
    )
}

/// The agreed parameters with windows of this size in both directions.
pub(super) const fn with_windows(agreed: DeflateParameters, bits: u8) -> DeflateParameters {
    DeflateParameters { server_max_window_bits: bits, client_max_window_bits: bits, ..agreed }
}

/// A Close with this code and no reason.
pub(super) fn close_with(code: u16) -> CloseReply {
    CloseReply::Close(CloseBody::encode(CloseCode(code), b""))
}

/// Whether it stands somewhere in the value, whatever the letter case.
pub(super) fn contains_token(value: &str, token: &str) -> bool {
    value.to_ascii_lowercase().contains(token)
}
