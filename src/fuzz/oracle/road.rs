//! What has been seen of our octets so far, and what the testee owes for it.

use crate::{
    case::{Event, Payload},
    protocol::{
        CloseBody, FrameHeader, MessageKind, Received, Role, Violation,
        deflate::{DeflateParameters, Inspector},
    },
};

use super::{
    course::{Course, Due, Duty, Fate, Reply},
    severity::{Severity, ShowsIn},
};

/// Frames of more octets than this may be too big for a testee (RFC 6455 §10.4).
const LARGE: u64 = 1 << 20;

/// The way so far.
#[derive(Clone)]
pub(super) struct Road {
    /// The step that is being taken.
    pub(super) step: usize,
    /// It starts the closing handshake.
    pub(super) closing_in_order: bool,
    /// Nobody sees the answer to a Ping that is in it.
    pub(super) unseen: bool,
    /// From here on our octets cannot be read beforehand.
    pub(super) is_lost: bool,
    role: Role,
    /// Follows the compressed messages.
    inspector: Option<Inspector>,
    dues: Vec<Due>,
    /// Pongs from here on may be left out if another Ping follows (RFC 6455 §5.5.3).
    flight: usize,
    /// Whoever waits for a due before this one has most likely missed it: something behind it was
    /// waited for.
    past: usize,
    vain: Vec<usize>,
    violations: Vec<Violation>,
    wrong: Option<Wrong>,
    /// From this due on the testee may have failed the connection.
    doubt: Option<usize>,
    close: Option<Close>,
    goes_on_after_close: bool,
    frame: Option<FrameHeader>,
    message: Option<OpenMessage>,
}

#[derive(Clone)]
struct OpenMessage {
    kind: MessageKind,
    octets: Vec<u8>,
    compressed: bool,
    /// Something in it is wrong that shows at its end at the latest.
    wrong: bool,
}

/// Something that the testee has to fail the connection for.
#[derive(Clone)]
struct Wrong {
    requirement: &'static str,
    codes: Vec<u16>,
    /// The dues before it.
    from: usize,
    /// The dues before the point where the testee has certainly seen it.
    sure: Option<usize>,
    /// It shows at the end of the frame.
    in_frame: bool,
}

#[derive(Clone)]
struct Close {
    from: usize,
    body: CloseBody,
    in_order: bool,
}

impl Road {
    pub(super) fn new(role: Role, deflate: Option<DeflateParameters>) -> Self {
        Self {
            inspector: deflate.map(|agreed| Inspector::new(role, agreed)),
            step: 0,
            closing_in_order: false,
            unseen: false,
            is_lost: false,
            role,
            dues: Vec::new(),
            flight: 0,
            past: 0,
            vain: Vec::new(),
            violations: Vec::new(),
            wrong: None,
            doubt: None,
            close: None,
            goes_on_after_close: false,
            frame: None,
            message: None,
        }
    }

    pub(super) const fn has_closed(&self) -> bool {
        self.close.is_some()
    }

    pub(super) const fn is_inside_frame(&self) -> bool {
        self.frame.is_some()
    }

    /// The next reply that is due.
    pub(super) fn owes(&mut self, reply: Reply) {
        self.dues.push(Due { reply, duty: Duty::Required, step: self.step, awaited: false });
    }

    /// The case waits until nothing more comes.
    pub(super) fn all_is_awaited(&mut self) {
        if !self.may_have_ended() {
            for due in &mut self.dues {
                due.awaited = true;
            }
        }
        self.flight = self.dues.len();
    }

    /// Whether the testee has a reason to have ended the connection by now, and with it all that it
    /// had not yet written: a wait that comes behind the reason gives it no time.
    const fn may_have_ended(&self) -> bool {
        self.wrong.is_some() || self.doubt.is_some() || self.close.is_some()
    }

    /// The case waits for the answer to a Ping that nobody else sees.
    pub(super) const fn is_fenced(&mut self) {
        self.past = self.dues.len();
    }

