//! The built-in testees on sockets: an echo server and an echo client.
//!
//! ```text
//! EchoServer ─accept──▶ one task a connection ──▶ drive(Endpoint) or tungstenite
//! EchoClient ─connect─▶ one case after another ─▶ drive(Endpoint)
//! ```

mod client;
mod control;
mod drive;
mod server;
mod tungstenite;

pub use client::{EchoClient, EchoClientError, EchoedCases};
pub use control::ControlError;
pub use server::{EchoServer, EchoStack};
