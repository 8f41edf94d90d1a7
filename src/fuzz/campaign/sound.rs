//! Steps whose octets are known beforehand, and which a case file can have.

use crate::{
    case::{MaskScript, Step},
    protocol::Role,
};

/// The masking key of frames that end up as the payload of another one: then it matters which it
/// is.
const KNOWN_KEY: MaskScript = MaskScript::Key([0; 4]);

/// Makes steps sound that we play as `role`. Says whether there was anything to do.
pub(super) fn make_sound(steps: &mut Vec<Step>, role: Role) -> bool {
    let before = steps.len();
    let mut changed = false;
    let mut sound: Vec<Step> = Vec::with_capacity(before);
    let mut within = Within::default();
    for mut step in std::mem::take(steps) {
        if within.a_frame() && matches!(step, Step::Frame(_)) && role == Role::Client {
            // Both are masked: what is swallowed, and what swallows it.
            changed |= know_key(&mut step);
            if let Some(begun) = within.begun {
                changed |= know_key(&mut sound[begun]);
            }
        }
        if within.takes(&step, sound.len()) {
            sound.push(step);
        }
    }
    *steps = sound;
    changed || steps.len() < before
}

fn know_key(step: &mut Step) -> bool {
    match step {
        Step::Frame(frame) if frame.mask == MaskScript::AsRole => {
            frame.mask = KNOWN_KEY;
            true
        }
        _ => false,
    }
}

/// Whether what is sent may be the payload of a frame that was begun before.
#[derive(Default)]
struct Within {
    /// Octets that the last frame lacks.
    missing: u64,
    /// The step that began it.
    begun: Option<usize>,
    /// Raw octets were sent, which may be the beginning of a frame.
    octets: bool,
}

impl Within {
    const fn a_frame(&self) -> bool {
        self.missing > 0 || self.octets
    }

    /// Follows a step, which gets this position; says whether it may stay.
    fn takes(&mut self, step: &Step, position: usize) -> bool {
        match step {
            Step::Frame(frame) => {
                let declared = frame.length.unwrap_or_default();
                let missing = declared.saturating_sub(frame.payload.len());
                // What was swallowed swallows nothing more, as far as the language goes; but who
                // has swallowed it may still be hungry.
                self.octets |= self.missing > 0;
                self.missing = missing;
                self.begun = (missing > 0).then_some(position);
            }
            // These would be masked with keys that nobody knows.
            Step::Message(_) | Step::Repeat(..) | Step::RoundTrips(_) | Step::Fence
                if self.a_frame() =>
            {
                return false;
            }
            // The language has none that continue nothing.
            Step::More(payload) if payload.is_empty() || payload.len() > self.missing => {
                return false;
            }
            Step::More(payload) => self.missing -= payload.len(),
            Step::Octets(..) => self.octets = true,
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{SourceFile, read_cases, write};

    fn sound(steps: &str, role: Role) -> String {
        let text = format!(
            "chapter = \"0\"\ntitle = \"t\"\n[[case]]\nid = \"0\"\ntitle = \"t\"\n\
             requirements = []\nsteps = [{steps}]\noutcomes = []\nclose = {{ by = \"us\" }}\n"
        );
        let file = SourceFile { name: "test.toml", text: &text };
        let mut set = read_cases(&[file], &[].into()).unwrap_or_else(|e| panic!("\n{e}"));
        let mut case = set.cases.remove(0);
        let changed = make_sound(&mut case.steps, role);
        let text = write(&case, "t");
        let (_, rest) = text.split_once("steps = ").unwrap();
        let (steps, _) = rest.split_once("\noutcomes").unwrap();
        format!("{changed} {}", steps.replace("\n  ", " ").replace('\n', " "))
    }

    #[test]
    fn what_is_swallowed_by_a_frame_has_a_known_key() {
        let steps = r#"{ text = "a", length = 9 }, { ping = "b" }, { ping = "c" }"#;
        assert_eq!(
            sound(steps, Role::Client),
            "true [ { text = \"a\", mask = \"00000000\", length = 9 }, \
             { ping = \"b\", mask = \"00000000\" }, { ping = \"c\", mask = \"00000000\" }, ]"
        );
        assert_eq!(
            sound(steps, Role::Server),
            r#"false [ { text = "a", length = 9 }, { ping = "b" }, { ping = "c" }, ]"#
        );
        assert_eq!(
            sound(r#"{ octets = "a" }, { ping = "b" }, { fence = true }"#, Role::Client),
            r#"true [ { octets = "a" }, { ping = "b", mask = "00000000" }, ]"#
        );
    }

    #[test]
    fn a_frame_is_continued_as_far_as_it_goes() {
        let steps = r#"{ text = "a", length = 3 }, { more = "b" }, { more = "c" }, { text = "d" }"#;
        assert!(sound(steps, Role::Client).starts_with("false"));
    }
}
