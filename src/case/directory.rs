//! Case files of the user's: the border where files are read.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{CaseFileErrors, CaseSet, RequirementId, SourceFile, read_cases};

/// The largest case file, in octets.
const FILE_SIZE_MAX: u64 = 4 << 20;

/// Why a directory of case files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CaseDirError {
    /// The directory or a file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that is too large for a case file.
    #[error("{} has more than {FILE_SIZE_MAX} octets; split it into several files", .0.display())]
    TooLarge(PathBuf),
    /// A directory without case files.
    #[error("{} has no case files; their names end in `.toml`", .0.display())]
    Empty(PathBuf),
    /// Mistakes in the files.
    #[error(transparent)]
    Mistakes(#[from] CaseFileErrors),
}

/// Reads all the case files, `*.toml`, of a directory, in the order of their names.
///
/// # Errors
/// A directory or file that cannot be read, and whatever is wrong in the files.
pub fn read_case_dir(
    directory: &Path,
    known: &BTreeSet<RequirementId>,
) -> Result<CaseSet, CaseDirError> {
    let files: Vec<SourceFile> =
        case_files(directory)?.iter().map(|path| read_bounded(path)).collect::<Result<_, _>>()?;
    Ok(read_cases(&files, known)?)
}

fn case_files(directory: &Path) -> Result<Vec<PathBuf>, CaseDirError> {
    let unreadable = |source| CaseDirError::Unreadable { path: directory.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_catalogue = path.file_name().is_some_and(|name| name == "requirements.toml");
        if path.extension().is_some_and(|extension| extension == "toml") && !is_catalogue {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(CaseDirError::Empty(directory.to_owned()));
    }
    paths.sort();
    Ok(paths)
}

fn read_bounded(path: &Path) -> Result<SourceFile, CaseDirError> {
    let unreadable = |source| CaseDirError::Unreadable { path: path.to_owned(), source };
    let mut octets = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_SIZE_MAX + 1).read_to_end(&mut octets))
        .map_err(unreadable)?;
    if octets.len() as u64 > FILE_SIZE_MAX {
        return Err(CaseDirError::TooLarge(path.to_owned()));
    }
    let text = String::from_utf8(octets)
        .map_err(|error| unreadable(io::Error::new(io::ErrorKind::InvalidData, error)))?;
    Ok(SourceFile { name: path.display().to_string(), text })
}
