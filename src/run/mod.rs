//! The only room with sockets: connections, the loop that drives a [`Player`] over one, and the
//! schedule of a run.
//!
//! ```text
//! server: cases ──▶ schedule ──▶ one task a case: connect, drive the player, judge ──▶ RunEvents
//! client: listener ──▶ one task a connection: what it asks for, likewise ──▶ ClientEvents
//! child:  the testee, if it is ours to start and stop
//! guard, descendants: who ends it when wspec is killed, and what it has started
//! survive, keeper: a server that goes away in the middle of a run, and comes back
//! parser: a parser under test as a process, fed by its standard input
//! transport: what connections are made of: TCP or Unix sockets, TLS, proxies
//! ```
//!
//! Everything runs on one thread, so cases interleave only where they wait. Only an `EchoThread`
//! has one of its own.
//!
//! [`Player`]: crate::play::Player

mod capacity;
mod child;
mod child_log;
mod client;
mod clock;
mod confirm;
mod connect;
mod descendants;
mod drive;
mod echo;
mod event;
mod fuzz;
mod guard;
mod keeper;
mod load;
mod order;
mod pace;
mod parser;
mod probe;
mod rate;
mod request;
mod seed;
mod server;
mod shortage;
mod stop;
mod survive;
mod target;
mod target_url;
mod transport;
mod visit;

use child::DEATH_LAG;
pub use child::{Child, ChildError, ChildExit, ChildOutput, ensure_free};
pub use child_log::ChildLog;
pub use client::{
    Client, ClientEvent, ClientRun, ClientSummary, Ending, Excluded, Page, PageServer, Written,
};
pub use confirm::Doubt;
pub use connect::{ConnectError, Route};
pub use echo::{
    ControlError, EchoClient, EchoClientError, EchoServer, EchoStack, EchoThread, EchoedCases,
};
pub use event::{CaseLoad, CaseResult, Play, RunEvent, Summary};
pub use fuzz::{ClientFuzz, FuzzError, ServerDuel, ServerFuzz, Testee};
pub use guard::{GUARD_COMMAND, guard_testee, guard_testees_with};
pub use keeper::Keeper;
pub use pace::Pace;
pub use parser::{ParserError, ParserProcess};
pub use probe::{Obstacle, Probe, Refusal};
pub use rate::Rate;
pub use server::{RunError, ServerRun, TargetGone};
pub use shortage::Shortage;
pub use stop::{Stop, StopSwitch};
pub use target::{Target, TargetError};
pub use transport::{
    CertificateError, ClientTls, ClientTlsOptions, Identity, Listener, Place, Proxy, ProxyError,
    ProxyUrlError, ServerTls, ThrowAway, TlsFileError, TlsProblem,
};
