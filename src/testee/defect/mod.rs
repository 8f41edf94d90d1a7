//! The defects that an endpoint can be given, each under a name.

mod catalogue;
mod entry;
mod name;

pub use entry::{Defect, Gravity};
pub use name::UnknownDefect;
