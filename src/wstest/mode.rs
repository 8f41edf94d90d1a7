//! The modes of wstest.

use std::str::FromStr;

/// What wstest is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Test servers.
    FuzzingClient,
    /// Test whatever clients come.
    FuzzingServer,
    /// Be a server that echoes (Autobahn's `echoserver` and `testeeserver`).
    EchoServer,
    /// Be a client that plays the cases of a fuzzing server (`testeeclient`).
    TesteeClient,
    /// Be a client that echoes on one connection (`echoclient`).
    EchoClient,
}

/// Why a mode is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModeError {
    /// Autobahn has it.
    #[error("the mode `{0}` is not about conformance, and wspec does not have it; {MODES}")]
    NotHere(String),
    /// Nobody has it.
    #[error("there is no mode `{0}`; {MODES}")]
    Unknown(String),
}

const MODES: &str = "expected fuzzingclient, fuzzingserver, testeeserver, testeeclient, \
                     echoserver or echoclient";

/// Modes of Autobahn that test nothing.
const OTHERS: [&str; 4] = ["broadcastclient", "broadcastserver", "massconnect", "serializer"];

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "fuzzingclient" => Ok(Self::FuzzingClient),
            "fuzzingserver" => Ok(Self::FuzzingServer),
            "echoserver" | "testeeserver" => Ok(Self::EchoServer),
            "testeeclient" => Ok(Self::TesteeClient),
            "echoclient" => Ok(Self::EchoClient),
            _ if OTHERS.contains(&text) => Err(ModeError::NotHere(text.to_owned())),
            _ => Err(ModeError::Unknown(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_have_autobahns_names() {
        assert_eq!("fuzzingclient".parse(), Ok(Mode::FuzzingClient));
        assert_eq!("testeeserver".parse(), Ok(Mode::EchoServer));
        insta::assert_snapshot!(
            "massconnect".parse::<Mode>().unwrap_err(),
            @"the mode `massconnect` is not about conformance, and wspec does not have it; expected fuzzingclient, fuzzingserver, testeeserver, testeeclient, echoserver or echoclient"
        );
        insta::assert_snapshot!(
            "Fuzzingclient".parse::<Mode>().unwrap_err(),
            @"there is no mode `Fuzzingclient`; expected fuzzingclient, fuzzingserver, testeeserver, testeeclient, echoserver or echoclient"
        );
    }
}
