//! The built-in echo client: the loop that every client under test runs against Autobahn.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    control::{ControlError, ask},
    drive::drive,
};
use crate::{
    run::{ConnectError, Route, Target, connect::CONNECT_TIMEOUT},
    testee::{self, Conduct, Endpoint},
};

/// How long the server may take to say how many cases there are.
const COUNT_PATIENCE: Duration = Duration::from_secs(10);

/// How long a case may take.
const CASE_PATIENCE: Duration = Duration::from_secs(120);

/// How long the server may take to write its reports.
const REPORT_PATIENCE: Duration = Duration::from_secs(60);

/// After so many cases in a row without a TCP connection the server is taken to be gone.
const UNREACHED_MAX: u32 = 3;

/// More cases than this are taken for a mistake.
const CASES_MAX: u32 = 100_000;

/// An echo client that plays all cases of a server that tests clients.
#[derive(Clone, Debug)]
pub struct EchoClient {
    /// The server; its path stands before the names of the control resources.
    pub url: Target,
    /// What the client is called in reports.
    pub agent: String,
    /// How it behaves in the cases. In control requests it is correct.
    pub conduct: Conduct,
}

/// What became of the cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EchoedCases {
    /// How many there were.
    pub cases: u32,
    /// How many of them had no TCP connection, or took so long that the client gave them up.
    pub given_up: u32,
}

/// Why the loop could not be completed.
#[derive(Debug, thiserror::Error)]
pub enum EchoClientError {
    /// The host has no address.
    #[error(transparent)]
    NoAddress(#[from] ConnectError),
    /// A control request came to nothing.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// No case finds it any more.
    #[error("the server went away at case {case} ({source})")]
    Gone {
        /// The number of the last case that was tried.
        case: u32,
        /// What the system said.
        source: ConnectError,
    },
}

impl EchoClient {
    /// Asks for the number of cases, echoes in each until it is closed, and asks for the reports.
    /// What goes wrong in a case does not keep the next one from being played.
    ///
    /// # Errors
    /// A server that cannot be reached, or that does not answer control requests.
    pub async fn run(&self) -> Result<EchoedCases, EchoClientError> {
        let route = Route::to(&self.url).await?;
        let mut echoed = EchoedCases { cases: self.case_count(&route).await?, given_up: 0 };
        let mut unreached = 0;
        for case in 1..=echoed.cases {
            match route.connect(CONNECT_TIMEOUT).await {
                Ok(stream) => {
                    unreached = 0;
                    let target = self.resource("runCase", &[("case", &case.to_string())]);
                    let endpoint = self.endpoint(&target);
                    if timeout(CASE_PATIENCE, drive(endpoint, stream)).await.is_err() {
                        echoed.given_up += 1;
                    }
                }
                Err(source) => {
                    unreached += 1;
                    echoed.given_up += 1;
                    if unreached == UNREACHED_MAX {
                        return Err(EchoClientError::Gone { case, source });
                    }
                }
            }
        }
        let reports = self.resource("updateReports", &[]);
        ask(&route, &reports, REPORT_PATIENCE).await?;
        Ok(echoed)
    }

    /// Echoes on one connection, to the URL itself, until it is over.
    ///
    /// # Errors
    /// A server that cannot be reached.
    pub async fn echo(&self) -> Result<(), ConnectError> {
        let route = Route::to(&self.url).await?;
        let stream = route.connect(CONNECT_TIMEOUT).await?;
        drive(self.endpoint(&self.url), stream).await;
        Ok(())
    }

    async fn case_count(&self, route: &Route) -> Result<u32, ControlError> {
        let resource = self.url.at("getCaseCount", &[]);
        let answer = ask(route, &resource, COUNT_PATIENCE).await?;
        let answer = answer.unwrap_or_default();
        match answer.trim().parse() {
            Ok(count) if count <= CASES_MAX => Ok(count),
            _ => Err(ControlError::NoNumber {
                url: resource.url().to_owned(),
                answer: answer.chars().take(80).collect(),
            }),
        }
    }

    /// A control resource that wants to know who asks.
    fn resource(&self, name: &str, parameters: &[(&str, &str)]) -> Target {
        let agent = ("agent", self.agent.as_str());
        self.url.at(name, &[parameters, &[agent]].concat())
    }

    fn endpoint(&self, target: &Target) -> Endpoint {
        let target =
            testee::Target { host: target.host_field(), resource: target.resource().to_owned() };
        Endpoint::client(target, self.conduct.clone(), rand::random())
    }
}
