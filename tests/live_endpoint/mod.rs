//! Endpoints as they are found in use, and the distance to them.

mod distance;
mod doorkeeper;

use std::time::Duration;

use wspec::{
    run::{EchoServer, EchoStack},
    testee::Conduct,
};

pub use distance::Distance;
pub use doorkeeper::Doorkeeper;

/// How often one talks by itself: in the middle of most cases, as the distance is longer.
const TALKS_EVERY: Duration = Duration::from_millis(20);

/// A server that does not echo and talks by itself.
pub async fn talking_server() -> EchoServer {
    serve(Conduct::default().talking(TALKS_EVERY)).await
}

/// One that echoes and says nothing else.
pub async fn echo_server() -> EchoServer {
    serve(Conduct::default()).await
}

/// One that refuses every opening handshake.
pub async fn closed_server() -> EchoServer {
    let defect = "refuses-all".parse().unwrap();
    serve(Conduct::with(&[defect])).await
}

async fn serve(conduct: Conduct) -> EchoServer {
    EchoServer::start(([127, 0, 0, 1], 0).into(), EchoStack::own(conduct)).await.unwrap()
}
