//! The disagreements, each kind with its shortest input.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use super::examiner::{Examiner, Wrong};
use crate::{case::counted, cli::Trouble, protocol::hex, reference::shrink};

/// What was found.
#[derive(Default)]
pub struct Findings(BTreeMap<String, Finding>);

struct Finding {
    octets: Vec<u8>,
    sentence: String,
    inputs: u64,
}

impl Findings {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an input. The first of its kind is made short, until `is_over`.
    ///
    /// # Errors
    /// The parser cannot be started any more.
    pub fn add(
        &mut self,
        octets: Vec<u8>,
        wrong: Wrong,
        examiner: &mut Examiner,
        is_over: impl Fn() -> bool,
    ) -> Result<(), Trouble> {
        if let Some(known) = self.0.get_mut(&wrong.kind) {
            known.inputs += 1;
            return Ok(());
        }
        let mut sentence = wrong.sentence;
        let mut trouble = None;
        let octets = shrink(octets, wrong.tries, |shorter| {
            if is_over() || examiner.is_interrupted() {
                return false;
            }
            match examiner.examine(shorter) {
                Ok(examined) => match examined.trouble {
                    Some(same) if same.kind == wrong.kind => {
                        sentence = same.sentence;
                        true
                    }
                    _ => false,
                },
                Err(error) => {
                    trouble = Some(error);
                    false
                }
            }
        });
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        let finding = Finding { octets, sentence, inputs: 1 };
        self.0.insert(wrong.kind, finding);
        Ok(())
    }

    /// Writes each input to a file of the directory.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn save(&self, directory: &Path) -> Result<(), Trouble> {
        let trouble = |source| Trouble::System {
            what: format!("cannot write to {}", directory.display()),
            source,
        };
        fs::create_dir_all(directory).map_err(trouble)?;
        for (kind, finding) in &self.0 {
            fs::write(directory.join(format!("{kind}.bin")), &finding.octets).map_err(trouble)?;
        }
        Ok(())
    }

    /// All of them in words.
    pub fn text(&self) -> String {
        let mut text = match self.0.len() {
            0 => return "no disagreement\n".to_owned(),
            1 => "1 kind of disagreement\n".to_owned(),
            count => format!("{count} kinds of disagreement\n"),
        };
        for (kind, finding) in &self.0 {
            let inputs = finding.inputs;
            write!(
                text,
                "\n{kind}  {}\n  {}\n  --input {}\n",
                counted(inputs, "input"),
                finding.sentence,
                hex::encode(&finding.octets)
            )
            .expect("writing to a String never fails");
        }
        text
    }
}
