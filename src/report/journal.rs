//! `journal.jsonl`: results as they come, so that a crash loses at most the cases under way.
//!
//! A line a result, after a first line that says which run it is of. The journal is there from a
//! run's begin until its whole report has been written; one that is found is of a run that came to
//! no such end. It is either gone on with or moved aside, never overwritten.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{CaseReport, file};
use crate::protocol::Role;

/// The journal's name in the folder of the reports.
const NAME: &str = "journal.jsonl";

/// Where a journal goes that nobody asked for.
const OLD_NAME: &str = "journal.old.jsonl";

/// Octets beyond which nothing is appended: clients that never stop must not fill the disk.
const OCTETS_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Which run a journal is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// [`super::Report::SCHEMA_VERSION`] of the results in it.
    pub schema_version: u32,
    /// The side that wspec plays.
    pub role: Role,
    /// The run's seed.
    pub seed: u64,
}

/// A result, with the name of the agent whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalLine {
    /// The agent's name.
    pub agent: String,
    /// The result.
    pub case: CaseReport,
}

/// What a journal has of an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Which run.
    pub head: JournalHead,
    /// Its results, in the order in which they came.
    pub results: Vec<JournalLine>,
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    octets: u64,
}

/// A journal that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The system said no.
    #[error("the journal `{}`: {source}; is its folder writable, and is there room?", path.display())]
    System {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what was asked to be gone on with.
    #[error("the journal `{}` is of {is}, this is {wanted}; resume with the same command, or without --resume", path.display())]
    OtherRun {
        /// The journal.
        path: PathBuf,
        /// What it is of.
        is: String,
        /// What is run.
        wanted: String,
    },
    /// It has grown too large.
    #[error("the journal `{}` has grown too large; further results are not in it", .0.display())]
    Full(PathBuf),
}

impl Journal {
    /// Reads what an earlier run left in the folder; `None` without a journal. Its last line may
    /// be torn, and lines that cannot be read are left out.
    ///
    /// # Errors
    /// A journal that cannot be read, or of a run in the other role or of another version.
    pub fn read(folder: &Path, role: Role) -> Result<Option<Earlier>, JournalError> {
        let path = folder.join(NAME);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|source| system(&path, source))?,
        };
        let mut lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
        let head = lines.next().unwrap_or_default();
        let Ok(head) = serde_json::from_slice::<JournalHead>(&head) else {
            // Torn in its first line: it holds nothing.
            return Ok(None);
        };
        let kind = |head: JournalHead| {
            let testee = match head.role {
                Role::Client => "a server's run",
                Role::Server => "a clients' run",
            };
            format!("{testee} in format {}", head.schema_version)
        };
        let wanted =
            JournalHead { schema_version: super::Report::SCHEMA_VERSION, role, seed: head.seed };
        if head != wanted {
            return Err(JournalError::OtherRun { path, is: kind(head), wanted: kind(wanted) });
        }
        let results = lines.filter_map(|line| serde_json::from_slice(&line).ok()).collect();
        Ok(Some(Earlier { head, results }))
    }

    /// Begins a journal. One that is there is moved aside; says where to.
    ///
    /// # Errors
    /// A folder or file that cannot be written.
    pub fn begin(
        folder: &Path,
        head: JournalHead,
    ) -> Result<(Self, Option<PathBuf>), JournalError> {
        let path = folder.join(NAME);
        let error = |source| system(&path, source);
        fs::create_dir_all(folder).map_err(error)?;
        let old = folder.join(OLD_NAME);
        let moved = match fs::rename(&path, &old) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            result => result.map(|()| Some(old)).map_err(error)?,
        };
        let file = file::begin(&path).map_err(error)?;
        let mut journal = Self { path: path.clone(), file, octets: 0 };
        journal.append_line(&head)?;
        Ok((journal, moved))
    }

    /// Goes on with the journal that is there.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn go_on(folder: &Path) -> Result<Self, JournalError> {
        let path = folder.join(NAME);
        let error = |source| system(&path, source);
        let mut file = file::go_on(&path).map_err(error)?;
        // Ends a line that may be torn.
        file.write_all(b"\n").map_err(error)?;
        let octets = file.metadata().map_err(error)?.len();
        Ok(Self { path: path.clone(), file, octets })
    }

    /// Appends a result.
    ///
    /// # Errors
    /// A file that cannot be written, or that has grown too large.
    pub fn append(&mut self, agent: &str, case: &CaseReport) -> Result<(), JournalError> {
        self.append_line(&JournalLineRef { agent, case })
    }

    /// The run has come to its end and its report is written: the journal is needed no more.
    pub fn remove(self) {
        // One that stays is only moved aside by the next run.
        let _ = fs::remove_file(&self.path);
    }

    fn append_line(&mut self, line: &impl Serialize) -> Result<(), JournalError> {
        let mut text =
            serde_json::to_vec(line).map_err(|error| system(&self.path, error.into()))?;
        text.push(b'\n');
        if self.octets + text.len() as u64 > OCTETS_MAX {
            return Err(JournalError::Full(self.path.clone()));
        }
        self.octets += text.len() as u64;
        // One write a line, and no buffer of ours: what was written survives us.
        self.file.write_all(&text).map_err(|source| system(&self.path, source))
    }
}

