//! The arguments that make the built-in testees defective.

use clap::Args;

use super::{Exit, Trouble, output::print};
use crate::{
    protocol::Role,
    testee::{Conduct, Defect, Gravity, UnknownDefect},
};

/// Which defects to have.
#[derive(Debug, Args)]
pub struct DefectArguments {
    /// What to do wrong; may be repeated. `list` prints all that there is.
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

    /// Prints all defects: name, topic, whether it is a fault, another legal choice or an oddity, who can have
    /// it, what the endpoint does, and the requirements that this breaks.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn list(&self) -> Result<Exit, Trouble> {
        let lines: String = Defect::all().map(line).collect();
        print(&lines)?;
        Ok(Exit::Success)
    }
}

/// A line of the list; two spaces or more separate its columns, so that scripts can read it.
fn line(defect: Defect) -> String {
    let kind = match defect.gravity() {
        Gravity::Fault => "fault",
        Gravity::Choice => "choice",
        Gravity::Oddity => "oddity",
    };
    let testee = match (defect.is_for(Role::Server), defect.is_for(Role::Client)) {
        (true, false) => "server",
        (false, true) => "client",
        _ => "both",
    };
    let requirements = match defect.requirements() {
        [] => "-".to_owned(),
        requirements => requirements.join(","),
    };
    format!(
        "{defect:40}  {:16}  {kind:6}  {testee:6}  The endpoint {}.  {requirements}\n",
        defect.topic(),
        defect.description()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_all_there_is_to_know() {
        let line = line("no-tcp-close".parse().unwrap());
        let columns: Vec<&str> = line.trim().split("  ").filter(|it| !it.is_empty()).collect();
        let columns: Vec<&str> = columns.into_iter().map(str::trim).collect();
        assert_eq!(
            columns,
            [
                "no-tcp-close",
                "after-close",
                "fault",
                "server",
                "The endpoint leaves it to the client to close TCP.",
                "rfc6455-5.5.1-16,rfc6455-5.5.1-15,rfc6455-7.1.1-5",
            ]
        );
    }
}
