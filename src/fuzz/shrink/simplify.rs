//! Plainer steps: without each of their modifiers.

use super::steps::with_steps;
use crate::{
    case::{Case, FrameScript, MaskScript, MessageScript, Pacing, Payload, Step},
    protocol::{Opcode, Rsv},
};

/// With one step made plainer.
pub(super) fn plainer(case: &Case) -> Vec<Case> {
    let steps = case.steps.iter().enumerate();
    steps
        .flat_map(|(position, step)| {
            plainer_step(step).into_iter().map(move |plainer| {
                let mut steps = case.steps.clone();
                steps[position] = plainer;
                with_steps(case, steps)
            })
        })
        .collect()
}

fn plainer_step(step: &Step) -> Vec<Step> {
    match step {
        Step::Frame(frame) => frames(frame).into_iter().map(Step::Frame).collect(),
        Step::Repeat(times, frame) => {
            let plainer = frames(frame).into_iter();
            plainer.map(|frame| Step::Repeat(*times, frame)).collect()
        }
        Step::Message(message) => messages(message),
        Step::Octets(payload, pacing) if *pacing != Pacing::default() => {
            vec![Step::Octets(payload.clone(), Pacing::default())]
        }
        Step::Close(payload) if payload.len() != 2 || payload.to_vec() != NORMAL => {
            let normal = Step::Close(Payload::from(&NORMAL[..]));
            let code = payload.to_vec();
            let without_reason = code.first_chunk::<2>().map(|code| &code[..]);
            without_reason
                .map(|code| Step::Close(Payload::from(code)))
                .into_iter()
                .chain([normal])
                .collect()
        }
        _ => Vec::new(),
    }
}

/// 1000.
const NORMAL: [u8; 2] = 1000_u16.to_be_bytes();

fn frames(frame: &FrameScript) -> Vec<FrameScript> {
    let edited = |edit: fn(&mut FrameScript)| {
        let mut frame = frame.clone();
        edit(&mut frame);
        frame
    };
    let mut candidates = vec![
        edited(|frame| {
            frame.fin = true;
            frame.rsv = Rsv::NONE;
            frame.mask = MaskScript::AsRole;
            frame.length = None;
            frame.form = None;
            frame.pacing = Pacing::default();
        }),
        edited(|frame| frame.pacing = Pacing::default()),
        edited(|frame| frame.pacing.chop = None),
        edited(|frame| frame.pacing.apart = false),
        edited(|frame| frame.fin = true),
        edited(|frame| frame.rsv = Rsv::NONE),
        edited(|frame| frame.mask = MaskScript::AsRole),
        edited(|frame| frame.length = None),
        edited(|frame| frame.form = None),
    ];
    for bit in [1, 2, 4] {
        let fewer = Rsv::new(frame.rsv.bits() & !bit).unwrap_or_default();
        candidates.push(FrameScript { rsv: fewer, ..frame.clone() });
    }
    if let Some(length) = frame.length {
        let lengths = super::payload::lengths_below(length).into_iter();
        candidates
            .extend(lengths.map(|length| FrameScript { length: Some(length), ..frame.clone() }));
    }
    candidates
}

/// A message with fewer modifiers, and the frame that it would be.
fn messages(message: &MessageScript) -> Vec<Step> {
    let edited = |edit: fn(&mut MessageScript)| {
        let mut message = message.clone();
        edit(&mut message);
        Step::Message(message)
    };
    let frame = FrameScript {
        fin: true,
        rsv: Rsv::NONE,
        opcode: match message.kind {
            crate::transcript::MessageKind::Text => Opcode::TEXT,
            crate::transcript::MessageKind::Binary => Opcode::BINARY,
        },
        mask: MaskScript::AsRole,
        payload: message.payload.clone(),
        length: None,
        form: None,
        pacing: Pacing::default(),
    };
    vec![
        Step::Frame(frame),
        edited(|message| message.pacing = Pacing::default()),
        edited(|message| message.fragment = None),
        edited(|message| message.compress = false),
    ]
}
