//! The modes in which wspec is what is tested.

use super::{WstestArguments, console::say};
use crate::{
    cli::{Exit, Trouble, interrupt::asked_to_end},
    run::{EchoClient, EchoServer, EchoStack, Target},
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
    let server = EchoServer::start(url.address(), EchoStack::own(Conduct::default()))
        .await
        .map_err(system(format!("cannot listen on {}", url.address())))?;
    say(&format!("Echo server on port {}", server.address().port()));
    asked_to_end()
        .await
        .map_err(system("cannot wait for Ctrl-C".to_owned()))?;
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
    Ok(EchoClient {
        url: Target::parse(arguments.required_uri()?)?,
        agent: arguments.agent().to_owned(),
        conduct: Conduct::default(),
    })
}