    /// The case waits for this event.
    pub(super) fn is_awaited(&mut self, event: &Event) {
        // The first that it can be: it may end the wait, and those after it come when they come.
        let mut dues = self.dues.iter();
        let position = dues.position(|due| !due.awaited && due.reply.is_seen_as(event));
        if position.is_none_or(|position| position < self.past) {
            self.vain.push(self.step);
        }
        let Some(position) = position else {
            return;
        };
        self.past = self.past.max(position + 1);
        if self.may_have_ended() {
            return;
        }
        if matches!(event, Event::Pong(_)) {
            self.flight = self.dues.len();
            self.dues[position].awaited = true;
        } else {
            // Echoes come in order; Pongs may come whenever they like.
            let echoes = self.dues[..=position].iter_mut();
            for due in echoes.filter(|due| matches!(due.reply, Reply::Echo(..))) {
                due.awaited = true;
            }
        }
    }

    /// What our decoder says of the next octets.
    pub(super) fn pass(&mut self, received: Received<'_>) {
        if self.is_lost {
            return;
        }
        match received {
            Received::FrameStart(header) => {
                if header.length > LARGE {
                    self.doubt.get_or_insert(self.dues.len());
                }
                self.frame = Some(header);
                self.goes_on_after_close |= self.close.is_some();
            }
            Received::FramePayload(octets) => self.inspect(octets),
            Received::FrameEnd => {
                self.frame = None;
                if let Some(wrong) = &mut self.wrong
                    && wrong.in_frame
                {
                    wrong.sure.get_or_insert(self.dues.len());
                }
            }
            Received::Violation(violation) => self.violated(violation),
            Received::MessageStart(kind) => {
                self.message = Some(OpenMessage {
                    kind,
                    octets: Vec::new(),
                    compressed: self.frame.is_some_and(|header| header.rsv.rsv1()),
                    wrong: false,
                });
            }
            Received::MessageData(octets) => {
                if let Some(message) = &mut self.message {
                    message.octets.extend_from_slice(octets);
                }
            }
            Received::MessageEnd => self.message_ends(),
            Received::Ping(payload) => self.pinged(payload),
            Received::Pong(_) => {}
            Received::Close(body) => {
                if self.close.is_none() {
                    self.close = Some(Close {
                        from: self.dues.len(),
                        body,
                        in_order: self.closing_in_order,
                    });
                }
            }
        }
    }

    fn violated(&mut self, violation: Violation) {
        if self.close.is_some() {
            return;
        }
        if violation == Violation::InvalidDeflate && !self.is_certainly_no_stream() {
            self.is_lost = true;
            return;
        }
        match Severity::of(&violation, self.role) {
            Severity::Lethal { requirement, codes, shows_in } => {
                self.is_wrong(requirement, codes, shows_in)
            }
            Severity::Tolerable => {
                self.doubt.get_or_insert(self.dues.len());
            }
            Severity::OfClose => {}
        }
        self.violations.push(violation);
    }

    /// Whether every inflater sees that a compressed message is no DEFLATE stream: in its octets, and
    /// not only in those that are added at its end.
    fn is_certainly_no_stream(&self) -> bool {
        self.inspector.as_ref().is_some_and(Inspector::is_lost)
    }

    fn is_wrong(&mut self, requirement: &'static str, codes: &[u16], shows_in: ShowsIn) {
        let in_frame = shows_in == ShowsIn::Frame;
        if let (Some(message), false) = (&mut self.message, in_frame) {
            message.wrong = true;
        }
        let from = self.dues.len();
        let wrong = self.wrong.get_or_insert_with(|| Wrong {
            requirement,
            codes: Vec::new(),
            from,
            sure: None,
            in_frame: false,
        });
        if wrong.sure.is_some() {
            return;
        }
        // A frame that is wrong shows for certain what may not have shown before.
        if in_frame && !wrong.in_frame {
            wrong.requirement = requirement;
        }
        wrong.in_frame |= in_frame;
        wrong.codes.extend_from_slice(codes);
    }

    /// Follows the octets of a compressed message.
    fn inspect(&mut self, octets: &[u8]) {
        let is_data = self.frame.is_some_and(|header| !header.opcode.is_control());
        let compressed = self.message.as_ref().is_some_and(|it| it.compressed);
        if let (Some(inspector), true) = (&mut self.inspector, is_data && compressed) {
            inspector.inspect(octets, &mut |_| {});
        }
    }

