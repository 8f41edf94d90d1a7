//! Our own endpoint: an echo server and an echo client, correct, or wrong in a way that has a name.
//!
//! Correct, it is what wspec is tried out on; with a [`Defect`] it shows that a case notices what
//! it is there to notice. Pure, like [`crate::play`]: octets and the time go in, octets and the
//! way to end TCP come out. Whoever owns the socket drives it:
//!
//! ```text
//! loop {
//!     write whatever `transmit` gives
//!     if `finished` says so, end TCP and stop
//!     wait for octets (`receive`), for the peer's end (`peer_closed`),
//!     or for the time `next_wake` (`wake`)
//! }
//! ```
//!
//! What an endpoint does where it has a choice is data: its [`Conduct`]. A [`Defect`] is a change
//! of that data, so a new defect is an entry in a file of `defect/catalogue/`, at times with a new
//! value in `conduct/`.

mod compressor;
mod conduct;
mod conversation;
mod defect;
mod echo;
mod endpoint;
mod opening;
mod outgoing;
mod text;

pub use conduct::Conduct;
pub use defect::{Defect, Gravity, UnknownDefect};
pub use endpoint::{Endpoint, TcpEnd};
pub use opening::Target;
