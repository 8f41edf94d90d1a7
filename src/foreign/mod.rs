//! Text that somebody else wrote: peers, files, children, arguments.
//!
//! ```text
//! text     the type of such text, which cannot be printed as it is
//! escape   the forms in which such text may be shown inside a text of ours
//! screen   the last look at whole texts before they are printed
//! secret   which values are secret by their names; URLs without passwords
//! command  what the runners of CI systems would obey
//! ```

mod command;
mod escape;
mod screen;
mod secret;
mod text;

pub use escape::{printable, quoted, shell_argument, shell_words};
pub use screen::{Screened, Styles};
pub use secret::{is_secret_name, without_passwords};
pub use text::Foreign;
