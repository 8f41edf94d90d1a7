//! Keeps two runs out of one folder.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

/// A folder that no other run writes into. The system gives it back when the process ends, however
/// it ends.
#[derive(Debug)]
pub struct FolderLock {
    _folder: Option<File>,
    /// Why there is no lock, if the file system has none.
    pub unsupported: Option<io::Error>,
}

/// Why a folder cannot be written into.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run writes there.
    #[error(
        "another run of wspec writes into `{}`; wait until it has ended, or choose another directory",
        .0.display()
    )]
    Held(PathBuf),
    /// It is something else.
    #[error("`{}` is a file, not a folder; choose another directory", .0.display())]
    NotAFolder(PathBuf),
}

impl FolderLock {
    /// Locks the folder itself, so that no file is left in it, and makes it if there is none. One that
    /// cannot be made is not locked: whoever writes into it meets the reason, and says it better.
    ///
    /// # Errors
    /// Another run holds it, or it is not a folder.
    pub fn of(folder: &Path) -> Result<Self, LockError> {
        if folder.exists() && !folder.is_dir() {
            return Err(LockError::NotAFolder(folder.to_owned()));
        }
        let unlocked = |unsupported| Ok(Self { _folder: None, unsupported });
        let Ok(opened) = fs::create_dir_all(folder).and_then(|()| File::open(folder)) else {
            return unlocked(None);
        };
        match flock(&opened, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _folder: Some(opened), unsupported: None }),
            Err(Errno::WOULDBLOCK) => Err(LockError::Held(folder.to_owned())),
            Err(error) => unlocked(Some(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::file::tests::Folder;

    #[test]
    fn a_folder_is_locked_once_and_free_again_when_the_lock_is_gone() {
        let folder = Folder::new("lock");
        let path = folder.0.join("deep");
        let lock = FolderLock::of(&path).unwrap();
        let error = FolderLock::of(&path).unwrap_err().to_string();
        assert!(error.contains("deep`; wait until it has ended"), "{error}");
        drop(lock);
        assert!(FolderLock::of(&path).unwrap().unsupported.is_none());
    }

    #[test]
    fn a_file_is_no_folder() {
        let folder = Folder::new("lock-of-file");
        let path = folder.0.join("file");
        fs::write(&path, "").unwrap();
        let error = FolderLock::of(&path).unwrap_err().to_string();
        assert!(error.contains("file` is a file, not a folder"), "{error}");
    }
}
