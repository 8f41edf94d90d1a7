//! What the fuzz targets do with an input, one module a target: it panics where something is wrong.
//!
//! The files of `fuzz_targets/` hand libFuzzer's inputs to these; `tests/fuzz_targets.rs` of the
//! crate above runs them over the seeds on a stable compiler.

pub mod case_file;
pub mod conversation;
pub mod deflate;
pub mod extensions;
pub mod frame_decoder;
pub mod oracle;
pub mod receiver;
pub mod request;
pub mod response;
pub mod sockudo;
pub mod tungstenite;

mod split;
