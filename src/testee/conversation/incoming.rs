//! The frame that is coming in, and what the endpoint makes of it.

use crate::protocol::{FrameHeader, MessageKind, Opcode, Utf8Checker, Violation};

use super::{Conversation, Phase};
use crate::testee::conduct::{Scene, Then, Utf8Check};

/// The most that is kept of a control frame's payload.
const CONTROL_KEPT: usize = 64 * 1024;

/// The frame that is coming in, and the message that it belongs to.
#[derive(Debug)]
pub struct Incoming {
    header: Option<FrameHeader>,
    treatment: Treatment,
    /// How much of its payload has come.
    length: u64,
    control_payload: Vec<u8>,
    /// What its text has been so far, for an endpoint that looks at each frame alone.
    frame_text: Utf8Checker,
    kind: Option<MessageKind>,
    scene: Scene,
    /// A message of several frames is open.
    in_fragments: bool,
    /// What is wrong with the text so far, for an endpoint that looks later.
    noticed_later: Option<Violation>,
    poisoned: bool,
}

/// What the endpoint makes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    /// What it is.
    Proper,
    /// Nothing.
    Ignored,
    /// A part of a message.
    AsMessage,
    /// What it is, and a part of the message that is open.
    Appended,
    /// Though it begins a message, it goes on with the one that is open.
    Merged,
}

impl Incoming {
    /// Nothing yet.
    pub fn new(deflate: bool) -> Self {
        let header = FrameHeader::new(Opcode::CONTINUATION, 0);
        let scene = Scene {
            header,
            inside: false,
            earlier_in_read: 0,
            earlier_in_message: 0,
            earlier_messages: 0,
            earlier_pings: 0,
            deflate,
        };
        Self {
            header: None,
            treatment: Treatment::Proper,
            length: 0,
            control_payload: Vec::new(),
            frame_text: Utf8Checker::default(),
            kind: None,
            scene,
            in_fragments: false,
            noticed_later: None,
            poisoned: false,
        }
    }

    pub const fn read_begins(&mut self) {
        self.scene.earlier_in_read = 0;
    }

    fn starts(&mut self, header: FrameHeader) {
        if let Some(last) = self.header.replace(header) {
            debug_assert!(false, "a frame starts within {last:?}");
        }
        self.scene.header = header;
        self.scene.inside = self.in_fragments;
        if !self.in_fragments && !header.opcode.is_control() {
            self.scene.earlier_in_message = 0;
        }
        self.treatment = Treatment::Proper;
        self.length = 0;
        self.control_payload.clear();
        self.frame_text = Utf8Checker::default();
        if !header.opcode.is_control() && !header.opcode.is_reserved() {
            self.in_fragments = !header.fin;
        }
    }

    /// The frame is complete; says which it was.
    fn ends(&mut self) -> Option<FrameHeader> {
        let header = self.header.take()?;
        self.scene.earlier_in_read += 1;
        self.scene.earlier_pings += u64::from(header.opcode == Opcode::PING);
        let is_data = !header.opcode.is_control();
        self.scene.earlier_in_message += u64::from(is_data);
        self.scene.earlier_messages += u64::from(is_data && header.fin);
        Some(header)
    }

    pub const fn scene(&self) -> Scene {
        self.scene
    }

    pub fn takes_control(&self) -> bool {
        matches!(self.treatment, Treatment::Proper | Treatment::Appended)
    }

    pub fn is_ignored(&self) -> bool {
        self.treatment == Treatment::Ignored
    }

