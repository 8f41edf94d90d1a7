//! The arguments that make the built-in testees defective.

use std::io::Write;

use clap::Args;

use super::{Exit, Trouble};
use crate::testee::{Conduct, Defect, UnknownDefect};

/// Which defects to have.
#[derive(Debug, Args)]
pub struct DefectArguments {
    /// What to do wrong; may be repeated. `list` prints all names.
    #[arg(long = "defect", value_name = "NAME")]
    wanted: Vec<Wanted>,
}

#[derive(Clone, Copy, Debug)]
enum Wanted {
    List,
    Defect(Defect),
}

impl std::str::FromStr for Wanted {
    type Err = UnknownDefect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "list" => Ok(Self::List),
            _ => name.parse().map(Self::Defect),
        }
    }
}

impl DefectArguments {
    /// The conduct that the defects make; none if a list of them was asked for.
    pub fn conduct(&self) -> Option<Conduct> {
        let wanted = self.wanted.iter().map(|wanted| match wanted {
            Wanted::List => None,
            Wanted::Defect(defect) => Some(*defect),
        });
        let defects: Vec<Defect> = wanted.collect::<Option<_>>()?;
        Some(Conduct::with(&defects))
    }

    /// Prints the names of all defects, and what they are.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn list(&self) -> Result<Exit, Trouble> {
        let lines: String = Defect::ALL
            .iter()
            .map(|defect| format!("{defect:WIDTH$}  The endpoint {}.\n", defect.description()))
            .collect();
        match std::io::stdout().write_all(lines.as_bytes()) {
            // Whoever read our output has seen enough.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Trouble::System {
                what: "cannot write to standard output".to_owned(),
                source: error,
            }),
            _ => Ok(Exit::Success),
        }
    }
}

/// Columns for a name.
const WIDTH: usize = 28;
