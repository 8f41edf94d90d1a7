//! Hand-made cases and transcripts, judged by the real judge, for the tests of reports.

use std::collections::BTreeMap;

use super::{AgentReport, Bar, Baseline, CaseReport, Report, Run};
use crate::{
    case::{
        AutobahnView, Case, CloseExpectation, Closer, Company, Compare, Event, Expected, GiveUp,
        Need, Outcome, OutcomeVerdict, Payload, Profile, RequirementId, RunProfile, Step,
    },
    judge,
    protocol::{FrameHeader, LengthForm, Opcode, Role, Rsv, Violation},
    transcript::{
        Application, Blame, End, Entry, FrameRecord, HandshakeOutcome, HandshakeRecord, Happening,
        MessageKind, PayloadRecord, RoundTripRecord, Traffic, Transcript, WrongEcho,
    },
};

/// A frame as our own side would write it, but for the mask.
pub fn record(opcode: Opcode, payload: &[u8]) -> FrameRecord {
    FrameRecord {
        header: FrameHeader::new(opcode, payload.len() as u64),
        payload: PayloadRecord::of(payload),
    }
}

fn sent(by: Blame, opcode: Opcode, payload: &[u8]) -> Happening {
    let mut frame = record(opcode, payload);
    frame.header.mask = Some([0x37, 0xfa, 0x21, 0x3d]);
    Happening::Sent { by, frame }
}

fn text(payload: &str) -> Happening {
    let payload = PayloadRecord::of(payload.as_bytes());
    Happening::Message { kind: MessageKind::Text, payload }
}

fn received(opcode: Opcode, payload: &[u8]) -> Happening {
    Happening::Received(record(opcode, payload))
}

/// An echo case of this text.
pub fn case(id: &str, title: &str, payload: &[u8]) -> Case {
    let payload = Payload::from(payload);
    let outcomes = vec![Outcome {
        verdict: OutcomeVerdict::Pass,
        saw: Some(vec![Expected {
            event: Event::Message(MessageKind::Text, payload),
            echo: true,
            optional: false,
        }]),
        close: None,
        breaks: Vec::new(),
    }];
    let close = CloseExpectation {
        by: Closer::Us,
        grades: Vec::new(),
        codes: vec![1000],
        clean: true,
        dropped: OutcomeVerdict::Fail,
        wrong_code: OutcomeVerdict::NonStrict,
        wrong_code_fails: false,
        wrong_side_fails: false,
    };
    Case {
        id: id.parse().unwrap(),
        chapter: "Text messages".to_owned(),
        title: title.to_owned(),
        description: "One message & its echo, with a <b> in the description.".to_owned(),
        requirements: ["rfc6455-5.6-1", "rfc6455-5.2-6"]
            .map(|id| RequirementId(id.to_owned()))
            .into(),
        bugs: Vec::new(),
        testee: None,
        needs: [Need::Echo].into(),
        hostile: false,
        handshake: crate::case::HandshakeScript::default(),
        deflate: None,
        steps: Vec::<Step>::new(),
        outcomes: outcomes.clone(),
        close: close.clone(),
        give_up: GiveUp::FailSoon,
        informational: false,
        company: Company::Any,
        profile: Profile::Quick,
        autobahn: Some(AutobahnView { outcomes, close, compare: Compare::Octets, because: None }),
    }
}

/// The transcript of a connection that was opened.
pub fn transcript(happenings: Vec<Happening>, end: End) -> Transcript {
    let entries: Vec<Entry> = (0..)
        .zip(happenings)
        .map(|(position, what)| Entry { at_us: 312 + 100 * position, what })
        .collect();
    let duration_us = 400 + 100 * entries.len() as u64;
    Transcript {
        role: Role::Client,
        application: Application::Echo,
        started_unix_ms: 1_795_411_522_015,
        handshake: HandshakeRecord {
            request: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
            response: "HTTP/1.1 101 Switching Protocols\r\nServer: echo\r\n\r\n".to_owned(),
            outcome: HandshakeOutcome::Opened { deflate: None },
            asked_again: false,
            violations: Vec::new(),
        },
        entries,
        entries_dropped: 0,
        end,
        duration_us,
        tls: None,
        traffic: Traffic {
            octets_in: 141,
            octets_out: 52,
            frames_in: BTreeMap::from([(1, 1), (8, 1)]),
            frames_out: BTreeMap::from([(1, 1), (8, 1), (10, 2)]),
            reads: BTreeMap::from([(4, 1), (7, 1), (130, 1)]),
            writes: BTreeMap::from([(8, 1), (11, 1), (33, 1)]),
        },
    }
}

