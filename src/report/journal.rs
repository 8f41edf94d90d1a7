//! `journal.jsonl`: results as they come, so that a crash loses at most the cases under way.
//!
//! A line a result, after a first line that says which run it is of. The journal is there from a
//! run's begin until its whole report has been written; one that is found is of a run that came to
//! no such end. It is either gone on with or moved aside, never overwritten.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read as _, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Archive, CaseReport, Place, file};
use crate::{
    foreign::printable,
    input::{self, InputError},
    judge::Verdict,
    protocol::Role,
};

/// The journal's name in the folder of the reports.
const NAME: &str = "journal.jsonl";

/// Where a journal goes that nobody asked for.
const OLD_NAME: &str = "journal.old.jsonl";

/// Octets beyond which nothing is appended: clients that never stop must not fill the disk.
const OCTETS_MAX: u64 = 1024 * 1024 * 1024;

/// What all transcripts of a run may take, roughly, as octets in memory; those of an ordinary
/// agent take some two million.
const TRANSCRIPTS_MAX: u64 = 96 * 1024 * 1024;

/// What one of them may take: at most, and where there is no more room.
const TRANSCRIPT_MAX: u64 = 48 * 1024;
const TRANSCRIPT_MIN: u64 = 4 * 1024;

/// The longest line that is read, in octets; wspec writes none that is longer.
const LINE_MAX: u64 = 64 * 1024 * 1024;

/// What is kept in memory of a transcript that is read.
const GIST_MAX: usize = 4 * 1024;

/// Which run a journal is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// [`super::Report::SCHEMA_VERSION`] of the results in it.
    pub schema_version: u32,
    /// The side that wspec plays.
    pub role: Role,
    /// The run's seed.
    pub seed: u64,
    /// What was asked for: options with their values. A journal that says nothing of it goes with
    /// every run.
    #[serde(default, skip_serializing_if = "Asked::is_empty")]
    pub asked: Asked,
}

/// Options with their values, as far as they decide what comes of a run.
pub type Asked = BTreeMap<String, String>;

/// A result, with the name of the agent whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalLine {
    /// The agent's name.
    pub agent: String,
    /// The result.
    pub case: CaseReport,
}

impl JournalLine {
    /// Whether the case was played, and need not be again.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.case.verdict != Verdict::Error
    }
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
    /// What it holds may be read again after the run.
    stays: bool,
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
    /// It cannot be opened, or something else is in its place.
    #[error("the journal: {0}")]
    Unreadable(InputError),
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
    /// It is of a run that was asked for something else.
    #[error("the journal `{}` is of another run: {difference}; resume with the same command, or without --resume", path.display())]
    OtherOptions {
        /// The journal.
        path: PathBuf,
        /// The first option that differs, with both values.
        difference: String,
    },
    /// It has grown too large.
    #[error("the journal `{}` has grown too large; further results are not in it", .0.display())]
    Full(PathBuf),
}

impl Journal {
    /// Reads what an earlier run left in the folder, if that was asked for the same; `None` without
    /// a journal. Its last line may be torn, and lines that cannot be read are left out.
    ///
    /// # Errors
    /// A journal that cannot be read, or is of another run.
    pub fn read(folder: &Path, role: Role, asked: &Asked) -> Result<Option<Earlier>, JournalError> {
        let path = folder.join(NAME);
        let file = match input::open(&path, OCTETS_MAX) {
            Err(error) if error.is_absent() => return Ok(None),
            file => file.map_err(JournalError::Unreadable)?,
        };
        let mut lines = Lines { file: BufReader::new(file), at: 0 };
        let head = lines.next().map(|(_, line)| line).unwrap_or_default();
        let Ok(head) = serde_json::from_slice::<JournalHead>(&head) else {
            // Torn in its first line: it holds nothing.
            return Ok(None);
        };
        let kind = |(role, version): (Role, u32)| {
            let testee = match role {
                Role::Client => "a server's run",
                Role::Server => "a clients' run",
            };
            format!("{testee} in format {version}")
        };
        let is = (head.role, head.schema_version);
        let wanted = (role, super::Report::SCHEMA_VERSION);
        if is != wanted {
            return Err(JournalError::OtherRun { path, is: kind(is), wanted: kind(wanted) });
        }
        if let Some(difference) = difference(&head.asked, asked) {
            return Err(JournalError::OtherOptions { path, difference });
        }
        let result = |(place, line): (Place, Vec<u8>)| {
            let line: JournalLine = serde_json::from_slice(&line).ok()?;
            let case = CaseReport { stored: Some(place), ..line.case.gist(GIST_MAX) };
            Some(JournalLine { case, ..line })
        };
        Ok(Some(Earlier { head, results: lines.filter_map(result).collect() }))
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
        let mut journal = Self { path: path.clone(), file, octets: 0, stays: true };
        journal.append_line(&head)?;
        Ok((journal, moved))
    }

    /// Begins a journal that nobody finds: for a run without a folder for its reports.
    ///
    /// # Errors
    /// No place for temporary files.
    pub fn temporary() -> Result<Self, JournalError> {
        let name = format!(".wspec-{}-{:016x}.jsonl", std::process::id(), rand::random::<u64>());
        let path = std::env::temp_dir().join(name);
        let file = file::begin(&path).map_err(|source| system(&path, source))?;
        Ok(Self { path, file, octets: 0, stays: false })
    }

