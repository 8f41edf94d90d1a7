//! Puts a report into a file, whole or not at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A report file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report file `{}`: {source}; is its folder writable, and is there room?", path.display())]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

/// Writes a file through a temporary one beside it, so that whoever looks, even after a crash,
/// sees the old contents or the new. Makes the folder if there is none.
pub fn write_whole(
    path: &Path,
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let temporary = temporary_beside(path);
    let written = write_then_rename(&temporary, path, contents);
    if written.is_err() {
        // What matters is why writing failed; a temporary file that stays does no harm.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Writes a text into a file, whole or not at all.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    write_whole(path, |out| out.write_all(text.as_bytes()))
}

/// Begins a file that grows while a run goes on. What was there under its name is gone, and nothing
/// is followed: a link in a folder of reports leads nowhere.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn begin(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::options().write(true).create_new(true).open(path),
    }
}

/// Goes on with such a file.
///
/// # Errors
/// There is none, or something else is in its place, such as a link.
pub fn go_on(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file of its own, but a link or something else"));
    }
    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits();
    File::options().append(true).custom_flags(no_follow as i32).open(path)
}

fn write_then_rename(
    temporary: &Path,
    path: &Path,
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = BufWriter::new(begin(temporary)?);
    contents(&mut file)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(temporary, path)
}

/// A name that no report has, and no other process uses.
fn temporary_beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A folder of the test's own, gone with it.
    pub struct Folder(pub PathBuf);

    impl Folder {
        pub fn new(name: &str) -> Self {
            let name = format!("wspec-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        pub fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn links_are_not_followed() {
        let folder = Folder::new("links");
        let (elsewhere, link) = (folder.0.join("elsewhere"), folder.0.join("server.log"));
        fs::write(&elsewhere, "mine").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        assert!(go_on(&link).is_err());
        begin(&link).unwrap().write_all(b"log").unwrap();
        go_on(&link).unwrap().write_all(b" and more").unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
        assert_eq!(fs::read(&link).unwrap(), b"log and more");
        fs::remove_file(&link).unwrap();
        fs::hard_link(&elsewhere, &link).unwrap();
        begin(&link).unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = Folder::new("failed-write");
        let path = folder.0.join("deep/report.json");
        write_whole(&path, |out| out.write_all(b"old")).unwrap();
        let error = write_whole(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no more"))
        })
        .unwrap_err();
        assert!(error.to_string().contains("report.json`: no more"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
