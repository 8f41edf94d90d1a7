//! What tests of TLS need: certificates, and servers with the TLS of a test.

pub mod certificates;
pub mod server;
