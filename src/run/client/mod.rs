//! Testing clients: a listener that plays the case that a client asks for.
//!
//! ```text
//! accept ──▶ one task a connection: read the request, then
//!              a case:     play it, judge it, note the result ──▶ ClientEvents
//!              a question: answer it from the ledger of results
//!              a refusal:  in HTTP
//! ```
//!
//! Whatever clients do, there are bounds: for connections at once, for the time and the octets of
//! a request, for idle connections, for agents.

mod connection;
mod converse;
mod event;
mod excluded;
mod ledger;
mod listen;
mod page;
mod reports;
mod request_head;
mod supply;

pub use event::{Client, ClientEvent, Written};
pub use excluded::Excluded;
pub use listen::{ClientRun, ClientSummary, Ending};
pub use page::{Page, PageServer};
pub(super) use supply::{Supplied, Supply, Wanted};
