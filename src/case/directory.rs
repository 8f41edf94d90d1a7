//! Case files of the user's: the border where files are read.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{CaseFileErrors, CaseSet, RequirementId, SourceFile, read_cases};
use crate::input::{FolderLimits, InputError, list, read_text};

/// What the case files of a folder may come to. The largest of wspec's own chapters has 32 KiB.
const LIMITS: FolderLimits =
    FolderLimits { files: 10_000, octets: 1 << 20, octets_together: 16 << 20 };

/// Why a folder of case files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CaseDirError {
    /// The folder or a file cannot be read, or is larger than any that is meant.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A folder without case files.
    #[error("{} has no case files; their names end in `.toml`", .0.display())]
    Empty(PathBuf),
    /// Mistakes in the files.
    #[error(transparent)]
    Mistakes(#[from] CaseFileErrors),
}

/// Reads all the case files, `*.toml`, of a folder, in the order of their names.
///
/// # Errors
/// A folder or file that cannot be read, and whatever is wrong in the files.
pub fn read_case_dir(
    folder: &Path,
    known: &BTreeSet<RequirementId>,
) -> Result<CaseSet, CaseDirError> {
    let paths = list(folder, LIMITS, is_case_file)?;
    if paths.is_empty() {
        return Err(CaseDirError::Empty(folder.to_owned()));
    }
    // A file may have grown since it was listed, so that what is read is bounded once more.
    let mut left = LIMITS.octets_together;
    let mut files = Vec::new();
    for path in paths {
        let text = read_text(&path, LIMITS.octets.min(left))?;
        left -= text.len() as u64;
        files.push(SourceFile { name: path.display().to_string(), text });
    }
    Ok(read_cases(&files, known)?)
}

fn is_case_file(path: &Path) -> bool {
    let is_catalogue = path.file_name().is_some_and(|name| name == "requirements.toml");
    !is_catalogue && path.extension().is_some_and(|extension| extension == "toml")
}
