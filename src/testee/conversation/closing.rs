//! Failing the connection, and closing it (RFC 6455 §7).

use crate::protocol::{CloseBody, CloseCode, Opcode, Role, Violation};

use super::{Conversation, Phase};
use crate::testee::conduct::{AfterClose, AfterFailing, CloseReply, FailWith, OnError};

impl Conversation {
    /// RFC 6455 §7.1.7.
    pub(super) fn fail_the_connection(&mut self, violation: &Violation) {
        self.fail_with(right_code(violation));
    }

    pub(super) fn fail_with(&mut self, right: CloseCode) {
        if self.conduct.failing.undoes_the_read {
            self.out.truncate(self.out_before_read);
        }
        match self.conduct.failing.on_error {
            OnError::DropTcp => self.phase = Phase::Over,
            OnError::Reset => self.reset(),
            OnError::Nothing => self.phase = Phase::PlayingDead,
            OnError::CloseTwice => {
                self.out.control(Opcode::CLOSE, &CloseBody::encode(right, b""));
                self.out.control(Opcode::CLOSE, &CloseBody::encode(right, b""));
                self.go_on_after_failing();
            }
            OnError::Close(code) => {
                let body = match code {
                    FailWith::RightCode => CloseBody::encode(right, b""),
                    FailWith::Code(code) => CloseBody::encode(code, b""),
                    FailWith::Body(body) => body.to_vec(),
                    FailWith::NoCode => Vec::new(),
                };
                self.out.control(Opcode::CLOSE, &body);
                self.go_on_after_failing();
            }
        }
    }

    fn go_on_after_failing(&mut self) {
        match self.conduct.failing.after {
            AfterFailing::CloseTcp => self.both_closed(),
            AfterFailing::AwaitClose => self.phase = Phase::Discarding,
            AfterFailing::Never => self.phase = Phase::PlayingDead,
            AfterFailing::GoOn => {}
        }
    }

    pub(super) fn reset(&mut self) {
        self.resets = true;
        self.phase = Phase::Over;
    }

    pub(super) fn start_closing(&mut self) {
        self.out.control(Opcode::CLOSE, self.conduct.closing.own);
        for (opcode, payload) in self.conduct.closing.after_own {
            self.out.control(*opcode, payload);
        }
        self.phase = Phase::AwaitingClose;
    }

    /// The peer's Close, after our own.
    pub(super) fn closing_is_answered(&mut self, body: &CloseBody) {
        if self.conduct.closing.answers_the_answer
            && let CloseReply::Close(reply) = CloseReply::same_code(body)
        {
            self.out.control(Opcode::CLOSE, &reply);
        }
        self.both_closed();
    }

    pub(super) fn answer_close(&mut self, body: &CloseBody) {
        let reply = match (self.conduct.closing.reply)(body) {
            CloseReply::Close(reply) => reply,
            CloseReply::Never => {
                self.phase = Phase::PlayingDead;
                return;
            }
            CloseReply::DropTcp => {
                self.phase = Phase::Over;
                return;
            }
            CloseReply::Reset => return self.reset(),
        };
        self.out.control(Opcode::CLOSE, &reply);
        match self.conduct.closing.after {
            AfterClose::Nothing => {}
            AfterClose::CloseAgain => self.out.control(Opcode::CLOSE, &reply),
            AfterClose::GoOn => return,
            AfterClose::Frames(frames) => {
                for (opcode, payload) in frames {
                    self.out.control(*opcode, payload);
                }
            }
        }
        self.both_closed();
    }

    /// The closing handshake is over: the server closes TCP (RFC 6455 §7.1.1).
    pub(super) const fn both_closed(&mut self) {
        self.phase = match self.role {
            Role::Server if self.conduct.tcp.closes => Phase::Over,
            Role::Server => Phase::PlayingDead,
            Role::Client if self.conduct.tcp.client_closes => Phase::Over,
            Role::Client => Phase::AwaitingTcpEnd,
        };
    }
}

/// The code to fail a connection with (RFC 6455 §7.4.1).
const fn right_code(violation: &Violation) -> CloseCode {
    match violation {
        Violation::InvalidUtf8(_)
        | Violation::IncompleteUtf8
        | Violation::CloseReasonNotUtf8
        | Violation::InvalidDeflate => CloseCode::INVALID_PAYLOAD,
        Violation::InflatedTooLarge => CloseCode::TOO_BIG,
        _ => CloseCode::PROTOCOL_ERROR,
    }
}
