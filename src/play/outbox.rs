//! What we still have to write, made octet by octet as it leaves, so that a message of any size
//! takes no memory.

use std::{
    collections::VecDeque,
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    sync::Arc,
};

use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::{
    case::{FrameScript, MaskScript, Pacing, Part, Payload},
    protocol::{FrameHeader, LengthForm, MaskingKey, Opcode, Role, Rsv, mask},
    transcript::{Blame, MessageKind},
};

/// Octets in one write, unless the case cuts smaller.
const WRITE_OCTETS: usize = 64 * 1024;

/// Pieces up to this many octets are so few of a frame that a peer may react between two of them,
/// so they get the time to arrive on their own. Larger ones are work for the peer's buffers.
const APART_UP_TO: usize = 16;

/// The most octets with which an unfinished frame is filled up.
const FILLED_UP_MAX: u64 = 64 * 1024;

/// So many frames that wait to be written are a crowd: no script is as long, and a peer that asks
/// for so many answers does not read them.
const CROWD: usize = 1024;

/// What became of a call to [`Outbox::fill`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// There is nothing to write.
    Nothing,
    /// Write the octets.
    Now,
    /// Write the octets, which have to leave on their own.
    Piece,
    /// The same, and give them time to arrive on their own.
    Apart,
}

/// What the outbox has begun to write.
#[derive(Debug)]
pub enum Begun<'a> {
    /// A frame: why, its header, and the part of the payload that is in it.
    Frame(Blame, FrameHeader, &'a FrameBody),
    /// Octets that are no frame.
    Octets(&'a Payload),
}

/// Part of a payload.
#[derive(Clone, Debug)]
pub struct FrameBody {
    /// The whole.
    pub payload: Arc<Payload>,
    /// Where the part begins.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
}

impl FrameBody {
    fn whole(payload: Payload) -> Self {
        let to = payload.len();
        Self { payload: Arc::new(payload), from: 0, to }
    }

    const fn len(&self) -> u64 {
        self.to - self.from
    }

    /// Writes octets from `offset` of this part on into `out`; `out` must not reach beyond it.
    pub fn read(&self, offset: u64, out: &mut [u8]) {
        self.payload.read(self.from + offset, out);
    }
}

/// A queue of frames and octets.
#[derive(Debug)]
pub struct Outbox {
    role: Role,
    keys: SmallRng,
    queue: VecDeque<Item>,
    current: Option<Current>,
    unfinished: Option<Unfinished>,
    /// The last that was queued are octets that may end anywhere.
    loose: bool,
    /// Nothing may follow: our direction of TCP is ended.
    ended: bool,
    /// All is written in pieces of this many octets, until nothing is left to write.
    chop: Option<NonZeroUsize>,
}

/// A frame of ours that lacks some of the payload that it declares.
#[derive(Clone, Copy, Debug)]
struct Unfinished {
    mask: Option<MaskingKey>,
    /// Octets that are there.
    present: u64,
    declared: u64,
}

#[derive(Debug)]
enum Item {
    Frame {
        by: Blame,
        header: FrameHeader,
        body: FrameBody,
        pacing: Pacing,
    },
    Message {
        by: Blame,
        message: Fragments,
        pacing: Pacing,
    },
    /// The same frame again and again, made as it leaves.
    Repeated {
        left: u32,
        script: Box<FrameScript>,
        body: FrameBody,
    },
    More {
        mask: Option<MaskingKey>,
        offset: u64,
        payload: Payload,
    },
    Octets {
        payload: Payload,
        pacing: Pacing,
    },
    Handshake(Payload),
}

/// A message that is yet to be cut into frames.
#[derive(Debug)]
struct Fragments {
    opcode: Opcode,
    rsv: Rsv,
    payload: Arc<Payload>,
    fragment: Option<NonZeroU64>,
    done: u64,
}

/// What is being written.
#[derive(Debug)]
struct Current {
    header: Vec<u8>,
    header_done: usize,
    mask: Option<MaskingKey>,
    mask_offset: u64,
    body: FrameBody,
    body_done: u64,
    pacing: Pacing,
}

impl Outbox {
    /// An empty one; masking keys follow from the seed.
    #[must_use]
    pub fn new(role: Role, seed: u64) -> Self {
        Self {
            role,
            keys: SmallRng::seed_from_u64(seed),
            queue: VecDeque::new(),
            current: None,
            unfinished: None,
            loose: false,
            ended: false,
            chop: None,
        }
    }

    /// Whether the last frame lacks some of its declared payload: no other frame may follow, or
    /// its octets would be taken for payload.
    #[must_use]
    pub const fn is_inside_frame(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Whether nobody knows if a frame ends where the next would begin: the script sent octets.
    #[must_use]
    pub const fn is_loose(&self) -> bool {
        self.loose
    }

    /// Whether so much is waiting that the peer must be asking for more than it reads.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.queue.len() >= CROWD
    }

    /// Queues a frame just as the script has it.
    pub fn scripted_frame(&mut self, script: &FrameScript) {
        let header = self.scripted_header(script);
        let present = script.payload.len();
        self.unfinished = (header.length > present).then_some(Unfinished {
            mask: header.mask,
            present,
            declared: header.length,
        });
        let body = FrameBody::whole(script.payload.clone());
        let pacing = script.pacing;
        self.push(Item::Frame { by: Blame::Script, header, body, pacing });
    }

    /// Queues a whole frame so many times.
    pub fn repeated_frame(&mut self, times: NonZeroU32, script: FrameScript) {
        self.push(Item::Repeated {
            left: times.get(),
            body: FrameBody::whole(script.payload.clone()),
            script: Box::new(script),
        });
    }

    fn scripted_header(&mut self, script: &FrameScript) -> FrameHeader {
        let declared = script.length.unwrap_or_else(|| script.payload.len());
        let key = match script.mask {
            MaskScript::AsRole => self.key_of(self.role),
            MaskScript::AgainstRole => self.key_of(self.role.peer()),
            MaskScript::Always => Some(self.keys.random()),
            MaskScript::Never => None,
            MaskScript::Key(key) => Some(key),
        };
        FrameHeader {
            fin: script.fin,
            rsv: script.rsv,
            opcode: script.opcode,
            mask: key,
            length: declared,
            form: script.form.unwrap_or_else(|| LengthForm::shortest(declared)),
        }
    }

    /// Queues a legal frame of ours.
    pub fn frame(&mut self, by: Blame, opcode: Opcode, payload: Payload) {
        let mut header = FrameHeader::new(opcode, payload.len());
        header.mask = self.key_of(self.role);
        let body = FrameBody::whole(payload);
        self.push(Item::Frame { by, header, body, pacing: Pacing::default() });
    }

    /// Queues a message, cut into frames of `fragment` octets. Where the payload is a multiple of
    /// that and does not fit in one frame, an empty final frame ends it.
    pub fn message(
        &mut self,
        kind: MessageKind,
        compressed: bool,
        payload: Payload,
        fragment: Option<NonZeroU64>,
        pacing: Pacing,
    ) {
        let opcode = kind.opcode();
        let rsv = if compressed { Rsv::RSV1 } else { Rsv::NONE };
        let message = Fragments { opcode, rsv, payload: Arc::new(payload), fragment, done: 0 };
        self.push(Item::Message { by: Blame::Script, message, pacing });
    }

    /// Queues more payload of the frame that was left unfinished.
    pub fn more(&mut self, payload: Payload) {
        let Some(frame) = self.unfinished else {
            return self.octets(payload, Pacing::default());
        };
        let present = frame.present + payload.len();
        self.unfinished = (present < frame.declared).then_some(Unfinished { present, ..frame });
        let (mask, offset) = (frame.mask, frame.present);
        self.push(Item::More { mask, offset, payload });
    }

    /// Fills up the unfinished frame, if there is one and it does not lack too much, so that
    /// another can follow. Says whether one can.
    pub fn complete_frame(&mut self) -> bool {
        let missing = self.unfinished.map_or(0, |frame| frame.declared - frame.present);
        if missing > FILLED_UP_MAX {
            return false;
        }
        if missing > 0 {
            self.more(Payload::new(vec![Part::Fill { unit: b" ".to_vec(), length: missing }]));
        }
        true
    }

    /// Says that the unfinished frame is complete.
    pub const fn frame_finished(&mut self) {
        self.unfinished = None;
    }

    /// Queues octets.
    pub fn octets(&mut self, payload: Payload, pacing: Pacing) {
        self.push(Item::Octets { payload, pacing });
    }

    /// Queues our part of the opening handshake, which is no octets of the open connection. With
    /// `chop` it leaves in pieces, and so does all that is queued before they are written.
    pub fn handshake(&mut self, head: &[u8], chop: Option<NonZeroUsize>) {
        self.chop = chop;
        if !head.is_empty() {
            self.push(Item::Handshake(Payload::from(head)));
        }
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.current.is_none()
    }

    /// Takes nothing more: our direction of TCP is ended.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// Whether it takes nothing more.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.ended
    }

    fn push(&mut self, item: Item) {
        if !self.ended {
            self.loose = matches!(item, Item::Octets { .. });
            self.queue.push_back(item);
        }
    }

    /// Drops everything that is not written yet.
    pub fn clear(&mut self) {
        self.queue.clear();
        self.current = None;
    }

    /// Fills the empty `out` with the next octets to write, and tells `on_begun` what begins in
    /// them.
    pub fn fill(&mut self, out: &mut Vec<u8>, on_begun: &mut dyn FnMut(Begun<'_>)) -> Write {
        let most = self.chop.map_or(WRITE_OCTETS, NonZeroUsize::get);
        while out.len() < most {
            if self.current.is_none() && !self.begin_next(out, on_begun) {
                break;
            }
            let Some(current) = &mut self.current else {
                break;
            };
            let pacing = current.pacing;
            let room = pacing.chop.map_or(most - out.len(), NonZeroUsize::get);
            if current.write(out, room) {
                self.current = None;
            }
            match pacing.chop.map(NonZeroUsize::get) {
                Some(piece) if piece > APART_UP_TO => return Write::Piece,
                Some(_) => return Write::Apart,
                None if pacing.apart && self.current.is_none() => return Write::Apart,
                None => {}
            }
        }
        if out.is_empty() {
            self.chop = None;
            return Write::Nothing;
        }
        match self.chop.map(NonZeroUsize::get) {
            Some(piece) if piece > APART_UP_TO => Write::Piece,
            Some(_) => Write::Apart,
            None => Write::Now,
        }
    }

    /// Takes up the next item; `false` if there is none, or it must not share a write with what
    /// is in `out` already.
    fn begin_next(&mut self, out: &[u8], on_begun: &mut dyn FnMut(Begun<'_>)) -> bool {
        let Some(item) = self.queue.front() else {
            return false;
        };
        if !out.is_empty() && item.pacing() != Pacing::default() {
            return false;
        }
        let Some(item) = self.queue.pop_front() else {
            return false;
        };
        let current = match item {
            Item::Frame { by, header, body, pacing } => {
                on_begun(Begun::Frame(by, header, &body));
                Current::frame(&header, body, pacing)
            }
            Item::Message { by, mut message, pacing } => {
                let (mut header, body, last) = message.next();
                header.mask = self.key_of(self.role);
                on_begun(Begun::Frame(by, header, &body));
                if !last {
                    self.queue.push_front(Item::Message { by, message, pacing });
                }
                Current::frame(&header, body, pacing)
            }
            Item::Repeated { left, script, body } => {
                let header = self.scripted_header(&script);
                let pacing = script.pacing;
                on_begun(Begun::Frame(Blame::Script, header, &body));
                if left > 1 {
                    self.queue.push_front(Item::Repeated {
                        left: left - 1,
                        script,
                        body: body.clone(),
                    });
                }
                Current::frame(&header, body, pacing)
            }
            Item::More { mask, offset, payload } => {
                on_begun(Begun::Octets(&payload));
                Current::octets(payload, mask, offset, Pacing::default())
            }
            Item::Octets { payload, pacing } => {
                on_begun(Begun::Octets(&payload));
                Current::octets(payload, None, 0, pacing)
            }
            Item::Handshake(head) => Current::octets(head, None, 0, Pacing::default()),
        };
        self.current = Some(current);
        true
    }

    /// The key with which an endpoint of this role masks its next frame, if it does.
    fn key_of(&mut self, role: Role) -> Option<MaskingKey> {
        match role {
            Role::Client => Some(self.keys.random()),
            Role::Server => None,
        }
    }
}

impl Item {
    const fn pacing(&self) -> Pacing {
        match self {
            Self::Frame { pacing, .. }
            | Self::Message { pacing, .. }
            | Self::Octets { pacing, .. } => *pacing,
            Self::Repeated { script, .. } => script.pacing,
            Self::More { .. } | Self::Handshake(_) => Pacing { apart: false, chop: None },
        }
    }
}

impl Fragments {
    /// The next frame and whether it is the last.
    fn next(&mut self) -> (FrameHeader, FrameBody, bool) {
        let size = self.payload.len();
        let limit = self.fragment.map_or(u64::MAX, NonZeroU64::get);
        let from = self.done;
        let to = size.min(from.saturating_add(limit));
        self.done = to;
        let last = if from == 0 { size <= limit } else { to - from < limit };
        let header = FrameHeader {
            fin: last,
            rsv: self.rsv,
            opcode: self.opcode,
            ..FrameHeader::new(self.opcode, to - from)
        };
        self.opcode = Opcode::CONTINUATION;
        self.rsv = Rsv::NONE;
        (header, FrameBody { payload: Arc::clone(&self.payload), from, to }, last)
    }
}

impl Current {
    fn frame(header: &FrameHeader, body: FrameBody, pacing: Pacing) -> Self {
        let mut octets = Vec::with_capacity(header.encoded_len());
        header.encode(&mut octets);
        Self {
            header: octets,
            header_done: 0,
            mask: header.mask,
            mask_offset: 0,
            body,
            body_done: 0,
            pacing,
        }
    }

    fn octets(
        payload: Payload,
        mask: Option<MaskingKey>,
        mask_offset: u64,
        pacing: Pacing,
    ) -> Self {
        Self {
            header: Vec::new(),
            header_done: 0,
            mask,
            mask_offset,
            body: FrameBody::whole(payload),
            body_done: 0,
            pacing,
        }
    }

    /// Appends at most `room` octets to `out`; says whether all are written.
    fn write(&mut self, out: &mut Vec<u8>, room: usize) -> bool {
        let header = &self.header[self.header_done..];
        let taken = header.len().min(room);
        out.extend_from_slice(&header[..taken]);
        self.header_done += taken;

        let left = self.body.len() - self.body_done;
        let taken = left.min((room - taken) as u64) as usize;
        let start = out.len();
        out.resize(start + taken, 0);
        self.body.read(self.body_done, &mut out[start..]);
        if let Some(key) = self.mask {
            mask::apply(&mut out[start..], key, self.mask_offset + self.body_done);
        }
        self.body_done += taken as u64;
        self.header_done == self.header.len() && self.body_done == self.body.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(size: u64, fragment: u64) -> Vec<(bool, u8, u64)> {
        let mut outbox = Outbox::new(Role::Server, 0);
        let payload = Payload::new(vec![Part::Fill { unit: b"*".to_vec(), length: size }]);
        let fragment = NonZeroU64::new(fragment);
        outbox.message(MessageKind::Text, false, payload, fragment, Pacing::default());
        let mut frames = Vec::new();
        let mut out = Vec::new();
        while outbox.fill(&mut out, &mut |begun| {
            if let Begun::Frame(_, header, _) = begun {
                frames.push((header.fin, header.opcode.number(), header.length));
            }
        }) != Write::Nothing
        {
            out.clear();
        }
        frames
    }

    #[test]
    fn a_multiple_of_the_fragment_size_ends_with_an_empty_frame() {
        assert_eq!(frames(3, 1), [(false, 1, 1), (false, 0, 1), (false, 0, 1), (true, 0, 0)]);
        assert_eq!(frames(5, 2), [(false, 1, 2), (false, 0, 2), (true, 0, 1)]);
    }

    #[test]
    fn a_repeated_frame_has_a_key_of_its_own_each_time() {
        let mut outbox = Outbox::new(Role::Client, 0);
        let script = FrameScript {
            fin: true,
            rsv: Rsv::NONE,
            opcode: Opcode::PING,
            mask: MaskScript::AsRole,
            payload: Payload::from(&b"again"[..]),
            length: None,
            form: None,
            pacing: Pacing::default(),
        };
        let times = NonZeroU32::new(1000).unwrap();
        outbox.repeated_frame(times, script);
        let mut keys = std::collections::BTreeSet::new();
        let mut out = Vec::new();
        let written = outbox.fill(&mut out, &mut |begun| {
            if let Begun::Frame(_, header, _) = begun {
                keys.insert(header.mask);
            }
        });
        assert_eq!((written, keys.len()), (Write::Now, 1000));
        assert_eq!(out.len(), 1000 * (2 + 4 + 5));
        assert!(outbox.is_empty());
    }

    #[test]
    fn nothing_follows_the_end() {
        let mut outbox = Outbox::new(Role::Client, 0);
        outbox.end();
        outbox.frame(Blame::Reply, Opcode::CLOSE, Payload::default());
        assert!(outbox.is_empty() && outbox.has_ended());
    }

    #[test]
    fn a_message_that_fits_is_one_frame() {
        assert_eq!(frames(4, 4), [(true, 1, 4)]);
        assert_eq!(frames(0, 4), [(true, 1, 0)]);
        assert_eq!(frames(7, 0), [(true, 1, 7)]);
    }

    #[test]
    fn chopped_frames_leave_piece_by_piece_and_alone() {
        let mut outbox = Outbox::new(Role::Server, 0);
        outbox.frame(Blame::Script, Opcode::TEXT, Payload::from(&b"ab"[..]));
        outbox.octets(
            Payload::from(&b"12345"[..]),
            Pacing { apart: false, chop: NonZeroUsize::new(2) },
        );
        let mut writes = Vec::new();
        loop {
            let mut out = Vec::new();
            match outbox.fill(&mut out, &mut |_| {}) {
                Write::Nothing => break,
                write => writes.push((write, out)),
            }
        }
        assert_eq!(
            writes,
            [
                (Write::Now, b"\x81\x02ab".to_vec()),
                (Write::Apart, b"12".to_vec()),
                (Write::Apart, b"34".to_vec()),
                (Write::Apart, b"5".to_vec()),
            ]
        );
    }
}
