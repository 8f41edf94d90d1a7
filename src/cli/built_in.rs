//! The clients that `wspec client` brings along: the built-in one, and a page for browsers.

use std::net::SocketAddr;

use super::{Trouble, output::warn};
use crate::{
    run::{ClientTls, ClientTlsOptions, EchoClient, Page, PageServer, Stop, StopSwitch, Target},
    testee::Conduct,
};

/// What the built-in client is called.
pub const AGENT: &str = concat!("wspec/", env!("CARGO_PKG_VERSION"));

/// Plays all cases with the built-in client, then lets the run end.
pub async fn demonstrate(url: &str, switch: &StopSwitch, mut stop: Stop) {
    let echoed = async {
        let mut target = Target::parse(url)?;
        // Who is there is no question: we are.
        let options = ClientTlsOptions { insecure: true, ..ClientTlsOptions::default() };
        target.tls = Some(ClientTls::new(&options).map_err(Trouble::input)?);
        let client =
            EchoClient { url: target, agent: AGENT.to_owned(), conduct: Conduct::default() };
        client.run().await.map_err(Trouble::from)
    };
    tokio::select! {
        echoed = echoed => if let Err(trouble) = echoed {
            warn(format_args!("the built-in client: {trouble}"));
        },
        () = stop.stopped() => {}
    }
    switch.finish();
}

/// Serves the page that makes a browser the client under test.
///
/// # Errors
/// The address is not to be had.
pub async fn serve_page(address: SocketAddr, page: Page) -> Result<PageServer, Trouble> {
    PageServer::start(address, page)
        .await
        .map_err(|source| Trouble::System { what: format!("cannot listen on {address}"), source })
}
