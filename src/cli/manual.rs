//! `wspec completions` and `wspec man`: what is generated from the definition of the commands.

use std::{fs, path::PathBuf};

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use clap_mangen::{Man, generate_to};

use super::{Exit, Trouble, output::print_exactly};

/// The arguments of `wspec completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec completions bash > ~/.local/share/bash-completion/completions/wspec\n  \
    wspec completions zsh > \"${fpath[1]}/_wspec\"\n  \
    wspec completions fish > ~/.config/fish/completions/wspec.fish")]
pub struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

/// The arguments of `wspec man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec man | man -l -                        the first page, to read\n  \
    wspec man --dir ~/.local/share/man/man1     a page a command")]
pub struct ManArguments {
    /// Write the pages of all commands into this directory, instead of printing the first.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints what the shell wants to know of the commands.
///
/// # Errors
/// Standard output cannot be written to.
pub fn completions(
    mut command: Command,
    arguments: &CompletionsArguments,
) -> Result<Exit, Trouble> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, "wspec", &mut script);
    print_exactly(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Success)
}

/// Prints or writes manual pages.
///
/// # Errors
/// Standard output or files that cannot be written.
pub fn man(command: Command, arguments: &ManArguments) -> Result<Exit, Trouble> {
    let trouble = |what: String| move |source| Trouble::System { what, source };
    if let Some(folder) = &arguments.dir {
        fs::create_dir_all(folder)
            .and_then(|()| generate_to(command, folder))
            .map_err(trouble(format!("cannot write to `{}`", folder.display())))?;
        return Ok(Exit::Success);
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(trouble("cannot make the page".to_owned()))?;
    print_exactly(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Success)
}