/// A [`JournalLine`] that is written.
#[derive(Serialize)]
struct JournalLineRef<'a> {
    agent: &'a str,
    case: &'a CaseReport,
}

fn system(path: &Path, source: io::Error) -> JournalError {
    JournalError::System { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Report, example, file::tests::Folder};

    const HEAD: JournalHead =
        JournalHead { schema_version: Report::SCHEMA_VERSION, role: Role::Server, seed: 7 };

    fn results(folder: &Folder) -> Vec<(String, CaseReport)> {
        let earlier = Journal::read(&folder.0, Role::Server).unwrap().unwrap();
        assert_eq!(earlier.head, HEAD);
        let lines = earlier.results.into_iter();
        lines.map(|line| (line.agent, line.case)).collect()
    }

    #[test]
    fn what_was_appended_can_be_read_and_gone_on_with() {
        let folder = Folder::new("journal");
        assert!(Journal::read(&folder.0, Role::Server).unwrap().is_none());
        let (mut journal, moved) = Journal::begin(&folder.0, HEAD).unwrap();
        assert_eq!(moved, None);
        let (first, second) = (example::hostile(), example::passed());
        journal.append("a\nb", &first).unwrap();
        // A kill in the middle of the next line:
        journal.file.write_all(b"{\"agent\":\"torn").unwrap();
        let first = ("a\nb".to_owned(), first);
        assert_eq!(results(&folder), std::slice::from_ref(&first));
        let mut journal = Journal::go_on(&folder.0).unwrap();
        journal.append("c", &second).unwrap();
        assert_eq!(results(&folder), [first, ("c".to_owned(), second)]);
        journal.remove();
        assert!(folder.names().is_empty());
    }

    #[test]
    fn a_journal_that_nobody_asked_for_is_moved_aside() {
        let folder = Folder::new("journal-aside");
        drop(Journal::begin(&folder.0, HEAD).unwrap());
        let (_, moved) = Journal::begin(&folder.0, HEAD).unwrap();
        assert_eq!(moved, Some(folder.0.join(OLD_NAME)));
        assert_eq!(folder.names(), [NAME, OLD_NAME]);
    }

    #[test]
    fn another_run_is_not_resumed() {
        let folder = Folder::new("journal-other");
        drop(Journal::begin(&folder.0, HEAD).unwrap());
        let error = Journal::read(&folder.0, Role::Client).unwrap_err().to_string();
        assert!(error.contains("is of a clients' run"), "{error}");
        fs::write(folder.0.join(NAME), "{\"schema_ver").unwrap();
        assert!(Journal::read(&folder.0, Role::Client).unwrap().is_none());
    }
}
