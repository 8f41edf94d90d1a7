//! What `wspec server` and `wspec client` print.
//!
//! ```text
//! chapters   a table: how many cases of each chapter got which verdict
//! failures   each case that the gate stops: sent, expected, received, judged, repeated
//! summary    all of it, and the closing line
//! progress   the bar while the run goes on; listens to events
//! style      colours, and whether there are any
//! wrap       text in lines of some width
//! ```
//!
//! All but `progress` are pure: report in, text out.

mod chapters;
mod failures;
mod progress;
mod style;
mod summary;
mod wrap;

pub use chapters::chapters;
pub use failures::{failure, non_strict};
pub use progress::{Progress, ProgressEvent};
pub use style::{ColorChoice, Palette};
pub use summary::{View, closing_line, print};
