//! The modes in which wspec is what is tested.

use super::{WstestArguments, console::say, tls};
use crate::{
    cli::{Exit, Trouble, interrupt::asked_to_end},
    run::{EchoClient, EchoServer, EchoStack, Listener, Target},
    testee::Conduct,
    wstest::ListenUrl,
};

/// `testeeserver` and `echoserver`: echoes until it is asked to end.
///
/// # Errors
/// A URL of no use; a port that is not to be had.
pub async fn serve(arguments: &WstestArguments) -> Result<Exit, Trouble> {
    let url = ListenUrl::parse(arguments.required_uri()?).map_err(Trouble::input)?;
    let system = |what: String| move |source| Trouble::System { what, source };
    let tls = tls::of_server(url, arguments.cert.as_deref(), arguments.key.as_deref())?;
    let listener = Listener::bind(&url.address().into(), tls)
        .await
        .map_err(system(format!("cannot listen on {}", url.address())))?;
    let port = listener.address().map_or(url.port, |it| it.port());
    let _server = EchoServer::on(listener, EchoStack::own(Conduct::default()));
    let asked_to_end = asked_to_end();
    say(&format!("Echo server on port {port}"));
    asked_to_end.await.map_err(system("cannot wait for Ctrl-C".to_owned()))?;
    Ok(Exit::Success)
}

/// `testeeclient`: plays all cases of a fuzzing server.
///
/// # Errors
/// A URL of no use; a server that cannot be reached.
pub async fn play_all(arguments: &WstestArguments) -> Result<Exit, Trouble> {
    let echoed = client(arguments)?.run().await?;
    say(&format!("Ran {} test cases", echoed.cases));
    Ok(Exit::Success)
}

/// `echoclient`: echoes on one connection until it is over.
///
/// # Errors
/// A URL of no use; a server that cannot be reached.
pub async fn play_one(arguments: &WstestArguments) -> Result<Exit, Trouble> {
    client(arguments)?.echo().await?;
    Ok(Exit::Success)
}

fn client(arguments: &WstestArguments) -> Result<EchoClient, Trouble> {
    let mut url = Target::parse(arguments.required_uri()?)?;
    url.tls = Some(tls::towards_server(None)?);
    Ok(EchoClient { url, agent: arguments.agent().to_owned(), conduct: Conduct::default() })
}
