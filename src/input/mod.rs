//! Files and folders that a user names: a pull request may have put anything in their place.
//!
//! ```text
//! file     one regular file, up to a size
//! folder   the files of a folder, up to a number and a size of them all
//! ```

mod file;
mod folder;

pub use file::{InputError, open, read, read_text};
pub use folder::{FolderLimits, list};

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    /// A new folder, removed when this is dropped.
    pub struct Folder(PathBuf);

    impl Folder {
        pub fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("wspec-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        pub fn path(&self) -> &Path {
            &self.0
        }

        pub fn file(&self, name: &str, octets: impl AsRef<[u8]>) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, octets).unwrap();
            path
        }

        /// A named pipe that nobody writes to.
        #[cfg(unix)]
        pub fn pipe(&self, name: &str) -> PathBuf {
            use rustix::fs::{CWD, FileType, Mode, mknodat};
            let path = self.0.join(name);
            mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
