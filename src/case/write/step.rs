//! Steps: a verb with its operand, and the modifiers that are not the default.

use super::{
    inline::{Table, string},
    outcome::awaited,
    payload::{parts, payload},
};
use crate::{
    case::{
        FrameScript, MaskScript, MessageScript, Pacing, Part, Payload, RoundTripSource, RoundTrips,
        Step, language::Seeds,
    },
    protocol::{LengthForm, Opcode, Rsv, hex},
    transcript::MessageKind,
};

/// A step of a case that offers and accepts compression, or does not.
pub fn step(step: &Step, deflate: bool, seeds: &mut Seeds) -> String {
    let table = match step {
        Step::Frame(script) => frame(script, None, deflate, seeds),
        Step::Repeat(times, script) => frame(script, Some(times.get()), deflate, seeds),
        Step::Message(script) => message(script, deflate, seeds),
        Step::Close(octets) => close(octets, seeds),
        Step::More(octets) => Table::of("more", payload(octets, seeds)),
        Step::Octets(octets, pacing) => paced(Table::of("octets", payload(octets, seeds)), *pacing),
        Step::RoundTrips(trips) => round_trips(trips, seeds),
        Step::Pause(name) => Table::of("pause", string(name)),
        Step::Await(event) => Table::of("await", awaited(event, seeds)),
        Step::Fence => Table::of("fence", true),
        Step::Reading(reading) => Table::of("reading", reading),
        Step::HalfClose => Table::of("half-close", true),
        Step::Drop(how) => Table::of("drop", super::inline::word(how)),
    };
    table.to_string()
}

fn frame(script: &FrameScript, times: Option<u32>, deflate: bool, seeds: &mut Seeds) -> Table {
    let octets = payload(&script.payload, seeds);
    let mut table = match verb(script.opcode) {
        Some(verb) => Table::of(verb, octets),
        None if script.payload.parts().is_empty() => Table::of("frame", script.opcode.number()),
        None => Table::of("frame", script.opcode.number()).with("payload", octets),
    };
    let data = matches!(script.opcode, Opcode::TEXT | Opcode::BINARY);
    let plain = script.rsv == Rsv::NONE
        && script.mask == MaskScript::AsRole
        && script.length.is_none()
        && script.form.is_none()
        && times.is_none();
    // Without any of these it would be a message of a compressed connection.
    if !script.fin || (deflate && data && plain) {
        table = table.with("fin", script.fin);
    }
    let rsv = script.rsv.bits();
    table = table.with_some("rsv", (rsv != 0).then_some(rsv));
    table = table.with_some("mask", mask(script.mask));
    table = table.with_some("length", script.length);
    table = table.with_some("length-form", script.form.map(bits));
    table = table.with_some("repeat", times);
    paced(table, script.pacing)
}

const fn verb(opcode: Opcode) -> Option<&'static str> {
    Some(match opcode {
        Opcode::CONTINUATION => "cont",
        Opcode::TEXT => "text",
        Opcode::BINARY => "binary",
        Opcode::PING => "ping",
        Opcode::PONG => "pong",
        _ => return None,
    })
}

fn mask(mask: MaskScript) -> Option<String> {
    Some(match mask {
        MaskScript::AsRole => return None,
        MaskScript::Always => "true".to_owned(),
        MaskScript::Never => "false".to_owned(),
        MaskScript::AgainstRole => string("wrong"),
        MaskScript::Key(key) => string(&hex::encode(&key)),
    })
}

const fn bits(form: LengthForm) -> u8 {
    match form {
        LengthForm::Bits7 => 7,
        LengthForm::Bits16 => 16,
        LengthForm::Bits64 => 64,
    }
}

fn paced(table: Table, pacing: Pacing) -> Table {
    table.with_some("chop", pacing.chop).with_flag("apart", pacing.apart)
}

const fn kind_verb(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::Binary => "binary",
    }
}

fn message(script: &MessageScript, deflate: bool, seeds: &mut Seeds) -> Table {
    let table = Table::of(kind_verb(script.kind), payload(&script.payload, seeds));
    // Where nothing is compressed, a message in one frame is one in fragments of its own size.
    let whole = (!deflate).then(|| script.payload.len().max(1));
    let fragment = script.fragment.map(std::num::NonZeroU64::get).or(whole);
    let table = table.with_some("fragment", fragment);
    let table = table.with_some("compress", (deflate && !script.compress).then_some(false));
    paced(table, script.pacing)
}

fn round_trips(trips: &RoundTrips, seeds: &mut Seeds) -> Table {
    let operand = match &trips.source {
        RoundTripSource::Fixed(octets) => payload(octets, seeds),
        RoundTripSource::Sample { sample, units } => {
            Table::of("sample", string(&sample.to_string())).with("len", units).to_string()
        }
    };
    Table::of("round-trips", trips.count)
        .with(kind_verb(trips.kind), operand)
        .with_some("fragment", trips.fragment)
}

/// A Close by its code and reason, where it has a code.
fn close(octets: &Payload, seeds: &mut Seeds) -> Table {
    let Some((Part::Octets(first), rest)) = octets.parts().split_first() else {
        return match octets.parts() {
            [] => Table::of("close", string("empty")),
            _ => Table::of("close-octets", payload(octets, seeds)),
        };
    };
    let Some((code, reason)) = first.split_first_chunk::<2>() else {
        return Table::of("close-octets", payload(octets, seeds));
    };
    let table = Table::of("close", u16::from_be_bytes(*code));
    if reason.is_empty() && rest.is_empty() {
        return table;
    }
    let mut all = rest.to_vec();
    if !reason.is_empty() {
        all.insert(0, Part::Octets(reason.into()));
    }
    table.with("reason", parts(&all, seeds))
}
