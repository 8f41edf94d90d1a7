//! Text that somebody else wrote: peers, files, children, arguments.
//!
//! ```text
//! escape   the forms in which such text may be shown inside a text of ours
//! screen   the last look at whole texts before they are printed
//! command  what the runners of CI systems would obey
//! ```

mod command;
mod escape;
mod screen;

pub use escape::{printable, quoted, shell_argument};
pub use screen::{Styles, screened, screened_json};
