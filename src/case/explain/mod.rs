//! A case in words and octets: what `wspec cases show` prints. Plain text of 100 columns.

mod count;
mod handshake;
mod octets;
mod prose;
mod sending;
mod step;
mod whole;

pub use count::counted;
pub use sending::explain_sending;
pub use whole::explain;
