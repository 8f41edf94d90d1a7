//! Frames that are not written as RFC 6455 §5.2 wants them.

use crate::protocol::{LengthForm, Opcode, Rsv};
use crate::testee::{
    conduct::{Conduct, DeflateStyle, SentFrame},
    defect::entry::{Entry, Testees::Both, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "long-lengths",
        Both,
        &["rfc6455-5.2-10"],
        "writes the length of every frame in 64 bits",
        |it| edit(it, |frame| frame.header.form = LengthForm::Bits64),
    ),
    fault(
        "medium-lengths",
        Both,
        &["rfc6455-5.2-10"],
        "writes no length in less than 16 bits",
        |it| {
            edit(it, |frame| {
                if frame.header.form == LengthForm::Bits7 {
                    frame.header.form = LengthForm::Bits16;
                }
            });
        },
    ),
    fault(
        "length-125-in-16-bits",
        Both,
        &["rfc6455-5.2-10"],
        "writes the length 125 in 16 bits",
        |it| edit(it, |frame| form_of(frame, 125, LengthForm::Bits16)),
    ),
    fault(
        "length-126-in-64-bits",
        Both,
        &["rfc6455-5.2-10"],
        "writes the length 126 in 64 bits",
        |it| edit(it, |frame| form_of(frame, 126, LengthForm::Bits64)),
    ),
    fault(
        "length-127-in-64-bits",
        Both,
        &["rfc6455-5.2-10"],
        "writes the length 127 in 64 bits",
        |it| edit(it, |frame| form_of(frame, 127, LengthForm::Bits64)),
    ),
    fault(
        "length-65535-in-64-bits",
        Both,
        &["rfc6455-5.2-10"],
        "writes the length 65535 in 64 bits",
        |it| edit(it, |frame| form_of(frame, 65_535, LengthForm::Bits64)),
    ),
    fault(
        "length-126-in-7-bits",
        Both,
        &["rfc6455-5.2-7"],
        "writes the length 126 in seven bits, where it stands for more octets",
        |it| edit(it, |frame| form_of(frame, 126, LengthForm::Bits7)),
    ),
    fault(
        "length-127-in-7-bits",
        Both,
        &["rfc6455-5.2-7"],
        "writes the length 127 in seven bits, where it stands for more octets",
        |it| edit(it, |frame| form_of(frame, 127, LengthForm::Bits7)),
    ),
    fault(
        "length-65536-in-16-bits",
        Both,
        &["rfc6455-5.2-7"],
        "writes lengths from 65536 on in 16 bits, where they do not fit",
        |it| {
            edit(it, |frame| {
                if frame.header.length > 0xFFFF {
                    frame.header.form = LengthForm::Bits16;
                }
            });
        },
    ),
    fault(
        "length-in-wrong-order",
        Both,
        &["rfc6455-5.2-7"],
        "writes 16-bit lengths with the low octet first",
        |it| {
            edit(it, |frame| {
                if frame.header.form == LengthForm::Bits16 {
                    frame.header.length = u64::from((frame.header.length as u16).swap_bytes());
                }
            });
        },
    ),
    fault(
        "length-top-bit",
        Both,
        &["rfc6455-5.2-8"],
        "writes the length of every frame in 64 bits, of which the first is set",
        |it| {
            edit(it, |frame| {
                frame.header.form = LengthForm::Bits64;
                frame.header.length |= 1 << 63;
            });
        },
    ),
    fault(
        "length-too-small",
        Both,
        &["rfc6455-5.2-7"],
        "declares an octet less than it sends in each data frame",
        |it| data(it, |frame| frame.header.length = frame.header.length.saturating_sub(1)),
    ),
    fault(
        "length-too-large",
        Both,
        &["rfc6455-5.2-7"],
        "declares an octet more than it sends in each data frame",
        |it| data(it, |frame| frame.header.length += 1),
    ),
    fault(
        "rsv1-on-data",
        Both,
        &["rfc6455-5.2-2"],
        "sets RSV1 on data frames that are not compressed",
        |it| {
            it.deflate.style = DeflateStyle::Never;
            it.opening.offers = &[];
            it.opening.accepts_offers = false;
            data(it, |frame| frame.header.rsv = Rsv::RSV1);
        },
    ),
    fault("rsv2-on-data", Both, &["rfc6455-5.2-2"], "sets RSV2 on data frames", |it| {
        data(it, |frame| set(frame, 0b010))
    }),
    fault("rsv3-on-data", Both, &["rfc6455-5.2-2"], "sets RSV3 on data frames", |it| {
        data(it, |frame| set(frame, 0b001))
    }),
    fault(
        "rsv2-on-long-frames",
        Both,
        &["rfc6455-5.2-2"],
        "sets RSV2 on frames whose length takes 16 bits",
        |it| {
            edit(it, |frame| {
                if frame.header.form == LengthForm::Bits16 {
                    set(frame, 0b010);
                }
            });
        },
    ),
    fault("rsv3-on-close", Both, &["rfc6455-5.2-2"], "sets RSV3 on a Close", |it| {
        close(it, |frame| set(frame, 0b001))
    }),
    fault(
        "rsv1-on-close",
        Both,
        &["rfc7692-6.1-3", "rfc6455-5.2-2"],
        "sets RSV1 on a Close",
        |it| close(it, |frame| set(frame, 0b100)),
    ),
    fault(
        "pong-with-rsv1",
        Both,
        &["rfc7692-6.1-3", "rfc6455-5.2-2"],
        "sets RSV1 on a Pong",
        |it| pong(it, |frame| set(frame, 0b100)),
    ),
    fault("pong-with-rsv3", Both, &["rfc6455-5.2-2"], "sets RSV3 on a Pong", |it| {
        pong(it, |frame| set(frame, 0b001))
    }),
    fault(
        "echo-as-reserved",
        Both,
        &["rfc6455-5.2-5"],
        "echoes every message with the reserved opcode 0x3",
        |it| data(it, |frame| frame.header.opcode = Opcode::from_first_octet(0x3)),
    ),
    fault(
        "binary-as-reserved",
        Both,
        &["rfc6455-5.2-5"],
        "echoes binary messages with the reserved opcode 0x7",
        |it| binary(it, |frame| frame.header.opcode = Opcode::from_first_octet(0x7)),
    ),
    fault(
        "echo-as-continuation",
        Both,
        &["rfc6455-5.4-2"],
        "echoes every message in a continuation of nothing",
        |it| data(it, |frame| frame.header.opcode = Opcode::CONTINUATION),
    ),
    fault(
        "echo-never-ends",
        Both,
        &["rfc6455-6.1-7", "rfc6455-5.4-2"],
        "clears FIN on every data frame",
        |it| data(it, |frame| frame.header.fin = false),
    ),
    fault(
        "long-echo-never-ends",
        Both,
        &["rfc6455-6.1-7"],
        "clears FIN on data frames of more than 125 octets",
        |it| {
            data(it, |frame| frame.header.fin &= frame.payload.len() < 126);
        },
    ),
    fault(
        "octet-between-frames",
        Both,
        &["rfc6455-6.1-4"],
        "writes a line feed behind each data frame",
        |it| data(it, |frame| frame.payload.push(b'\n')),
    ),
    fault(
        "plain-octets",
        Both,
        &["rfc6455-6.1-4"],
        "sends the octets of a message without a frame around them",
        |it| it.sending.data_without_headers = true,
    ),
];

