//! A case in words and octets: what `wspec cases show` prints. Plain text of 100 columns.

mod handshake;
mod octets;
mod prose;
mod step;
mod whole;

pub use whole::explain;
