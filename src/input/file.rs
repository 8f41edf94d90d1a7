//! One file: a regular one, and no larger than what it is for.

use std::{
    fs::{File, FileType, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Why a file or folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The system refuses it.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something else stands where a file is expected. Opening a pipe could wait for ever.
    #[error("`{}` is {kind}, not a regular file", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
        /// What it is: "a folder".
        kind: &'static str,
    },
    /// The file is larger than any that is meant.
    #[error("`{}` is larger than {}, the most that is read of such a file", path.display(), size(*most))]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// The most, in octets.
        most: u64,
    },
    /// The file is not text.
    #[error("`{}` is not a text in UTF-8: the octet at offset {offset} is wrong", path.display())]
    NotText {
        /// Which.
        path: PathBuf,
        /// Where the first wrong octet is.
        offset: usize,
    },
    /// The folder has more files than are read.
    #[error("`{}` has more than {most} files of this kind, the most that are read", path.display())]
    TooMany {
        /// Which.
        path: PathBuf,
        /// The most.
        most: usize,
    },
    /// The files of a folder are too large together.
    #[error("the files in `{}` are larger than {} together, the most that is read", path.display(), size(*most))]
    TooLargeTogether {
        /// Which folder.
        path: PathBuf,
        /// The most, in octets.
        most: u64,
    },
}

fn size(octets: u64) -> String {
    match octets >> 20 {
        0 => format!("{octets} octets"),
        whole => format!("{whole} MiB"),
    }
}

impl InputError {
    /// Whether there is nothing of that name.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// The system's refusal.
    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }
}

/// Opens a regular file for reading. Nothing else is opened for longer than it takes to see what
/// it is: a pipe that nobody writes to, or a terminal, is refused at once.
///
/// # Errors
/// A file that cannot be opened, is something else, or has more than `most` octets.
pub fn open(path: &Path, most: u64) -> Result<File, InputError> {
    let unreadable = |source| InputError::unreadable(path, source);
    let not_a_file = |kind| InputError::NotAFile { path: path.to_owned(), kind };
    // Opening a device may have an effect (a tape rewinds), so it is looked at before.
    let before = path.metadata().map_err(unreadable)?.file_type();
    if let Some(kind) = other_than_file(before) {
        return Err(not_a_file(kind));
    }
    let file = open_at_once(path).map_err(unreadable)?;
    // It may have been replaced meanwhile.
    let metadata = file.metadata().map_err(unreadable)?;
    match other_than_file(metadata.file_type()) {
        Some(kind) => Err(not_a_file(kind)),
        None if metadata.len() > most => Err(InputError::TooLarge { path: path.to_owned(), most }),
        None => Ok(file),
    }
}

/// Reads a regular file of at most `most` octets.
///
/// # Errors
/// What [`open`] refuses, and a file that has grown beyond `most` while it was read.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, InputError> {
    let file = open(path, most)?;
    let mut octets = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut octets)
        .map_err(|source| InputError::unreadable(path, source))?;
    if octets.len() as u64 > most {
        return Err(InputError::TooLarge { path: path.to_owned(), most });
    }
    Ok(octets)
}

/// Reads a regular text file of at most `most` octets.
///
/// # Errors
/// What [`read`] refuses, and octets that are not UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, InputError> {
    String::from_utf8(read(path, most)?).map_err(|error| InputError::NotText {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to(),
    })
}

#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;

    // Without it, opening a pipe waits until somebody writes to it (open(2)).
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// What something is that is not a regular file.
pub(super) fn other_than_file(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        return None;
    }
    if kind.is_dir() {
        return Some("a folder");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Some("a device");
        }
    }
    Some("something else")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::Folder;

    fn refusal(path: &Path, most: u64) -> String {
        let error = read_text(path, most).unwrap_err().to_string();
        let folder = path.parent().unwrap().display().to_string();
        error.replace(&folder, "FOLDER")
    }

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = Folder::new("input-file");
        let path = folder.file("a", "1234");
        assert_eq!(read_text(&path, 4).unwrap(), "1234");
        assert_eq!(
            refusal(&path, 3),
            "`FOLDER/a` is larger than 3 octets, the most that is read of such a file"
        );
        let absent = folder.path().join("b");
        assert!(read(&absent, 4).unwrap_err().is_absent());
    }

    #[test]
    fn what_is_not_text_is_told_with_its_offset() {
        let folder = Folder::new("input-text");
        let path = folder.file("a", b"ab\xFFd");
        assert_eq!(
            refusal(&path, 9),
            "`FOLDER/a` is not a text in UTF-8: the octet at offset 2 is wrong"
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_opened() {
        let folder = Folder::new("input-kinds");
        let pipe = folder.pipe("pipe");
        assert_eq!(refusal(&pipe, 9), "`FOLDER/pipe` is a named pipe, not a regular file");
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        assert_eq!(
            refusal(&folder.path().join("socket"), 9),
            "`FOLDER/socket` is a socket, not a regular file"
        );
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        assert_eq!(
            refusal(&folder.path().join("folder"), 9),
            "`FOLDER/folder` is a folder, not a regular file"
        );
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("link")).unwrap();
        assert_eq!(
            refusal(&folder.path().join("link"), 9),
            "`FOLDER/link` is a device, not a regular file"
        );
    }
}
