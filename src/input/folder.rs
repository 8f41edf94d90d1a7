//! The files of a folder: not more of them than anybody means, nor larger together.

use std::path::{Path, PathBuf};

use super::file::{InputError, other_than_file};

/// What the files of a folder may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderLimits {
    /// Files.
    pub files: usize,
    /// Octets of one file.
    pub octets: u64,
    /// Octets of all files together.
    pub octets_together: u64,
}

/// The files of a folder for which `wanted` holds, in the order of their names.
///
/// # Errors
/// A folder that cannot be read, and files beyond the limits. One that is not a regular file is an
/// error, too: left out, it would be missed by nobody.
pub fn list(
    folder: &Path,
    limits: FolderLimits,
    wanted: impl Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, InputError> {
    let unreadable = |source| InputError::unreadable(folder, source);
    let mut paths = Vec::new();
    let mut together = 0_u64;
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if !wanted(&path) {
            continue;
        }
        let metadata = path.metadata().map_err(|source| InputError::unreadable(&path, source))?;
        if let Some(kind) = other_than_file(metadata.file_type()) {
            return Err(InputError::NotAFile { path, kind });
        }
        if metadata.len() > limits.octets {
            return Err(InputError::TooLarge { path, most: limits.octets });
        }
        if paths.len() == limits.files {
            return Err(InputError::TooMany { path: folder.to_owned(), most: limits.files });
        }
        together = together.saturating_add(metadata.len());
        if together > limits.octets_together {
            return Err(InputError::TooLargeTogether {
                path: folder.to_owned(),
                most: limits.octets_together,
            });
        }
        paths.push(path);
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::Folder;

    const LIMITS: FolderLimits = FolderLimits { files: 2, octets: 4, octets_together: 6 };

    #[test]
    fn files_come_in_the_order_of_their_names() {
        let folder = Folder::new("input-list");
        let (b, a) = (folder.file("b.x", "12"), folder.file("a.x", "1234"));
        folder.file("c.y", "123456789");
        let wanted = |path: &Path| path.extension().is_some_and(|extension| extension == "x");
        assert_eq!(list(folder.path(), LIMITS, wanted).unwrap(), [a, b]);
        folder.file("c.x", "");
        assert!(matches!(
            list(folder.path(), LIMITS, wanted),
            Err(InputError::TooMany { most: 2, .. })
        ));
    }

    #[test]
    fn sizes_have_bounds_alone_and_together() {
        let folder = Folder::new("input-sizes");
        folder.file("a", "1234");
        folder.file("b", "123");
        assert!(matches!(
            list(folder.path(), LIMITS, |_| true),
            Err(InputError::TooLargeTogether { most: 6, .. })
        ));
        folder.file("b", "12345");
        assert!(matches!(
            list(folder.path(), LIMITS, |path| path.ends_with("b")),
            Err(InputError::TooLarge { most: 4, .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_among_them_is_an_error() {
        let folder = Folder::new("input-pipe");
        folder.pipe("a");
        assert!(matches!(
            list(folder.path(), LIMITS, |_| true),
            Err(InputError::NotAFile { kind: "a named pipe", .. })
        ));
    }
}