/// The case, judged.
pub fn judged(case: &Case, transcript: Transcript) -> CaseReport {
    let judgement = judge::judge(case, &transcript);
    CaseReport::new(case, judgement, transcript)
}

/// An echo as it should be.
pub fn passed() -> CaseReport {
    let happenings = vec![
        sent(Blame::Script, Opcode::TEXT, "hello, κόσμε".as_bytes()),
        received(Opcode::TEXT, "hello, κόσμε".as_bytes()),
        text("hello, κόσμε"),
        sent(Blame::Finished, Opcode::CLOSE, b"\x03\xe8"),
        received(Opcode::CLOSE, b"\x03\xe8"),
    ];
    let case = case("1.1.2", "Short text message", "hello, κόσμε".as_bytes());
    judged(&case, transcript(happenings, End::PeerClosed))
}

/// An echo with an octet changed.
pub fn wrong_echo() -> CaseReport {
    let happenings = vec![
        sent(Blame::Script, Opcode::TEXT, b"fragment"),
        received(Opcode::TEXT, b"fragmemt"),
        text("fragmemt"),
        Happening::GaveUp,
        sent(Blame::GaveUp, Opcode::CLOSE, b"\x03\xe9Going Away"),
        received(Opcode::CLOSE, b"\x03\xe9"),
    ];
    judged(&case("1.1.3", "Text message", b"fragment"), transcript(happenings, End::PeerClosed))
}

/// A right echo in a frame that no server may send.
pub fn rule_broken() -> CaseReport {
    let mut echo = record(Opcode::TEXT, b"rsv");
    echo.header.rsv = Rsv::new(2).unwrap();
    echo.header.form = LengthForm::Bits16;
    let happenings = vec![
        sent(Blame::Script, Opcode::TEXT, b"rsv"),
        Happening::Violated(Violation::ReservedBits(Rsv::new(2).unwrap())),
        Happening::Violated(Violation::LengthNotMinimal(LengthForm::Bits16)),
        Happening::Received(echo),
        sent(Blame::Violation, Opcode::CLOSE, b"\x03\xea"),
        Happening::CloseTimeout,
        Happening::WeDropTcp,
    ];
    judged(
        &case("1.1.4", "Reserved bits stay clear", b"rsv"),
        transcript(happenings, End::WeClosed),
    )
}

/// A server that wants a password.
pub fn refused() -> CaseReport {
    let mut refused = transcript(Vec::new(), End::PeerClosed);
    refused.handshake.response = "HTTP/1.1 401 Unauthorized\r\n\r\n".to_owned();
    refused.handshake.outcome = HandshakeOutcome::Refused {
        status: Some(401),
        reason: "the status is 401, not 101\u{1b}".to_owned(),
    };
    judged(&case("1.1.9", "Password wanted", b"x"), refused)
}

/// A message in many fragments that comes back in as many, with one octet too many.
pub fn many_fragments() -> CaseReport {
    let fragment = |position: usize, count: usize| {
        let opcode = if position == 0 { Opcode::TEXT } else { Opcode::CONTINUATION };
        let mut frame = record(opcode, b"*");
        frame.header.fin = position + 1 == count;
        frame
    };
    let ours = (0..20).map(|n| Happening::Sent { by: Blame::Script, frame: fragment(n, 20) });
    let theirs = (0..21).map(|n| Happening::Received(fragment(n, 21)));
    let mut happenings: Vec<Happening> = ours.chain(theirs).collect();
    happenings.push(text(&"*".repeat(21)));
    let mut many = transcript(happenings, End::PeerClosed);
    many.entries_dropped = 3;
    judged(&case("1.1.10", "Many fragments", &[b'*'; 20]), many)
}

/// Nobody was there.
pub fn never_connected() -> CaseReport {
    let mut nothing = transcript(Vec::new(), End::NeverConnected);
    nothing.handshake = HandshakeRecord::default();
    nothing.traffic = Traffic::default();
    judged(&case("1.1.5", "Never played", b"x"), nothing)
}

