//! Fewer steps.

use std::num::NonZeroU32;

use crate::{
    case::{Case, FrameScript, MaskScript, Pacing, Payload, Step},
    protocol::{Opcode, Rsv},
};

/// The case with other steps.
pub(super) fn with_steps(case: &Case, steps: Vec<Step>) -> Case {
    Case { steps, ..case.clone() }
}

/// Without all steps, without either half, each quarter and so on; the later ones go first, since
/// what comes after the trouble says nothing.
pub(super) fn without_halves(case: &Case) -> Vec<Case> {
    let steps = &case.steps;
    let mut candidates = Vec::new();
    let mut size = steps.len();
    while size > 1 {
        let starts = (0..steps.len()).step_by(size).rev();
        candidates.extend(starts.map(|start| without(case, start, size)));
        size = size.div_ceil(2);
    }
    candidates
}

/// Without each of the steps.
pub(super) fn without_one(case: &Case) -> Vec<Case> {
    let positions = (0..case.steps.len()).rev();
    positions.map(|start| without(case, start, 1)).collect()
}

fn without(case: &Case, start: usize, count: usize) -> Case {
    let end = (start + count).min(case.steps.len());
    let steps = [&case.steps[..start], &case.steps[end..]].concat();
    with_steps(case, steps)
}

/// With two neighbours made one: fragments that become a whole, octets that follow octets.
pub(super) fn joined(case: &Case) -> Vec<Case> {
    let pairs = case.steps.windows(2).enumerate();
    let joined = pairs.filter_map(|(position, pair)| {
        let one = join(&pair[0], &pair[1])?;
        let mut steps = case.steps.clone();
        steps.splice(position..position + 2, [one]);
        Some(with_steps(case, steps))
    });
    joined.chain(not_repeated(case)).collect()
}

fn join(first: &Step, second: &Step) -> Option<Step> {
    match (first, second) {
        (Step::Frame(first), Step::Frame(second))
            if is_plain(first) && is_plain(second) && second.opcode == Opcode::CONTINUATION =>
        {
            let mut frame = first.clone();
            frame.payload = first.payload.join(&second.payload);
            frame.fin = second.fin;
            Some(Step::Frame(frame))
        }
        (Step::Frame(first), Step::More(rest)) => {
            let mut frame = first.clone();
            frame.payload = first.payload.join(rest);
            if frame.length == Some(frame.payload.len()) {
                frame.length = None;
            }
            Some(Step::Frame(frame))
        }
        (Step::Octets(first, pacing), Step::Octets(second, _)) => {
            Some(Step::Octets(first.join(second), *pacing))
        }
        (Step::More(first), Step::More(second)) => Some(Step::More(first.join(second))),
        _ => None,
    }
}

/// Whether the frame is what an ordinary fragment is.
fn is_plain(frame: &FrameScript) -> bool {
    frame.rsv == Rsv::NONE
        && frame.mask == MaskScript::AsRole
        && frame.length.is_none()
        && frame.form.is_none()
        && frame.pacing == Pacing::default()
}

/// With repetitions made fewer, and made one frame.
fn not_repeated(case: &Case) -> Vec<Case> {
    let mut candidates = Vec::new();
    for (position, step) in case.steps.iter().enumerate() {
        let Step::Repeat(times, frame) = step else {
            continue;
        };
        let mut replace = |step| {
            let mut steps = case.steps.clone();
            steps[position] = step;
            candidates.push(with_steps(case, steps));
        };
        replace(Step::Frame(frame.clone()));
        let mut all = frame.clone();
        all.payload = repeated(&frame.payload, times.get());
        replace(Step::Frame(all));
        for fewer in [2, times.get() / 2, times.get() - 1] {
            if let Some(fewer) = NonZeroU32::new(fewer).filter(|fewer| fewer < times) {
                replace(Step::Repeat(fewer, frame.clone()));
            }
        }
    }
    candidates
}

fn repeated(payload: &Payload, times: u32) -> Payload {
    let unit = payload.to_vec();
    if unit.is_empty() {
        return Payload::default();
    }
    let length = unit.len() as u64 * u64::from(times);
    Payload::new(vec![crate::case::Part::Fill { unit, length }])
}
