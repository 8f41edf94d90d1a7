//! Masking (RFC 6455 §5.3).

use crate::protocol::{MaskingKey, Opcode};
use crate::testee::{
    conduct::{Conduct, MaskingKeys, SentFrame},
    defect::entry::{
        Entry,
        Testees::{Both, Client, Server},
        fault,
    },
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "wrong-masking",
        Both,
        &["rfc6455-5.1-1", "rfc6455-5.1-4"],
        "masks its frames as server and does not as client",
        |it| it.sending.masks_against_its_role = true,
    ),
    fault(
        "pongs-unmasked",
        Client,
        &["rfc6455-5.1-1", "rfc6455-5.3-1"],
        "does not mask its Pongs",
        |it| edit(it, |opcode| opcode == Opcode::PONG, |frame| frame.header.mask = None),
    ),
    fault(
        "closes-unmasked",
        Client,
        &["rfc6455-5.1-1", "rfc6455-5.5.1-7"],
        "does not mask its Closes",
        |it| edit(it, |opcode| opcode == Opcode::CLOSE, |frame| frame.header.mask = None),
    ),
    fault(
        "text-unmasked",
        Client,
        &["rfc6455-5.1-1", "rfc6455-6.1-8"],
        "does not mask text",
        |it| edit(it, |opcode| opcode == Opcode::TEXT, |frame| frame.header.mask = None),
    ),
    fault(
        "binary-unmasked",
        Client,
        &["rfc6455-5.1-1", "rfc6455-6.1-8"],
        "does not mask binary messages",
        |it| edit(it, |opcode| opcode == Opcode::BINARY, |frame| frame.header.mask = None),
    ),
    fault(
        "empty-frames-unmasked",
        Client,
        &["rfc6455-5.1-1"],
        "does not mask frames without a payload",
        |it| {
            edit(
                it,
                |_| true,
                |frame| {
                    if frame.payload.is_empty() {
                        frame.header.mask = None;
                    }
                },
            );
        },
    ),
    fault("pongs-masked", Server, &["rfc6455-5.1-4"], "masks its Pongs", |it| {
        edit(it, |opcode| opcode == Opcode::PONG, |it| it.header.mask = Some([1, 2, 3, 4]))
    }),
    fault("closes-masked", Server, &["rfc6455-5.1-4"], "masks its Closes", |it| {
        edit(it, |opcode| opcode == Opcode::CLOSE, |it| it.header.mask = Some([1, 2, 3, 4]))
    }),
    fault(
        "masks-with-zeros",
        Server,
        &["rfc6455-5.1-4"],
        "masks data frames with a key of zeros",
        |it| edit(it, |opcode| !opcode.is_control(), |frame| frame.header.mask = Some([0; 4])),
    ),
    fault(
        "mask-bit-without-key",
        Both,
        &["rfc6455-5.2-12"],
        "says the opposite of what is so with the MASK bit of data frames",
        |it| edit(it, |opcode| !opcode.is_control(), |frame| frame.mask_bit_lies = true),
    ),
    fault(
        "payload-not-masked",
        Client,
        &["rfc6455-5.3-5"],
        "writes the masking key and does not mask the payload",
        |it| edit(it, |_| true, |frame| garble(frame, |position, key| key[position % 4])),
    ),
    fault(
        "masks-with-first-octet",
        Client,
        &["rfc6455-5.3-5"],
        "masks with the first octet of the key alone",
        |it| edit(it, |_| true, |frame| garble(frame, |position, key| key[position % 4] ^ key[0])),
    ),
    fault(
        "masks-in-reverse",
        Client,
        &["rfc6455-5.3-5"],
        "takes the octets of the key in the opposite order",
        |it| {
            edit(
                it,
                |_| true,
                |frame| garble(frame, |position, key| key[position % 4] ^ key[3 - position % 4]),
            )
        },
    ),
    fault(
        "masks-whole-words-only",
        Client,
        &["rfc6455-5.3-5"],
        "does not mask what is left behind the last four octets of a payload",
        |it| {
            edit(
                it,
                |_| true,
                |frame| {
                    let Some(key) = frame.header.mask else { return };
                    let whole = frame.payload.len() / 4 * 4;
                    for (octet, key) in frame.payload[whole..].iter_mut().zip(key) {
                        *octet ^= key;
                    }
                },
            );
        },
    ),
    fault(
        "length-counts-the-key",
        Client,
        &["rfc6455-5.3-6", "rfc6455-5.2-7"],
        "counts the masking key into the length of data frames",
        |it| edit(it, |opcode| !opcode.is_control(), |frame| frame.header.length += 4),
    ),
    fault(
        "masking-key-of-zeros",
        Client,
        &["rfc6455-5.3-2", "rfc6455-5.3-3"],
        "masks with a key of zeros",
        |it| it.sending.keys = MaskingKeys::Always([0; 4]),
    ),
    fault(
        "constant-masking-key",
        Client,
        &["rfc6455-5.3-2", "rfc6455-5.3-3", "rfc6455-10.3-1"],
        "masks with the same key on all connections",
        |it| it.sending.keys = MaskingKeys::Always([0x37, 0xFA, 0x21, 0x3D]),
    ),
    fault(
        "one-masking-key-a-connection",
        Client,
        &["rfc6455-5.3-2", "rfc6455-10.3-1"],
        "masks all frames of a connection with the same key",
        |it| it.sending.keys = MaskingKeys::OneAConnection,
    ),
    fault(
        "counted-masking-keys",
        Client,
        &["rfc6455-5.3-4"],
        "makes each masking key one larger than the last",
        |it| it.sending.keys = MaskingKeys::Counted,
    ),
    fault(
        "two-masking-keys",
        Client,
        &["rfc6455-5.3-2", "rfc6455-5.3-4"],
        "has two masking keys a connection that take turns",
        |it| it.sending.keys = MaskingKeys::TwoInTurns,
    ),
    fault(
        "masking-key-of-one-octet",
        Client,
        &["rfc6455-5.3-3"],
        "makes a masking key of one random octet, four times",
        |it| it.sending.keys = MaskingKeys::OneOctet,
    ),
    fault(
        "masking-key-almost-constant",
        Client,
        &["rfc6455-5.3-3", "rfc6455-5.3-4"],
        "changes only the last octet of its masking key",
        |it| it.sending.keys = MaskingKeys::AlmostAlways,
    ),
];

fn edit(conduct: &mut Conduct, concerns: fn(Opcode) -> bool, edit: fn(&mut SentFrame)) {
    conduct.sending.edit(concerns, edit);
}

/// What is left of the right masking after it: each octet of the payload is changed by this.
fn garble(frame: &mut SentFrame, change: fn(usize, MaskingKey) -> u8) {
    if let Some(key) = frame.header.mask {
        for (position, octet) in frame.payload.iter_mut().enumerate() {
            *octet ^= change(position, key);
        }
    }
}