/// A peer that wants to own the terminal.
pub fn hostile() -> CaseReport {
    let happenings = vec![
        sent(Blame::Script, Opcode::TEXT, b"hello"),
        received(Opcode::TEXT, "\u{1b}[2J\u{202e}dlrow\u{7}".as_bytes()),
        text("\u{1b}[2J\u{202e}dlrow\u{7}"),
        received(Opcode::PING, "\u{9b}2K\u{2066}".as_bytes()),
        received(Opcode::CLOSE, b"\x03\xe8\x1b]0;owned\x07"),
    ];
    let mut hostile = transcript(happenings, End::PeerReset);
    hostile.handshake.response = "HTTP/1.1 101 \u{1b}[31m\r\nServer: \u{202e}x\r\n\r\n".to_owned();
    let mut report = judged(&case("1.1.6", "Hostile \u{1b}[1m title", b"hello"), hostile);
    report.chapter = "Chapter\u{1b}[5m".into();
    report
}

/// Messages and their echoes over a compressed connection, all but the last.
pub fn round_trips() -> CaseReport {
    let trips = RoundTripRecord {
        wanted: 1000,
        sent: 1000,
        echoed: 999,
        alike: 999,
        wrong: Some(WrongEcho {
            message: 999,
            sent: (MessageKind::Text, PayloadRecord::of(b"ab")),
            received: (MessageKind::Binary, PayloadRecord::of(b"ab")),
        }),
        octets: 16_000,
        compressed_octets: [4_000, 3_996],
        rtt_us: [80, 100, 150, 900],
    };
    let happenings = vec![
        Happening::RoundTrips(Box::new(trips)),
        sent(Blame::Finished, Opcode::CLOSE, b"\x03\xe8"),
        received(Opcode::CLOSE, b"\x03\xe8"),
        Happening::TcpLeftOpen { waited_us: 1_000_000 },
        Happening::WeDropTcp,
    ];
    judged(&case("1.1.7", "Round trips", b"x"), transcript(happenings, End::WeClosed))
}

/// What the other examples lack.
pub fn everything() -> CaseReport {
    let mut unfinished = record(Opcode::TEXT, b"un");
    unfinished.header.fin = false;
    unfinished.header.length = 70_000;
    unfinished.header.form = LengthForm::Bits64;
    let happenings = vec![
        Happening::Sent { by: Blame::Script, frame: unfinished },
        Happening::Silence("nothing \u{7} yet".to_owned()),
        Happening::SentOctets(PayloadRecord::of(&[0xff; 200])),
        sent(Blame::Fence, Opcode::PING, b"fence"),
        received(Opcode::PONG, b"fence"),
        received(Opcode::PING, b""),
        sent(Blame::Reply, Opcode::PONG, b""),
        Happening::AwaitedInVain,
        Happening::WeDropTcp,
    ];
    judged(&case("1.1.8", "Everything else", b"x"), transcript(happenings, End::Interrupted))
}

/// A run with one agent that played these cases.
pub fn report(cases: Vec<CaseReport>) -> Report {
    let run = Run {
        started_unix_ms: 1_795_411_522_015,
        duration_ms: 420,
        role: Role::Client,
        profile: RunProfile::Quick,
        seed: 7,
        interrupted: false,
        left_out: None,
        insecure: false,
    };
    let agent = AgentReport {
        agent: "Echo Server/1.0".to_owned(),
        url: "ws://localhost:9001/?a&b".to_owned(),
        cases,
    };
    Report::new(run, vec![agent])
}

/// A report that has something of everything: cases that fail, that are known to fail, that pass at
/// their second attempt, that are unimplemented, that pass.
pub fn failing_report() -> Report {
    let with_id = |id: &str, case: CaseReport| CaseReport { id: id.parse().unwrap(), ..case };
    let unimplemented = CaseReport {
        verdict: judge::Verdict::Unimplemented,
        message: "no compression was agreed".to_owned(),
        ..with_id("1.1.5", passed())
    };
    let flaky = wrong_echo().tried_again(passed(), true);
    let mut report = report(vec![
        passed(),
        wrong_echo(),
        with_id("1.1.4", wrong_echo()),
        unimplemented,
        with_id("1.2.1", wrong_echo()),
        with_id("1.2.2", flaky),
        with_id("1.2.3", never_connected()),
    ]);
    report.repeat = "wspec server 'ws://localhost:9001/?a&b'".to_owned();
    report
}

/// A bar that knows one of its failures, and one that passes.
pub fn baseline() -> Bar {
    let text = r#"known = [
        { case = "1.2.1", reason = "it shouts; see issue #7" },
        { case = "1.1.2", reason = "it does so no more" },
    ]"#;
    Bar { baseline: Baseline::read(text, "2026-11-26".parse().unwrap()).unwrap(), ..Bar::default() }
}
