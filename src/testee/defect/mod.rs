//! The defects that an endpoint can be given, each under a name.

mod catalogue;
mod name;

pub use catalogue::Defect;
pub use name::UnknownDefect;
