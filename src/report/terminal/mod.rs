//! What `wspec server` and `wspec client` print.
//!
//! ```text
//! summary    all of it: what is wrong first, then the chapters and the closing line
//! failures   a case that is not as it should be: judged, sent, expected, received, repeated
//! known      what a baseline excused, and what is to be changed in it
//! comparison what changed between two reports
//! chapters   a table: how many cases of each chapter got which verdict
//! progress   the bar while the run goes on; listens to events
//! style      colours, and whether there are any
//! wrap       text in lines of some width
//! ```
//!
//! All but `progress` are pure: report in, text out.

mod chapters;
mod comparison;
mod failures;
mod known;
mod progress;
mod style;
mod summary;
mod wrap;

pub use chapters::chapters;
pub use comparison::comparison;
pub use failures::{in_full, sections};
pub use progress::{Progress, ProgressEvent};
pub use style::{ColorChoice, Palette};
pub use summary::{View, closing_line, print};
pub use wrap::wrap;
