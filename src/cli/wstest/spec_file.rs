//! Finds the spec file, and makes one where there is none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::console::say;
use crate::{
    cli::Trouble,
    wstest::{Mode, default_spec},
};

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
        let path = match (given, default_spec(mode)) {
            (Some(path), _) => {
                say(&format!("Using explicit spec file '{}'", path.display()));
                path.to_owned()
            }
            (None, Some((name, text))) => implicit(name, text)?,
            (None, None) => return Err(Trouble::Input("this mode has no spec file".to_owned())),
        };
        let shown = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        say(&format!("Loading spec from {}", shown.display()));
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path, text }),
            Err(source) => Err(Trouble::System {
                what: format!("cannot read the spec file `{}`", path.display()),
                source,
            }),
        }
    }

    /// What is wrong with it, as trouble.
    pub fn trouble(&self, error: &impl std::fmt::Display) -> Trouble {
        Trouble::Input(format!("{}: {error}", self.path.display()))
    }
}

fn implicit(name: &str, text: &str) -> Result<PathBuf, Trouble> {
    let path = PathBuf::from(name);
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