/// Changes every frame.
fn edit(conduct: &mut Conduct, edit: fn(&mut SentFrame)) {
    conduct.sending.edit(|_| true, edit);
}

/// Changes frames that begin a message.
fn data(conduct: &mut Conduct, edit: fn(&mut SentFrame)) {
    let concerns = |opcode| opcode == Opcode::TEXT || opcode == Opcode::BINARY;
    conduct.sending.edit(concerns, edit);
}

fn binary(conduct: &mut Conduct, edit: fn(&mut SentFrame)) {
    conduct.sending.edit(|opcode| opcode == Opcode::BINARY, edit);
}

fn close(conduct: &mut Conduct, edit: fn(&mut SentFrame)) {
    conduct.sending.edit(|opcode| opcode == Opcode::CLOSE, edit);
}

fn pong(conduct: &mut Conduct, edit: fn(&mut SentFrame)) {
    conduct.sending.edit(|opcode| opcode == Opcode::PONG, edit);
}

fn form_of(frame: &mut SentFrame, length: u64, form: LengthForm) {
    if frame.header.length == length {
        frame.header.form = form;
    }
}

fn set(frame: &mut SentFrame, bits: u8) {
    frame.header.rsv = Rsv::new(frame.header.rsv.bits() | bits).unwrap_or_default();
}
