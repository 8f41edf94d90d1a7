//! Which verb a step has, and which modifiers go with it.

use super::{
    Mistake,
    at::At,
    problems::{Checked, Problem},
    step_entry::{StepEntry, VERBS},
};

/// Modifiers of every frame.
const OF_FRAMES: [&str; 8] =
    ["fin", "rsv", "mask", "length", "length-form", "repeat", "chop", "apart"];
/// Modifiers of `text` and `binary` that make the step send a frame exactly as said.
pub const OF_FRAMES_ONLY: [&str; 6] = ["fin", "rsv", "mask", "length", "length-form", "repeat"];

/// The one verb of a step.
pub fn verb_of(at: &At<StepEntry>) -> Checked<&'static str> {
    let keys = at.value().keys();
    let verbs: Vec<&'static str> =
        keys.iter().map(|(key, _)| *key).filter(|key| VERBS.contains(key)).collect();
    match verbs[..] {
        [] => Err(no_verb(at)),
        [verb] => Ok(verb),
        // `text` and `binary` are the operand of `round-trips`.
        _ if at.value().round_trips.is_some() => Ok("round-trips"),
        _ => Err(Problem::new(at.span(), Mistake::ManyVerbs(quoted(&verbs)))),
    }
}

/// That every other key of the step is a modifier of its verb.
pub fn check_modifiers(entry: &StepEntry, verb: &'static str) -> Checked<()> {
    let allowed = modifiers_of(verb);
    let misplaced =
        entry.keys().into_iter().find(|(key, _)| *key != verb && !allowed.contains(key));
    match misplaced {
        Some((modifier, span)) => Err(Problem::new(span, Mistake::Misplaced { modifier, verb })),
        None => Ok(()),
    }
}

/// That the step has no verb.
pub fn no_verb(at: &At<StepEntry>) -> Problem {
    Problem::new(at.span(), Mistake::NoVerb(quoted(&VERBS)))
}

fn modifiers_of(verb: &str) -> Vec<&'static str> {
    let more: &[&str] = match verb {
        "text" | "binary" => &["fragment", "compress"],
        "frame" => &["payload"],
        "cont" | "ping" | "pong" => &[],
        "close" => return vec!["reason"],
        "octets" => return vec!["chop", "apart"],
        "round-trips" => return vec!["text", "binary", "fragment"],
        _ => return Vec::new(),
    };
    OF_FRAMES.iter().chain(more).copied().collect()
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
