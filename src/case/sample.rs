//! Sample files for compression cases.

use serde::{Deserialize, Serialize};

/// A kind of data that people compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sample {
    /// JSON text.
    Json,
    /// An uncompressed picture.
    Bitmap,
    /// Prose.
    Prose,
    /// HTML with some characters outside ASCII.
    Html,
    /// A document whose streams are compressed already.
    Document,
}

/// Temporary.
#[derive(Debug)]
pub struct SampleCursor;
impl SampleCursor {
    /// Temporary.
    #[must_use]
    pub fn new(_: Sample) -> Self { Self }
    /// Temporary.
    pub fn next(&mut self, _: usize) -> (&'static [u8], &'static [u8]) { (b"", b"") }
}
