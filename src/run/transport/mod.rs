//! What connections are made of. Nothing outside this folder knows whether there is TLS.
//!
//! ```text
//! Stream = Socket (TCP or Unix) + perhaps a Session (TLS)
//!
//! client: Route (run/connect.rs) ─▶ Socket ─▶ Proxy's CONNECT? ─▶ ClientTls? ─▶ Stream
//! server: Listener ─▶ Arrival ─▶ ServerTls? ─▶ Stream
//! ```
//!
//! TLS is rustls with ring. The roots of the web's certificate authorities are compiled in
//! (webpki-roots) rather than read from the system: a run says the same on every machine, also in
//! a container without certificates, and whoever has an authority of his own names it.

mod client_tls;
mod listener;
mod pem;
mod proxy;
mod server_tls;
mod session;
mod socket;
mod stream;
mod throw_away;
mod tls_problem;
mod verifier;

pub use client_tls::{ClientTls, ClientTlsOptions, Identity};
pub(super) use listener::Arrival;
pub use listener::{Listener, Place};
pub use pem::TlsFileError;
pub use proxy::{Proxy, ProxyError, ProxyUrlError};
pub use server_tls::ServerTls;
pub(super) use socket::Socket;
pub(super) use stream::Stream;
pub use throw_away::{CertificateError, ThrowAway};
pub use tls_problem::TlsProblem;
