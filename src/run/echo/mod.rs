//! The built-in testees on sockets: an echo server and an echo client.
//!
//! ```text
//! EchoThread ─ a thread with an EchoServer
//! EchoServer ─accept──▶ one task a connection ──▶ drive(Endpoint) or tungstenite
//! EchoClient ─connect─▶ one case after another ─▶ drive(Endpoint)
//! ```

mod apart;
mod client;
mod control;
mod drive;
mod server;
mod tungstenite;

pub use apart::EchoThread;
pub use client::{EchoClient, EchoClientError, EchoedCases};
pub use control::ControlError;
pub use server::{EchoServer, EchoStack};