    pub fn take_control_payload(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.control_payload)
    }

    pub const fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// A frame begins a message of this kind; says whether the endpoint takes it so.
    pub fn begins_message(&mut self, kind: MessageKind) -> bool {
        if matches!(self.treatment, Treatment::Ignored | Treatment::Merged) {
            return false;
        }
        self.kind = Some(kind);
        true
    }

    pub fn is_text(&self) -> bool {
        self.kind == Some(MessageKind::Text)
    }

    /// The frame to which the last so many octets belong that are no compressed ones, and the
    /// position of the first of them in it.
    pub fn position(&self, octets: usize) -> Option<(FrameHeader, u64)> {
        let header = self.header.filter(|header| !header.rsv.rsv1())?;
        Some((header, self.length.checked_sub(octets as u64)?))
    }

    /// Whether these octets of a message are text for who looks at frames or reads alone.
    pub fn is_text_for(&mut self, check: Utf8Check, octets: &[u8]) -> bool {
        match check {
            _ if !self.is_text() => true,
            Utf8Check::OfEachRead => std::str::from_utf8(octets).is_ok(),
            Utf8Check::OfEachFrame => self.frame_text.push(octets).is_ok(),
            _ => true,
        }
    }

    pub fn notice(&mut self, violation: Violation) {
        self.noticed_later.get_or_insert(violation);
    }

    pub const fn take_noticed(&mut self) -> Option<Violation> {
        self.noticed_later.take()
    }
}

impl Conversation {
    pub(super) fn frame_starts(&mut self, header: FrameHeader) {
        self.incoming.starts(header);
        let scene = self.incoming.scene();
        let mut mistreats = self.conduct.reading.mistreats.iter();
        if let Some((_, then)) = mistreats.find(|(fits, _)| fits(&scene)) {
            self.treat(*then);
        }
    }

    pub(super) fn frame_goes_on(&mut self, octets: &[u8]) {
        let scene = self.incoming.scene();
        let is_first = self.incoming.length == 0;
        self.incoming.length += octets.len() as u64;
        if scene.header.opcode.is_control() {
            let kept = &mut self.incoming.control_payload;
            kept.extend_from_slice(&octets[..octets.len().min(CONTROL_KEPT - kept.len())]);
        } else if is_first {
            let mut mistreats = self.conduct.reading.mistreats_payloads.iter();
            if let Some((_, then)) = mistreats.find(|(fits, _)| fits(&scene, octets)) {
                self.treat(*then);
            }
        }
        if matches!(self.incoming.treatment, Treatment::AsMessage | Treatment::Appended) {
            self.take_in(octets);
        }
    }

    pub(super) fn frame_ends(&mut self) {
        let Some(header) = self.incoming.ends() else {
            return;
        };
        let is_data = !header.opcode.is_control();
        let check = self.conduct.reading.utf8;
        if check == Utf8Check::AtFrameEnd && is_data {
            self.look_at_the_text();
        }
        if check == Utf8Check::OfEachFrame && !self.incoming.frame_text.is_complete() {
            self.fail_the_connection(&Violation::IncompleteUtf8);
        }
        let was_taken = self.incoming.treatment == Treatment::AsMessage;
        if was_taken && header.fin && self.phase == Phase::Talking {
            self.message_ends();
        }
    }

    /// Makes of the frame what the endpoint makes of it.
    pub(super) fn treat(&mut self, then: Then) {
        match then {
            Then::GoOn => {}
            Then::IgnoreFrame => self.incoming.treatment = Treatment::Ignored,
            Then::TakeAs(kind) => {
                self.incoming.treatment = Treatment::AsMessage;
                if !self.echo.is_open() {
                    self.incoming.kind = Some(kind);
                    self.echo.begin(kind);
                }
            }
            Then::Append => self.incoming.treatment = Treatment::Appended,
            Then::Merge => self.incoming.treatment = Treatment::Merged,
            Then::ForgetMessage => self.echo.forget(),
            Then::LoseMessage => self.echo.lose(),
            Then::Poison => self.incoming.poisoned = true,
            Then::Fail(code) => self.fail_with(code),
            Then::DropTcp => self.phase = Phase::Over,
            Then::Reset => self.reset(),
            Then::FallSilent => self.phase = Phase::PlayingDead,
        }
    }
}
