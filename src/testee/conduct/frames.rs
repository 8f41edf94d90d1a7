//! How an endpoint writes frames, and what it makes of those that come in.

use crate::protocol::{CloseCode, FrameHeader, MaskingKey, MessageKind, Opcode, Violation};

/// Says of opcodes whether their frames are concerned.
pub type OfOpcode = fn(Opcode) -> bool;
/// Says it of violations.
pub type OfViolation = fn(&Violation, &Scene) -> bool;
/// Says it of frames that come in.
pub type OfFrame = fn(&Scene) -> bool;
/// Says it of them and the beginnings of their payloads.
pub type OfPayload = fn(&Scene, &[u8]) -> bool;

/// Makes a frame other than it should be.
pub type FrameEdit = fn(&mut SentFrame);

/// How an endpoint writes frames.
#[derive(Clone, Debug, Default)]
pub struct SendingConduct {
    /// Whether it masks its frames just where its role says not to, and the other way round.
    pub masks_against_its_role: bool,
    /// Where its masking keys come from.
    pub keys: MaskingKeys,
    /// Changes of frames before they are written: first whom they are for, then what they do.
    pub edits: Vec<(OfOpcode, FrameEdit)>,
    /// The octets of data frames are written without their headers.
    pub data_without_headers: bool,
}

impl SendingConduct {
    /// Changes frames with these opcodes before they are written.
    pub fn edit(&mut self, concerns: OfOpcode, edit: FrameEdit) {
        self.edits.push((concerns, edit));
    }
}

/// A frame as it is written: right at first, and then at times not.
#[derive(Clone, Debug)]
pub struct SentFrame {
    /// Its header. The length and the masking key were right, too.
    pub header: FrameHeader,
    /// Its payload, before it is masked.
    pub payload: Vec<u8>,
    /// The MASK bit says the opposite of what is so.
    pub mask_bit_lies: bool,
}

impl SentFrame {
    /// Gives it another payload, with the length that it has.
    pub fn set_payload(&mut self, payload: Vec<u8>) {
        self.payload = payload;
        self.header = FrameHeader {
            fin: self.header.fin,
            rsv: self.header.rsv,
            mask: self.header.mask,
            ..FrameHeader::new(self.header.opcode, self.payload.len() as u64)
        };
    }
}

/// Where an endpoint's masking keys come from (RFC 6455 §5.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MaskingKeys {
    /// Each is random.
    #[default]
    Fresh,
    /// Each is this.
    Always(MaskingKey),
    /// One for the whole connection.
    OneAConnection,
    /// Each is one more than the last.
    Counted,
    /// Two that take turns.
    TwoInTurns,
    /// Each of them is one random octet, four times.
    OneOctet,
    /// Each is random in its last octet only.
    AlmostAlways,
}

/// What an endpoint makes of the frames that come in.
#[derive(Clone, Debug, Default)]
pub struct ReadingConduct {
    /// What it does about a violation instead of failing the connection: the first that fits.
    pub overlooks: Vec<(OfViolation, Then)>,
    /// What it does about legal frames instead of what it should: the first that fits.
    pub mistreats: Vec<(OfFrame, Then)>,
    /// What it does about a legal data frame whose payload begins so: the first that fits.
    pub mistreats_payloads: Vec<(OfPayload, Then)>,
    /// When it notices text that is not UTF-8.
    pub utf8: Utf8Check,
    /// What it takes for UTF-8 once a message is complete, instead of what is.
    pub takes_for_text: Option<fn(&[u8]) -> bool>,
    /// Payload is spoilt like this when it is unmasked; the number is the position of the first of
    /// these octets in the frame.
    pub garbles: Option<fn(&FrameHeader, u64, &mut [u8])>,
    /// It gives up on a frame whose header does not come in one read.
    pub headers_in_one_read: bool,
    /// It answers Pongs as if they were Pings.
    pub answers_pongs: bool,
    /// It answers Pings of more than 125 octets with all of them.
    pub answers_long_pings_whole: bool,
}

impl ReadingConduct {
    /// Does this about such violations.
    pub fn overlook(&mut self, what: OfViolation, then: Then) {
        self.overlooks.push((what, then));
    }

    /// Does this about such frames, though they are legal.
    pub fn mistreat(&mut self, what: OfFrame, then: Then) {
        self.mistreats.push((what, then));
    }

    /// Does this about data frames whose payloads begin so, though they are legal.
    pub fn mistreat_payload(&mut self, what: OfPayload, then: Then) {
        self.mistreats_payloads.push((what, then));
    }
}

/// A frame that comes in, and where.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// Its header.
    pub header: FrameHeader,
    /// A fragmented message is open.
    pub inside: bool,
    /// How many frames came in the same read before it.
    pub earlier_in_read: u64,
    /// How many data frames the message had before it.
    pub earlier_in_message: u64,
    /// How many data messages were complete before it.
    pub earlier_messages: u64,
    /// How many Pings came before it.
    pub earlier_pings: u64,
    /// Compression is agreed.
    pub deflate: bool,
}

/// What an endpoint does about a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It takes it for what it is, or as if it were right.
    GoOn,
    /// It passes over it.
    IgnoreFrame,
    /// It takes its payload for a message of this kind, or for the rest of the one that is open.
    TakeAs(MessageKind),
    /// It adds its payload to the message that is open.
    Append,
    /// It takes a frame that begins a message for the rest of the one that is open.
    Merge,
    /// It forgets what it has of the message that is open.
    ForgetMessage,
    /// It never echoes the message that is open.
    LoseMessage,
    /// It takes it for what it is, and fails the connection with the next message.
    Poison,
    /// It fails the connection with this code.
    Fail(CloseCode),
    /// It closes TCP.
    DropTcp,
    /// It resets TCP.
    Reset,
    /// It never reacts again.
    FallSilent,
}

/// When an endpoint notices text that is not UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Utf8Check {
    /// At the first octet that cannot stand where it does.
    #[default]
    AtOnce,
    /// When the frame is complete.
    AtFrameEnd,
    /// When the message is complete.
    AtMessageEnd,
    /// Of each frame alone, as if no character could span two.
    OfEachFrame,
    /// Of what came in each read alone.
    OfEachRead,
}
