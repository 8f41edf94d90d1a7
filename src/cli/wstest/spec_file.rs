//! Finds the spec file, and makes one where there is none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::console::say;
use crate::{
    cli::Trouble,
    input::read_text,
    wstest::{Mode, default_spec},
};

/// The largest spec file, in octets.
const SPEC_MAX: u64 = 4 << 20;

/// A spec file.
#[derive(Debug)]
pub struct SpecFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl SpecFile {
    /// The given one, or the mode's own in the current directory.
    ///
    /// # Errors
    /// It cannot be read, or made.
    pub fn find(given: Option<&Path>, mode: Mode) -> Result<Self, Trouble> {
        Self::find_in(Path::new(""), given, mode)
    }

    fn find_in(folder: &Path, given: Option<&Path>, mode: Mode) -> Result<Self, Trouble> {
        let path = match (given, default_spec(mode)) {
            (Some(path), _) => {
                say(&format!("Using explicit spec file '{}'", path.display()));
                path.to_owned()
            }
            (None, Some((name, text))) => implicit(folder.join(name), text)?,
            (None, None) => return Err(Trouble::Input("this mode has no spec file".to_owned())),
        };
        let shown = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        say(&format!("Loading spec from {}", shown.display()));
        match read_text(&path, SPEC_MAX) {
            Ok(text) => Ok(Self { path, text }),
            Err(error) => Err(Trouble::Input(format!("the spec file: {error}"))),
        }
    }

    /// What is wrong with it, as trouble.
    pub fn trouble(&self, error: &impl std::fmt::Display) -> Trouble {
        Trouble::Input(format!("{}: {error}", self.path.display()))
    }
}

fn implicit(path: PathBuf, text: &str) -> Result<PathBuf, Trouble> {
    let name = path.display();
    let made = fs::File::create_new(&path)
        .and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    match made {
        Ok(()) => say(&format!("Auto-generating spec file '{name}'")),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            say(&format!("Using implicit spec file '{name}'"));
        }
        Err(source) => {
            let what = format!("cannot make the spec file `{name}`; give one with -s");
            return Err(Trouble::System { what, source });
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_made_where_there_is_none() {
        let folder = std::env::temp_dir().join(format!("wspec-spec-file-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let find = |mode| SpecFile::find_in(&folder, None, mode).map(|file| file.text);
        let made = find(Mode::FuzzingClient).unwrap();
        let path = folder.join("fuzzingclient.json");
        assert_eq!(fs::read_to_string(&path).unwrap(), made);
        fs::write(&path, "{}").unwrap();
        assert_eq!(find(Mode::FuzzingClient).unwrap(), "{}");
        let missing = folder.join("missing.json");
        let error = SpecFile::find(Some(&missing), Mode::FuzzingServer).unwrap_err();
        assert!(error.to_string().contains("missing.json"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
