//! Our octets, as the steps of a case put them on the wire.
//!
//! Masked frames have the key zero, so that their payload is itself. Which key it is seldom makes a
//! difference to what the octets mean; `depends_on_key` says when.

use crate::{
    case::{FrameScript, MaskScript, MessageScript, Payload, Step},
    protocol::{
        FrameHeader, LengthForm, MaskingKey, Opcode, Role, Rsv,
        deflate::{DeflateParameters, Deflater},
    },
};

/// The key of all masked frames.
const KEY: MaskingKey = [0; 4];

/// Writes the steps of one side.
#[derive(Debug)]
pub(super) struct Wire {
    role: Role,
    deflater: Option<Deflater>,
    /// Octets that the last frame still lacks.
    missing: u64,
    /// The last frame is masked.
    masked: bool,
}

impl Wire {
    /// For what `role` sends on a connection with this compression.
    pub(super) fn new(role: Role, deflate: Option<DeflateParameters>) -> Self {
        Self {
            role,
            deflater: deflate.map(|agreed| Deflater::new(role, agreed)),
            missing: 0,
            masked: false,
        }
    }

    /// Whether the last frame lacks some of its declared payload.
    pub(super) const fn is_inside_frame(&self) -> bool {
        self.missing > 0
    }

    /// Whether what a step sends means something else with every key: octets that nobody masked, in
    /// the payload of a masked frame, or octets that were masked, behind its end.
    pub(super) fn depends_on_key(&self, step: &Step) -> bool {
        match step {
            Step::Frame(script) | Step::Repeat(_, script) => {
                let declared = script.length.unwrap_or_else(|| script.payload.len());
                script.payload.len() > declared && self.mask_of(script).is_some()
            }
            Step::Octets(..) => self.masked && self.is_inside_frame(),
            _ => false,
        }
    }

    /// The octets of a step that sends some, each run of them given to `sink`.
    pub(super) fn step(&mut self, step: &Step, sink: &mut dyn FnMut(Vec<u8>)) {
        match step {
            Step::Frame(frame) => sink(self.scripted(frame)),
            Step::Repeat(times, frame) => {
                for _ in 0..times.get() {
                    sink(self.scripted(frame));
                }
            }
            Step::Message(message) => self.message(message, sink),
            Step::More(payload) => {
                self.missing = self.missing.saturating_sub(payload.len());
                sink(payload.to_vec());
            }
            Step::Octets(payload, _) => sink(payload.to_vec()),
            Step::Close(payload) => sink(self.frame(Opcode::CLOSE, payload)),
            Step::RoundTrips(_)
            | Step::Pause(_)
            | Step::Await(_)
            | Step::Fence
            | Step::Reading(_)
            | Step::HalfClose
            | Step::Drop(_) => {}
        }
    }

    /// A legal frame of ours.
    pub(super) fn frame(&self, opcode: Opcode, payload: &Payload) -> Vec<u8> {
        let mut header = FrameHeader::new(opcode, payload.len());
        header.mask = self.key_of(self.role);
        whole(&header, payload)
    }

    fn scripted(&mut self, script: &FrameScript) -> Vec<u8> {
        let length = script.length.unwrap_or_else(|| script.payload.len());
        self.missing = length.saturating_sub(script.payload.len());
        let mask = self.mask_of(script);
        self.masked = mask.is_some();
        let header = FrameHeader {
            fin: script.fin,
            rsv: script.rsv,
            opcode: script.opcode,
            mask,
            length,
            form: script.form.unwrap_or_else(|| LengthForm::shortest(length)),
        };
        whole(&header, &script.payload)
    }

    fn message(&mut self, message: &MessageScript, sink: &mut dyn FnMut(Vec<u8>)) {
        let octets = message.payload.to_vec();
        match &mut self.deflater {
            Some(deflater) if message.compress => {
                let mut compressed = Vec::new();
                deflater.compress_message(&octets, &mut compressed);
                self.fragments(message, Rsv::RSV1, &compressed, sink);
            }
            _ => self.fragments(message, Rsv::NONE, &octets, sink),
        }
    }

    /// Where the payload is a multiple of a fragment and does not fit in one, an empty final frame
    /// ends it.
    fn fragments(
        &self,
        message: &MessageScript,
        rsv: Rsv,
        octets: &[u8],
        sink: &mut dyn FnMut(Vec<u8>),
    ) {
        let limit = message
            .fragment
            .and_then(|size| usize::try_from(size.get()).ok())
            .unwrap_or(usize::MAX);
        let whole_in_one = octets.len() <= limit;
        let mut rest = octets;
        let mut header = FrameHeader {
            rsv,
            mask: self.key_of(self.role),
            ..FrameHeader::new(message.kind.opcode(), 0)
        };
        loop {
            let (piece, later) = rest.split_at(rest.len().min(limit));
            rest = later;
            header.fin = whole_in_one || piece.len() < limit;
            header.length = piece.len() as u64;
            header.form = LengthForm::shortest(header.length);
            let mut frame = Vec::with_capacity(piece.len() + 14);
            header.encode(&mut frame);
            frame.extend_from_slice(piece);
            sink(frame);
            if header.fin {
                return;
            }
            header.opcode = Opcode::CONTINUATION;
            header.rsv = Rsv::NONE;
        }
    }

    const fn mask_of(&self, script: &FrameScript) -> Option<MaskingKey> {
        match script.mask {
            MaskScript::AsRole => self.key_of(self.role),
            MaskScript::AgainstRole => self.key_of(self.role.peer()),
            MaskScript::Always | MaskScript::Key(_) => Some(KEY),
            MaskScript::Never => None,
        }
    }

    /// The key with which an endpoint of this role masks, if it does.
    const fn key_of(&self, role: Role) -> Option<MaskingKey> {
        match role {
            Role::Client => Some(KEY),
            Role::Server => None,
        }
    }
}

fn whole(header: &FrameHeader, payload: &Payload) -> Vec<u8> {
    let mut octets = Vec::with_capacity(payload.len() as usize + 14);
    header.encode(&mut octets);
    octets.extend(payload.to_vec());
    octets
}
