//! A page that makes the browser that opens it a client under test, and the reports beside it.
//!
//! ```text
//! GET /             index.html, which plays the cases over WebSocket connections of its own
//! GET /reports/…    the files of the report directory, those that lie in it and no others
//! ```

mod answer;
mod serve;

pub use serve::{Page, PageServer};
