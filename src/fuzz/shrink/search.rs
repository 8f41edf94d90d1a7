//! The search: stages of candidates, again and again, until none of them is any good.

use std::{collections::HashSet, vec};

use xxhash_rust::xxh3::xxh3_64;

use super::{Weight, handshake, payload, simplify, steps};
use crate::case::Case;

/// Ways to make a case smaller, those that take away most first.
const STAGES: [fn(&Case) -> Vec<Case>; 7] = [
    steps::without_halves,
    steps::without_one,
    handshake::simpler,
    steps::joined,
    simplify::plainer,
    payload::shorter,
    payload::plainer,
];

/// Makes a case smaller, a candidate at a time.
#[derive(Debug)]
pub struct Shrinker {
    best: Case,
    stage: usize,
    /// What the stage still has to offer.
    queue: vec::IntoIter<Case>,
    /// The candidate that somebody plays.
    out: Option<Case>,
    tried: HashSet<u64>,
    /// Something was taken since the first stage began.
    progress: bool,
}

impl Shrinker {
    /// Begins with a case that shows what it is kept for.
    #[must_use]
    pub fn new(case: Case) -> Self {
        let queue = STAGES[0](&case).into_iter();
        Self {
            tried: HashSet::from([fingerprint(&case)]),
            best: case,
            stage: 0,
            queue,
            out: None,
            progress: false,
        }
    }

    /// A lighter case to try; `None` if there is no more. [`Self::answer`] wants to know what came
    /// of it; one without an answer was no good.
    pub fn candidate(&mut self) -> Option<Case> {
        loop {
            for case in self.queue.by_ref() {
                let lighter = Weight::of(&case) < Weight::of(&self.best);
                if lighter && self.tried.insert(fingerprint(&case)) {
                    self.out = Some(case.clone());
                    return Some(case);
                }
            }
            self.stage += 1;
            if self.stage == STAGES.len() {
                if !self.progress {
                    return None;
                }
                self.progress = false;
                self.stage = 0;
            }
            self.queue = STAGES[self.stage](&self.best).into_iter();
        }
    }

    /// Whether the last candidate still shows it.
    pub fn answer(&mut self, still: bool) {
        if let Some(case) = self.out.take().filter(|_| still) {
            self.best = case;
            self.progress = true;
            self.queue = STAGES[self.stage](&self.best).into_iter();
        }
    }

    /// The lightest case so far.
    #[must_use]
    pub const fn best(&self) -> &Case {
        &self.best
    }
}

/// The lightest case that is found with so many candidates at most.
pub fn shrink(case: Case, candidates: usize, mut still: impl FnMut(&Case) -> bool) -> Case {
    let mut shrinker = Shrinker::new(case);
    for _ in 0..candidates {
        let Some(case) = shrinker.candidate() else {
            break;
        };
        shrinker.answer(still(&case));
    }
    shrinker.best
}

