//! Where the whole results of a run are while its report has only their gist.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::{Arc, Mutex, PoisonError},
};

use super::{CaseReport, journal::JournalLine};

/// Where a whole result stands in an [`Archive`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first octet.
    pub at: u64,
    /// How many octets it has.
    pub length: u64,
}

/// The journal, as far as it is read again. A report that was read from a file needs none: its
/// results are whole.
#[derive(Clone, Debug, Default)]
pub struct Archive(Option<Arc<Mutex<File>>>);

impl Archive {
    /// The archive in this file, which is open for reading.
    #[must_use]
    pub fn of(file: File) -> Self {
        Self(Some(Arc::new(Mutex::new(file))))
    }

    /// The whole result of which this is the gist, or the result itself if it is whole.
    ///
    /// # Errors
    /// The journal cannot be read any more.
    pub fn whole<'a>(&self, case: &'a CaseReport) -> io::Result<Cow<'a, CaseReport>> {
        let (Some(file), Some(place)) = (&self.0, case.stored) else {
            return Ok(Cow::Borrowed(case));
        };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(place.at))?;
        let mut line = Vec::new();
        Read::by_ref(&mut *file).take(place.length).read_to_end(&mut line)?;
        let line: JournalLine = serde_json::from_slice(&line)?;
        Ok(Cow::Owned(line.case))
    }
}

/// Two archives are the same if they are one file.
impl PartialEq for Archive {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}
