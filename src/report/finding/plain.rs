//! The least that shows what is wrong.

use std::collections::BTreeMap;

use crate::{
    case::Closer,
    protocol::{FrameHeader, LengthForm, Opcode, Role, Rsv},
    report::CaseReport,
    transcript::{Blame, HandshakeOutcome, Happening},
};

/// Fields of an opening that are another in each.
const RANDOM: [&str; 2] = ["Sec-WebSocket-Key", "Sec-WebSocket-Accept"];

/// The opening of ours that most of these cases have: the others change something about it.
pub fn usual_opening<'a>(cases: impl Iterator<Item = &'a CaseReport>) -> String {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        *known.entry(our_opening(case)).or_default() += 1;
    }
    let most = known.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(String::new(), |(opening, _)| opening)
}

/// Our part of the opening handshake, without what is random in it.
pub fn our_opening(case: &CaseReport) -> String {
    let handshake = &case.transcript.handshake;
    let head = match case.transcript.role {
        Role::Client => &handshake.request,
        Role::Server => &handshake.response,
    };
    let is_random = |line: &&str| RANDOM.iter().any(|name| line.starts_with(name));
    head.lines().filter(|line| !is_random(line)).collect()
}

/// Whether nothing in a case is out of the ordinary: its opening may only succeed, nothing is
/// compressed, and what it sends is one short, whole frame that every endpoint has to take, before
/// it closes in order.
///
/// Whoever fails there fails elsewhere for the same reason.
pub fn is_plain(case: &CaseReport, usual_opening: &str) -> bool {
    let mut sent = scripted(case);
    is_opened_as_ever(case)
        && case.expected.closed_by == Closer::Us
        && our_opening(case) == usual_opening
        && sent.next().is_some_and(is_ordinary)
        && sent.next().is_none()
}

/// How little a case has in it: what is wrong stands out where it is least.
pub fn content(case: &CaseReport) -> impl Ord + use<> {
    let has_a_say = !case.expected.handshake.is_empty();
    (has_a_say, !is_opened_as_ever(case), scripted(case).count())
}

/// Whether the case has no say in the opening handshake, and it came to nothing special.
fn is_opened_as_ever(case: &CaseReport) -> bool {
    let opened =
        matches!(case.transcript.handshake.outcome, HandshakeOutcome::Opened { deflate: None });
    opened && case.expected.handshake.is_empty()
}

/// Octets of payload that a case sends.
pub fn octets_sent(case: &CaseReport) -> u64 {
    let lengths = scripted(case).map(|header| header.map_or(0, |header| header.length));
    lengths.fold(0, u64::saturating_add)
}

/// What a case sends before anybody closes: headers of frames, and nothing for what is none.
fn scripted(case: &CaseReport) -> impl Iterator<Item = Option<&FrameHeader>> {
    let happenings = case.transcript.happenings();
    happenings.filter_map(|happening| match happening {
        Happening::Sent { by: Blame::Script, frame } => Some(Some(&frame.header)),
        Happening::SentOctets(_) | Happening::RoundTrips(_) => Some(None),
        _ => None,
    })
}

fn is_ordinary(header: Option<&FrameHeader>) -> bool {
    header.is_some_and(|header| {
        let kind = matches!(header.opcode, Opcode::TEXT | Opcode::BINARY | Opcode::PING);
        kind && header.fin && header.rsv == Rsv::NONE && header.form == LengthForm::Bits7
    })
}