    /// What was appended, to be read again. A temporary journal has no name from then on.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn archive(&self) -> Result<Archive, JournalError> {
        let file = File::open(&self.path).map_err(|source| system(&self.path, source))?;
        if !self.stays {
            self.unlink();
        }
        Ok(Archive::of(file))
    }

    /// What the next transcript may take, as octets in memory: the less, the more was appended.
    #[must_use]
    pub fn share(&self) -> usize {
        let left = TRANSCRIPTS_MAX.saturating_sub(self.octets);
        (left / 1024).clamp(TRANSCRIPT_MIN, TRANSCRIPT_MAX) as usize
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
        Ok(Self { path: path.clone(), file, octets, stays: true })
    }

    /// Appends a result; says where it stands.
    ///
    /// # Errors
    /// A file that cannot be written, or that has grown too large.
    pub fn append(&mut self, agent: &str, case: &CaseReport) -> Result<Place, JournalError> {
        self.append_line(&JournalLineRef { agent, case })
    }

    /// The run has come to its end and its report is written: the journal is needed no more.
    pub fn remove(self) {
        self.unlink();
    }

    fn unlink(&self) {
        // One that stays is only moved aside by the next run.
        let _ = fs::remove_file(&self.path);
    }

    fn append_line(&mut self, line: &impl Serialize) -> Result<Place, JournalError> {
        let error = |source: io::Error| system(&self.path, source);
        let mut text = serde_json::to_vec(line).map_err(|source| error(source.into()))?;
        text.push(b'\n');
        let place = Place { at: self.octets, length: text.len() as u64 };
        if place.at + place.length > OCTETS_MAX {
            return Err(JournalError::Full(self.path.clone()));
        }
        // One write a line, and no buffer of ours: what was written survives us.
        if let Err(source) = self.file.write_all(&text) {
            // The lines after a torn one begin where they should.
            let torn = self.file.set_len(self.octets);
            let _ = torn.and_then(|()| self.file.seek(SeekFrom::Start(self.octets)));
            return Err(error(source));
        }
        self.octets += place.length;
        Ok(place)
    }
}

/// The first option that differs, in words.
fn difference(was: &Asked, is: &Asked) -> Option<String> {
    let mut names = was.keys().chain(is.keys()).filter(|_| !was.is_empty());
    let name = names.find(|name| was.get(*name) != is.get(*name))?;
    let value = |asked: &Asked| match asked.get(name) {
        Some(value) => format!("`{}`", printable(value)),
        None => "not given".to_owned(),
    };
    Some(format!("{name} was {}, and is {} now", value(was), value(is)))
}

/// The lines of a journal, each with its place. The last one may be torn.
struct Lines<R> {
    file: R,
    at: u64,
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = (Place, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        let mut limited = self.file.by_ref().take(LINE_MAX);
        let length = limited.read_until(b'\n', &mut line).ok().filter(|length| *length > 0)?;
        let place = Place { at: self.at, length: length as u64 };
        self.at += place.length;
        Some((place, line))
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

    fn head(asked: &[(&str, &str)]) -> JournalHead {
        JournalHead {
            schema_version: Report::SCHEMA_VERSION,
            role: Role::Server,
            seed: 7,
            asked: asked
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
        }
    }

    fn read(folder: &Folder, asked: &[(&str, &str)]) -> Result<Option<Earlier>, JournalError> {
        Journal::read(&folder.0, Role::Server, &head(asked).asked)
    }

    fn results(folder: &Folder) -> Vec<(String, CaseReport)> {
        let earlier = read(folder, &[]).unwrap().unwrap();
        assert_eq!(earlier.head, head(&[]));
        let archive = Archive::of(File::open(folder.0.join(NAME)).unwrap());
        let whole =
            |line: JournalLine| (line.agent, archive.whole(&line.case).unwrap().into_owned());
        earlier.results.into_iter().map(whole).collect()
    }

    #[test]
    fn what_was_appended_can_be_read_and_gone_on_with() {
        let folder = Folder::new("journal");
        assert!(read(&folder, &[]).unwrap().is_none());
        let (mut journal, moved) = Journal::begin(&folder.0, head(&[])).unwrap();
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
        drop(Journal::begin(&folder.0, head(&[])).unwrap());
        let (_, moved) = Journal::begin(&folder.0, head(&[])).unwrap();
        assert_eq!(moved, Some(folder.0.join(OLD_NAME)));
        assert_eq!(folder.names(), [NAME, OLD_NAME]);
    }

    #[test]
    fn another_run_is_not_resumed() {
        let folder = Folder::new("journal-other");
        drop(Journal::begin(&folder.0, head(&[])).unwrap());
        let none = Asked::default();
        let error = Journal::read(&folder.0, Role::Client, &none).unwrap_err().to_string();
        assert!(error.contains("is of a clients' run"), "{error}");
        fs::write(folder.0.join(NAME), "{\"schema_ver").unwrap();
        assert!(Journal::read(&folder.0, Role::Client, &none).unwrap().is_none());
    }

    #[test]
    fn a_run_that_was_asked_for_something_else_is_not_resumed() {
        let folder = Folder::new("journal-asked");
        let asked = [("--cases", "1.*"), ("--profile", "quick")];
        drop(Journal::begin(&folder.0, head(&asked)).unwrap());
        assert!(read(&folder, &asked).unwrap().is_some());
        let error = read(&folder, &[("--cases", "2.*"), asked[1]]).unwrap_err().to_string();
        assert!(error.contains("--cases was `1.*`, and is `2.*` now"), "{error}");
        let error = read(&folder, &[asked[1]]).unwrap_err().to_string();
        assert!(error.contains("--cases was `1.*`, and is not given now"), "{error}");
        drop(Journal::begin(&folder.0, head(&[])).unwrap());
        assert!(read(&folder, &asked).unwrap().is_some());
    }
}
