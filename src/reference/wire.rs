//! The octets that a case sends when nobody answers.

use super::Frame;
use crate::{
    case::{Case, FrameScript, MaskScript, MessageScript, Payload, RoundTripSource, Step},
    protocol::{
        LengthForm, MaskingKey, Opcode, Role, Rsv,
        deflate::{DeflateParameters, Deflater},
        encode_frame, mask,
    },
};

/// Octets of one case at most: fuzzers want short seeds.
const OCTETS_MAX: usize = 2048;

/// Our masking key: seeds do not differ from run to run.
const KEY: MaskingKey = [0x37, 0xFA, 0x21, 0x3D];

/// What `sender` writes after the opening handshake; `None` if that is nothing, or long.
pub(super) fn octets(case: &Case, sender: Role) -> Option<Vec<u8>> {
    let mut wire = Wire {
        sender,
        out: Vec::new(),
        deflater: case
            .deflate
            .as_ref()
            .map(|_| Deflater::new(sender, DeflateParameters::default())),
        open_mask: None,
    };
    for step in &case.steps {
        wire.take(step)?;
        if wire.out.len() > OCTETS_MAX {
            return None;
        }
    }
    (!wire.out.is_empty()).then_some(wire.out)
}

struct Wire {
    sender: Role,
    out: Vec<u8>,
    deflater: Option<Deflater>,
    /// The key of the last frame, and how many octets of it have been masked.
    open_mask: Option<(MaskingKey, u64)>,
}

impl Wire {
    /// `None`: too long.
    fn take(&mut self, step: &Step) -> Option<()> {
        match step {
            Step::Frame(script) => self.frame(script),
            Step::Repeat(count, script) => {
                (0..count.get().min(3)).try_for_each(|_| self.frame(script))
            }
            Step::Message(script) => self.message(script),
            Step::Close(payload) => {
                let payload = short(payload)?;
                self.own(Frame::new(Opcode::CLOSE, payload));
                Some(())
            }
            Step::More(payload) => {
                let mut octets = short(payload)?;
                if let Some((key, done)) = &mut self.open_mask {
                    mask::apply(&mut octets, *key, *done);
                    *done += octets.len() as u64;
                }
                self.out.extend(octets);
                Some(())
            }
            Step::Octets(payload, _) => {
                self.out.extend(short(payload)?);
                Some(())
            }
            Step::RoundTrips(trips) => {
                let payload = match &trips.source {
                    RoundTripSource::Fixed(payload) => short(payload)?,
                    RoundTripSource::Sample { sample, units } => {
                        sample.octets()[..*units.min(&16)].to_vec()
                    }
                };
                self.own(Frame::new(trips.kind.opcode(), payload));
                Some(())
            }
            Step::Fence => {
                self.own(Frame::new(Opcode::PING, b"fence".to_vec()));
                Some(())
            }
            Step::Pause(_)
            | Step::Await(_)
            | Step::Reading(_)
            | Step::HalfClose
            | Step::Drop(_) => Some(()),
        }
    }

    fn frame(&mut self, script: &FrameScript) -> Option<()> {
        let mut frame = Frame::new(script.opcode, short(&script.payload)?);
        let header = &mut frame.header;
        header.fin = script.fin;
        header.rsv = script.rsv;
        header.length = script.length.unwrap_or(header.length);
        header.form = script.form.unwrap_or(LengthForm::shortest(header.length));
        header.mask = match (script.mask, self.sender) {
            (MaskScript::Key(key), _) => Some(key),
            (MaskScript::Always, _)
            | (MaskScript::AsRole, Role::Client)
            | (MaskScript::AgainstRole, Role::Server) => Some(KEY),
            (MaskScript::Never, _)
            | (MaskScript::AsRole, Role::Server)
            | (MaskScript::AgainstRole, Role::Client) => None,
        };
        self.open_mask = header.mask.map(|key| (key, script.payload.len()));
        encode_frame(&frame.header, &frame.payload, &mut self.out);
        Some(())
    }

    fn message(&mut self, script: &MessageScript) -> Option<()> {
        let mut payload = short(&script.payload)?;
        let deflater = self.deflater.as_mut().filter(|_| script.compress);
        let rsv = if deflater.is_some() { Rsv::RSV1 } else { Rsv::NONE };
        if let Some(deflater) = deflater {
            let message = std::mem::take(&mut payload);
            deflater.compress_message(&message, &mut payload);
        }
        let size = script.fragment.map_or(u64::MAX, |size| size.get());
        let fragments = payload.chunks(usize::try_from(size).unwrap_or(usize::MAX));
        let mut fragments: Vec<Vec<u8>> = fragments.map(<[u8]>::to_vec).collect();
        if fragments.is_empty() {
            fragments.push(Vec::new());
        }
        let last = fragments.len() - 1;
        for (number, fragment) in fragments.into_iter().enumerate() {
            let first = number == 0;
            let opcode = if first { script.kind.opcode() } else { Opcode::CONTINUATION };
            let mut frame = Frame::new(opcode, fragment);
            frame.header.fin = number == last;
            frame.header.rsv = if first { rsv } else { Rsv::NONE };
            self.own(frame);
        }
        Some(())
    }

    /// A frame that is masked as it should be.
    fn own(&mut self, mut frame: Frame) {
        frame.header.mask = (self.sender == Role::Client).then_some(KEY);
        frame.encode(&mut self.out);
        self.open_mask = None;
    }
}

fn short(payload: &Payload) -> Option<Vec<u8>> {
    (payload.len() <= OCTETS_MAX as u64).then(|| payload.to_vec())
}
