//! Endpoints as they are found in use, and the distance to them.

mod distance;

use std::time::Duration;

use wspec::{
    run::{EchoServer, EchoStack},
    testee::{Conduct, Defect},
};

pub use distance::Distance;

/// How often one talks by itself: in the middle of most cases, as the distance is longer.
const TALKS_EVERY: Duration = Duration::from_millis(20);

/// A server that does not echo and talks by itself.
pub async fn talking_server(defects: &[&str]) -> EchoServer {
    serve(conduct(defects).talking(TALKS_EVERY)).await
}

/// One that echoes and says nothing else.
pub async fn echo_server() -> EchoServer {
    serve(conduct(&[])).await
}

fn conduct(defects: &[&str]) -> Conduct {
    let defects: Vec<Defect> = defects.iter().map(|name| name.parse().unwrap()).collect();
    Conduct::with(&defects)
}

async fn serve(conduct: Conduct) -> EchoServer {
    EchoServer::start(([127, 0, 0, 1], 0).into(), EchoStack::own(conduct))
        .await
        .unwrap()
}
