//! Masking (RFC 6455 §5.3).

use crate::protocol::{MaskingKey, Opcode};
use crate::testee::{
    conduct::{MaskingKeys, SentFrame},
    defect::entry::defects,
};

defects! {
    Fault Both "wrong-masking" ["rfc6455-5.1-1", "rfc6455-5.1-4"]
        "masks its frames as server and does not as client"
        => Change(|it| it.sending.masks_against_its_role = true);
    Fault Client "pongs-unmasked" ["rfc6455-5.1-1", "rfc6455-5.3-1"] "does not mask its Pongs"
        => EditFrames(|opcode| opcode == Opcode::PONG, |frame| frame.header.mask = None);
    Fault Client "closes-unmasked" ["rfc6455-5.1-1", "rfc6455-5.5.1-7"] "does not mask its Closes"
        => EditFrames(|opcode| opcode == Opcode::CLOSE, |frame| frame.header.mask = None);
    Fault Client "text-unmasked" ["rfc6455-5.1-1", "rfc6455-6.1-8"] "does not mask text"
        => EditFrames(|opcode| opcode == Opcode::TEXT, |frame| frame.header.mask = None);
    Fault Client "binary-unmasked" ["rfc6455-5.1-1", "rfc6455-6.1-8"]
        "does not mask binary messages"
        => EditFrames(|opcode| opcode == Opcode::BINARY, |frame| frame.header.mask = None);
    Fault Client "empty-frames-unmasked" ["rfc6455-5.1-1"] "does not mask frames without a payload"
        => EditFrames(
            |_| true,
            |frame| {
                if frame.payload.is_empty() {
                    frame.header.mask = None;
                }
            },
        );
    Fault Server "pongs-masked" ["rfc6455-5.1-4"] "masks its Pongs"
        => EditFrames(|opcode| opcode == Opcode::PONG, |it| it.header.mask = Some([1, 2, 3, 4]));
    Fault Server "closes-masked" ["rfc6455-5.1-4"] "masks its Closes"
        => EditFrames(|opcode| opcode == Opcode::CLOSE, |it| it.header.mask = Some([1, 2, 3, 4]));
    Fault Server "masks-with-zeros" ["rfc6455-5.1-4"] "masks data frames with a key of zeros"
        => EditFrames(|opcode| !opcode.is_control(), |frame| frame.header.mask = Some([0; 4]));
    Fault Both "mask-bit-without-key" ["rfc6455-5.2-12"]
        "says the opposite of what is so with the MASK bit of data frames"
        => EditFrames(|opcode| !opcode.is_control(), |frame| frame.mask_bit_lies = true);
    Fault Client "payload-not-masked" ["rfc6455-5.3-5"]
        "writes the masking key and does not mask the payload"
        => EditFrames(|_| true, |frame| garble(frame, |position, key| key[position % 4]));
    Fault Client "masks-with-first-octet" ["rfc6455-5.3-5"]
        "masks with the first octet of the key alone"
        => EditFrames(|_| true, |frame| garble(frame, |position, key| key[position % 4] ^ key[0]));
    Fault Client "masks-in-reverse" ["rfc6455-5.3-5"]
        "takes the octets of the key in the opposite order"
        => EditFrames(
            |_| true,
            |frame| garble(frame, |position, key| key[position % 4] ^ key[3 - position % 4]),
        );
    Fault Client "masks-whole-words-only" ["rfc6455-5.3-5"]
        "does not mask what is left behind the last four octets of a payload"
        => EditFrames(
            |_| true,
            |frame| {
                let Some(key) = frame.header.mask else { return };
                let whole = frame.payload.len() / 4 * 4;
                for (octet, key) in frame.payload[whole..].iter_mut().zip(key) {
                    *octet ^= key;
                }
            },
        );
    Fault Client "length-counts-the-key" ["rfc6455-5.3-6", "rfc6455-5.2-7"]
        "counts the masking key into the length of data frames"
        => EditFrames(|opcode| !opcode.is_control(), |frame| frame.header.length += 4);
    Fault Client "masking-key-of-zeros" ["rfc6455-5.3-2", "rfc6455-5.3-3"]
        "masks with a key of zeros"
        => Change(|it| it.sending.keys = MaskingKeys::Always([0; 4]));
    Fault Client "constant-masking-key" ["rfc6455-5.3-2", "rfc6455-5.3-3", "rfc6455-10.3-1"]
        "masks with the same key on all connections"
        => Change(|it| it.sending.keys = MaskingKeys::Always([0x37, 0xFA, 0x21, 0x3D]));
    Fault Client "one-masking-key-a-connection" ["rfc6455-5.3-2", "rfc6455-10.3-1"]
        "masks all frames of a connection with the same key"
        => Change(|it| it.sending.keys = MaskingKeys::OneAConnection);
    Fault Client "counted-masking-keys" ["rfc6455-5.3-4"]
        "makes each masking key one larger than the last"
        => Change(|it| it.sending.keys = MaskingKeys::Counted);
    Fault Client "two-masking-keys" ["rfc6455-5.3-2", "rfc6455-5.3-4"]
        "has two masking keys a connection that take turns"
        => Change(|it| it.sending.keys = MaskingKeys::TwoInTurns);
    Fault Client "masking-key-of-one-octet" ["rfc6455-5.3-3"]
        "makes a masking key of one random octet, four times"
        => Change(|it| it.sending.keys = MaskingKeys::OneOctet);
    Fault Client "masking-key-almost-constant" ["rfc6455-5.3-3", "rfc6455-5.3-4"]
        "changes only the last octet of its masking key"
        => Change(|it| it.sending.keys = MaskingKeys::AlmostAlways);
}

/// What is left of the right masking after it: each octet of the payload is changed by this.
fn garble(frame: &mut SentFrame, change: fn(usize, MaskingKey) -> u8) {
    if let Some(key) = frame.header.mask {
        for (position, octet) in frame.payload.iter_mut().enumerate() {
            *octet ^= change(position, key);
        }
    }
}
