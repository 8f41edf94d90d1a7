//! Endpoints to test: the built-in echo server.

mod listen;

pub use listen::EchoServer;