    fn message_ends(&mut self) {
        let Some(message) = self.message.take() else {
            return;
        };
        if let (Some(inspector), true) = (&mut self.inspector, message.compressed) {
            let is_clear = inspector.is_at_clear_end();
            inspector.end_message(&mut |_| {});
            // What an inflater makes of half a block is its own affair.
            if !is_clear && !message.wrong {
                self.is_lost = true;
                return;
            }
        }
        if let (true, Some(wrong)) = (message.wrong, &mut self.wrong) {
            wrong.sure.get_or_insert(self.dues.len());
        }
        let payload = Payload::from(&message.octets[..]);
        self.owes(Reply::Echo(message.kind, payload));
    }

    fn pinged(&mut self, payload: &[u8]) {
        for due in &mut self.dues[self.flight..] {
            if matches!(due.reply, Reply::Pong(_)) {
                due.duty = Duty::Optional;
            }
        }
        if !self.unseen {
            self.owes(Reply::Pong(Payload::from(payload)));
        }
    }

    /// Nothing more follows. `gone`: because we have ended TCP; `unfinished`: inside a frame.
    pub(super) fn end(mut self, gone: bool, unfinished: bool) -> Course {
        let wrong = self.wrong.as_ref();
        let sure = wrong.and_then(|wrong| wrong.sure);
        let doubt = [
            self.doubt,
            wrong.map(|wrong| wrong.from),
            self.close.as_ref().map(|close| close.from),
        ];
        let doubt = doubt.into_iter().flatten().min();
        // Who checks a text only when it is handed out may answer a Ping before.
        let in_frame = wrong.is_some_and(|wrong| wrong.in_frame);
        let is_checked = |due: &Due| in_frame || !matches!(due.reply, Reply::Pong(_));
        let fate = self.fate(gone, unfinished);
        for index in 0..self.dues.len() {
            let (before, rest) = self.dues.split_at_mut(index);
            let due = &mut rest[0];
            if sure.is_some_and(|sure| index >= sure) && is_checked(due) {
                // A second Pong to an earlier Ping is legal (RFC 6455 §5.5.3).
                let again = matches!(due.reply, Reply::Pong(_)) && {
                    let event = due.reply.event();
                    before.iter().any(|earlier| earlier.reply.is_seen_as(&event))
                };
                due.duty = if again { Duty::Optional } else { Duty::Forbidden };
            } else if doubt.is_some_and(|doubt| index >= doubt)
                || (fate != Fate::Open && !due.awaited)
            {
                due.duty = Duty::Optional;
            }
        }
        Course {
            dues: self.dues,
            fate,
            violations: self.violations,
            message_open: self.message.is_some(),
            goes_on_after_close: self.goes_on_after_close,
            vain: self.vain,
        }
    }

    fn fate(&mut self, gone: bool, unfinished: bool) -> Fate {
        let close = self.close.take();
        if gone {
            return if self.is_lost { Fate::Lost } else { Fate::Left };
        }
        if let Some(wrong) = self.wrong.as_ref().filter(|wrong| wrong.sure.is_some()) {
            // Who checks a text only when it is handed out may answer the Close before; and what is
            // only masked wrongly has to be closed, which an answer does (RFC 6455 §5.1).
            let is_mask = |violation: &Violation| {
                matches!(violation, Violation::UnmaskedClientFrame | Violation::MaskedServerFrame)
            };
            let close = close.filter(|_| wrong.in_frame && !self.violations.iter().any(is_mask));
            let mut codes = wrong.codes.clone();
            if self.doubt.is_some() {
                codes.extend([1002, 1007, 1009]);
            }
            codes.sort_unstable();
            codes.dedup();
            return Fate::Failing {
                requirement: wrong.requirement,
                codes,
                regular: close.map_or_else(Vec::new, |close| {
                    let code = close.body.code().map(|code| code.0);
                    let other = code.filter(|code| *code != 1000);
                    [1000].into_iter().chain(other).collect()
                }),
            };
        }
        let is_doubtful = self.doubt.is_some() || self.wrong.is_some();
        match close {
            None if self.is_lost => Fate::Lost,
            None if unfinished => Fate::Left,
            _ if is_doubtful => Fate::Doubtful,
            // What follows it makes no difference.
            Some(Close { body, in_order, .. }) => Fate::Closing { body, in_order },
            None => Fate::Open,
        }
    }
}
