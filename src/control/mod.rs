//! Autobahn's control protocol: how clients under test ask for cases, and what they are told.
//!
//! A client finds its way by request targets: `/getCaseCount`, then `/runCase?case=1&agent=me` and
//! so on, then `/updateReports?agent=me`. Pure: targets and octets in, typed requests and octets
//! out; [`crate::run`] has the sockets.
//!
//! ```text
//! agent      what a client calls itself
//! request    request target ──▶ ControlRequest, or why not
//! answer     what a client is told
//! refusal    what it is told in HTTP, where there is no WebSocket connection
//! session    a connection after its opening handshake
//! visitors   which pages of browsers may come
//! command    what a client may ask for in direct command mode
//! ```

mod agent;
mod answer;
mod command;
mod refusal;
mod request;
mod session;
mod visitors;

pub use agent::AgentName;
pub use answer::{case_count, case_info, case_status};
pub use command::{BadCommand, Command};
pub use refusal::{page, refusal};
pub use request::{ControlRequest, RequestError};
pub use session::{Session, SessionKind};
pub use visitors::{Stranger, Visitors};
