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