fn fingerprint(case: &Case) -> u64 {
    let script = (&case.handshake.ours, &case.deflate, &case.steps);
    xxh3_64(format!("{script:?}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{Payload, SourceFile, Step, read_cases, write},
        protocol::Opcode,
    };

    fn case(testee: &str, head: &str, steps: &str) -> Case {
        let text = format!(
            "chapter = \"0\"\ntitle = \"t\"\n[[case]]\nid = \"0\"\ntitle = \"t\"\n\
             requirements = []\ntestee = \"{testee}\"\n{head}\nsteps = [{steps}]\n\
             outcomes = []\nclose = {{ by = \"us\" }}\n"
        );
        let file = SourceFile { name: "test.toml", text: &text };
        let mut set = read_cases(&[file], &[].into()).unwrap_or_else(|e| panic!("\n{e}"));
        set.cases.remove(0)
    }

    /// What is left of the case after the key `requirements`, as it is written.
    fn shrunk(case: Case, still: impl FnMut(&Case) -> bool) -> String {
        let text = write(&shrink(case, 1000, still), "t");
        let (_, rest) = text.split_once("testee = \"server\"\n").unwrap();
        rest.split_once("\noutcomes").unwrap().0.to_owned()
    }

    fn sends(case: &Case, is: impl Fn(Opcode, &Payload) -> bool) -> bool {
        case.steps.iter().any(|step| match step {
            Step::Frame(frame) | Step::Repeat(_, frame) => is(frame.opcode, &frame.payload),
            _ => false,
        })
    }

    const LONG: &str = r#"{ text = "one", chop = 1 }, { ping = "abc" }, { text = "x", fin = false },
        { pong = "" }, { cont = "y\u0000zé", fin = false, mask = "00000000" }, { cont = "z", rsv = 2 },
        { fence = true }, { binary = { fill = "*", len = 70000 }, apart = true }, { frame = 11 },
        { close = 1001, reason = "bye" }"#;

    #[test]
    fn only_what_is_needed_stays() {
        let ping = shrunk(case("server", "", LONG), |case| {
            sends(case, |opcode, _| opcode == Opcode::PING)
        });
        assert_eq!(ping, r#"steps = [{ ping = "" }]"#);
        let nul = shrunk(case("server", "", LONG), |case| {
            sends(case, |_, payload| payload.len() < 1000 && payload.to_vec().contains(&0))
        });
        assert_eq!(nul, r#"steps = [{ cont = { hex = "00" } }]"#);
        let empty = r#"{ binary = ["", "a", { hex = "" }] }"#;
        let rest =
            shrunk(case("server", "", empty), |case| sends(case, |_, payload| payload.len() == 1));
        assert_eq!(rest, r#"steps = [{ binary = "a" }]"#);
        let nothing = shrunk(case("server", "", LONG), |_| true);
        assert_eq!(nothing, "steps = []");
    }

    #[test]
    fn lengths_end_where_it_begins_to_matter() {
        let long = shrunk(case("server", "", LONG), |case| {
            sends(case, |_, payload| payload.len() > 65_535)
        });
        assert_eq!(long, r#"steps = [{ binary = { fill = "*", len = 65536 } }]"#);
        let length = shrunk(case("server", "", LONG), |case| {
            sends(case, |_, payload| payload.len() >= 1234)
        });
        assert_eq!(length, r#"steps = [{ binary = { fill = "*", len = 1234 } }]"#);
    }

    #[test]
    fn edits_of_the_handshake_go_one_by_one() {
        let head = r#"request = { method = "POST", with = ["Upgrade: h2c", "A: b"], also = ["C: d"],
            without = ["Pragma"], chop = 1, eager = true }
            deflate = { offer = ["client_max_window_bits", ""], accept = [{}] }"#;
        let left = shrunk(case("server", head, LONG), |case| {
            case.handshake.request().is_some_and(|edits| edits.head.also.len() == 1)
        });
        assert_eq!(left, "request = { also = [\"C: d\"] }");
        let compressed = shrunk(case("server", head, r#"{ text = "abc" }"#), |case| {
            let offers = case.deflate.iter().flat_map(|script| &script.offers);
            offers.count() > 0 && !case.steps.is_empty()
        });
        assert_eq!(
            compressed,
            "deflate = { offer = [\"\"] }\nsteps = [{ text = \"\", fin = true }]"
        );
    }

    #[test]
    fn fragments_and_repetitions_become_one_frame() {
        let fragments = r#"{ text = "ab", fin = false }, { cont = "c", fin = false },
            { cont = "d", repeat = 40, fin = false }, { cont = "e" }"#;
        let whole = |steps: &[Step]| -> u64 {
            let payload = |step: &Step| match step {
                Step::Frame(frame) => frame.payload.len(),
                Step::Repeat(times, frame) => u64::from(times.get()) * frame.payload.len(),
                _ => 0,
            };
            steps.iter().map(payload).sum()
        };
        let left = shrunk(case("server", "", fragments), |case| whole(&case.steps) >= 3);
        assert_eq!(left, r#"steps = [{ text = "aaa" }]"#);
    }
}
