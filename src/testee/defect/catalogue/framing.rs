//! Frames that are not written as RFC 6455 §5.2 wants them.

use crate::protocol::{LengthForm, Opcode, Rsv};
use crate::testee::{
    conduct::{DeflateStyle, SentFrame},
    defect::{
        deed::{is_close, is_pong, starts_message},
        entry::defects,
    },
};

defects! {
    Fault Both "long-lengths" ["rfc6455-5.2-10"] "writes the length of every frame in 64 bits"
        => EditFrames(|_| true, |frame| frame.header.form = LengthForm::Bits64);
    Fault Both "medium-lengths" ["rfc6455-5.2-10"] "writes no length in less than 16 bits"
        => EditFrames(
            |_| true,
            |frame| {
                if frame.header.form == LengthForm::Bits7 {
                    frame.header.form = LengthForm::Bits16;
                }
            },
        );
    Fault Both "length-125-in-16-bits" ["rfc6455-5.2-10"] "writes the length 125 in 16 bits"
        => EditFrames(|_| true, |frame| form_of(frame, 125, LengthForm::Bits16));
    Fault Both "length-126-in-64-bits" ["rfc6455-5.2-10"] "writes the length 126 in 64 bits"
        => EditFrames(|_| true, |frame| form_of(frame, 126, LengthForm::Bits64));
    Fault Both "length-127-in-64-bits" ["rfc6455-5.2-10"] "writes the length 127 in 64 bits"
        => EditFrames(|_| true, |frame| form_of(frame, 127, LengthForm::Bits64));
    Fault Both "length-65535-in-64-bits" ["rfc6455-5.2-10"] "writes the length 65535 in 64 bits"
        => EditFrames(|_| true, |frame| form_of(frame, 65_535, LengthForm::Bits64));
    Fault Both "length-126-in-7-bits" ["rfc6455-5.2-7"]
        "writes the length 126 in seven bits, where it stands for more octets"
        => EditFrames(|_| true, |frame| form_of(frame, 126, LengthForm::Bits7));
    Fault Both "length-127-in-7-bits" ["rfc6455-5.2-7"]
        "writes the length 127 in seven bits, where it stands for more octets"
        => EditFrames(|_| true, |frame| form_of(frame, 127, LengthForm::Bits7));
    Fault Both "length-65536-in-16-bits" ["rfc6455-5.2-7"]
        "writes lengths from 65536 on in 16 bits, where they do not fit"
        => EditFrames(
            |_| true,
            |frame| {
                if frame.header.length > 0xFFFF {
                    frame.header.form = LengthForm::Bits16;
                }
            },
        );
    Fault Both "length-in-wrong-order" ["rfc6455-5.2-7"]
        "writes 16-bit lengths with the low octet first"
        => EditFrames(
            |_| true,
            |frame| {
                if frame.header.form == LengthForm::Bits16 {
                    frame.header.length = u64::from((frame.header.length as u16).swap_bytes());
                }
            },
        );
    Fault Both "length-top-bit" ["rfc6455-5.2-8"]
        "writes the length of every frame in 64 bits, of which the first is set"
        => EditFrames(
            |_| true,
            |frame| {
                frame.header.form = LengthForm::Bits64;
                frame.header.length |= 1 << 63;
            },
        );
    Fault Both "length-too-small" ["rfc6455-5.2-7"]
        "declares an octet less than it sends in each data frame"
        => EditFrames(starts_message, |frame| {
            frame.header.length = frame.header.length.saturating_sub(1)
        });
    Fault Both "length-too-large" ["rfc6455-5.2-7"]
        "declares an octet more than it sends in each data frame"
        => EditFrames(starts_message, |frame| frame.header.length += 1);
    Fault Both "rsv1-on-data" ["rfc6455-5.2-2"] "sets RSV1 on data frames that are not compressed"
        => Change(|it| {
            it.deflate.style = DeflateStyle::Never;
            it.opening.offers = &[];
            it.opening.accepts_offers = false;
        }),
        EditFrames(starts_message, |frame| frame.header.rsv = Rsv::RSV1);
    Fault Both "rsv2-on-data" ["rfc6455-5.2-2"] "sets RSV2 on data frames"
        => EditFrames(starts_message, |frame| set(frame, 0b010));
    Fault Both "rsv3-on-data" ["rfc6455-5.2-2"] "sets RSV3 on data frames"
        => EditFrames(starts_message, |frame| set(frame, 0b001));
    Fault Both "rsv2-on-long-frames" ["rfc6455-5.2-2"]
        "sets RSV2 on frames whose length takes 16 bits"
        => EditFrames(
            |_| true,
            |frame| {
                if frame.header.form == LengthForm::Bits16 {
                    set(frame, 0b010);
                }
            },
        );
    Fault Both "rsv3-on-close" ["rfc6455-5.2-2"] "sets RSV3 on a Close"
        => EditFrames(is_close, |frame| set(frame, 0b001));
    Fault Both "rsv1-on-close" ["rfc7692-6.1-3", "rfc6455-5.2-2"] "sets RSV1 on a Close"
        => EditFrames(is_close, |frame| set(frame, 0b100));
    Fault Both "pong-with-rsv1" ["rfc7692-6.1-3", "rfc6455-5.2-2"] "sets RSV1 on a Pong"
        => EditFrames(is_pong, |frame| set(frame, 0b100));
    Fault Both "pong-with-rsv3" ["rfc6455-5.2-2"] "sets RSV3 on a Pong"
        => EditFrames(is_pong, |frame| set(frame, 0b001));
    Fault Both "echo-as-reserved" ["rfc6455-5.2-5"]
        "echoes every message with the reserved opcode 0x3"
        => EditFrames(starts_message, |frame| frame.header.opcode = Opcode::from_first_octet(0x3));
    Fault Both "binary-as-reserved" ["rfc6455-5.2-5"]
        "echoes binary messages with the reserved opcode 0x7"
        => EditFrames(
            |opcode| opcode == Opcode::BINARY,
            |frame| frame.header.opcode = Opcode::from_first_octet(0x7),
        );
    Fault Both "echo-as-continuation" ["rfc6455-5.4-2"]
        "echoes every message in a continuation of nothing"
        => EditFrames(starts_message, |frame| frame.header.opcode = Opcode::CONTINUATION);
    Fault Both "echo-never-ends" ["rfc6455-6.1-7", "rfc6455-5.4-2"] "clears FIN on every data frame"
        => EditFrames(starts_message, |frame| frame.header.fin = false);
    Fault Both "long-echo-never-ends" ["rfc6455-6.1-7"]
        "clears FIN on data frames of more than 125 octets"
        => EditFrames(starts_message, |frame| frame.header.fin &= frame.payload.len() < 126);
    Fault Both "octet-between-frames" ["rfc6455-6.1-4"] "writes a line feed behind each data frame"
        => EditFrames(starts_message, |frame| frame.payload.push(b'\n'));
    Fault Both "plain-octets" ["rfc6455-6.1-4"]
        "sends the octets of a message without a frame around them"
        => Change(|it| it.sending.data_without_headers = true);
}

fn form_of(frame: &mut SentFrame, length: u64, form: LengthForm) {
    if frame.header.length == length {
        frame.header.form = form;
    }
}

fn set(frame: &mut SentFrame, bits: u8) {
    frame.header.rsv = Rsv::new(frame.header.rsv.bits() | bits).unwrap_or_default();
}
