//! The defects that an endpoint can be given, each under a name.

mod catalogue;
mod deed;
mod entry;
mod named;

pub use entry::Gravity;
pub use named::{Defect, UnknownDefect};
