//! From a request target to what the client wants.

use std::{borrow::Cow, sync::Arc};

use url::form_urlencoded;

use super::AgentName;
use crate::case::Case;

/// What a client wants.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlRequest {
    /// To have a case played with it.
    RunCase {
        /// The case.
        case: Arc<Case>,
        /// What it calls itself.
        agent: AgentName,
    },
    /// To know how many cases there are.
    CaseCount,
    /// To know what a case is about.
    CaseInfo {
        /// The case.
        case: Arc<Case>,
    },
    /// To know how a case went, as soon as that is known.
    CaseStatus {
        /// The case.
        case: Arc<Case>,
        /// What it called itself there.
        agent: AgentName,
    },
    /// To have the reports written, those of all agents.
    UpdateReports {
        /// What it calls itself.
        agent: AgentName,
        /// It also wants the run to end.
        then_stop: bool,
    },
    /// To end the run.
    StopServer,
    /// To be sent what it asks for.
    DirectCommands,
}

/// Below this path there is nothing: responses of cases point there.
const ELSEWHERE: &str = "/wspec/";

/// Why a request cannot be met. Autobahn answers each that it has with a bare 500.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A parameter that may stand once.
    #[error("the parameter `{0}` stands more than once")]
    Repeated(&'static str),
    /// A parameter that this request needs.
    #[error("the parameter `{0}` is missing")]
    Missing(&'static str),
    /// A number that is not of the list, or an id that is not in it.
    #[error("there is no case {0:?} here")]
    NoSuchCase(String),
    /// A path at which there is nothing, where a case may have sent the client.
    #[error("there is nothing at {0:?}")]
    Nowhere(String),
}

impl RequestError {
    /// The HTTP status that it is answered with, and its reason phrase.
    #[must_use]
    pub const fn status(&self) -> (u16, &'static str) {
        match self {
            Self::Nowhere(_) => (404, "Not Found"),
            _ => (500, "Internal Server Error"),
        }
    }
}

/// The parameters of a request, each of which may stand once.
struct Parameters<'a> {
    agent: Option<Cow<'a, str>>,
    case: Option<Cow<'a, str>>,
    case_id: Option<Cow<'a, str>>,
    then_stop: Option<Cow<'a, str>>,
}

impl ControlRequest {
    /// Reads a request target; `cases` are those that are served, in the order that their numbers
    /// count.
    ///
    /// # Errors
    /// A parameter that is missing, repeated or out of range. A case that does not exist is an
    /// error on every path, also where no case is needed.
    pub fn read(target: &str, cases: &[Arc<Case>]) -> Result<Self, RequestError> {
        let target = origin_form(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameters = Parameters::read(query)?;
        let case = parameters.case(cases)?;
        let case = || case.ok_or(RequestError::Missing("case"));
        let agent = parameters.agent.as_deref().and_then(AgentName::new);
        let agent = || agent.ok_or(RequestError::Missing("agent"));
        Ok(match path {
            "/runCase" => Self::RunCase { agent: agent()?, case: case()? },
            "/getCaseCount" => Self::CaseCount,
            "/getCaseInfo" => Self::CaseInfo { case: case()? },
            "/getCaseStatus" => Self::CaseStatus { agent: agent()?, case: case()? },
            "/updateReports" => {
                Self::UpdateReports { agent: agent()?, then_stop: parameters.then_stop() }
            }
            "/stopServer" => Self::StopServer,
            // A client that is let in here would wait for ever for commands to send.
            path if path.starts_with(ELSEWHERE) => {
                return Err(RequestError::Nowhere(path.to_owned()));
            }
            _ => Self::DirectCommands,
        })
    }
}

/// The target without the scheme and authority that it may begin with, which a server has to
/// accept (RFC 9112 §3.2.2).
fn origin_form(target: &str) -> &str {
    match target.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphabetic()) => {
            rest.find(['/', '?']).map_or("/", |path| &rest[path..])
        }
        _ => target,
    }
}

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Result<Self, RequestError> {
        let only = |name: &'static str| {
            let mut values = form_urlencoded::parse(query.as_bytes())
                .filter(|(key, value)| key == name && !value.is_empty())
                .map(|(_, value)| value);
            let first = values.next();
            match values.next() {
                None => Ok(first),
                Some(_) => Err(RequestError::Repeated(name)),
            }
        };
        Ok(Self {
            agent: only("agent")?,
            case: only("case")?,
            case_id: only("casetuple")?,
            then_stop: only("shutdownOnComplete")?,
        })
    }

    /// The case that they name, by its number rather than by its id.
    fn case(&self, cases: &[Arc<Case>]) -> Result<Option<Arc<Case>>, RequestError> {
        let (text, found) = match (&self.case, &self.case_id) {
            (Some(number), _) => {
                let number: Option<usize> = number.trim().parse().ok();
                let position = number.and_then(|number| number.checked_sub(1));
                let found = position.and_then(|position| cases.get(position));
                (self.case.as_deref(), found)
            }
            (None, Some(id)) => {
                let found = cases.iter().find(|case| case.id.as_str() == id.trim());
                (self.case_id.as_deref(), found)
            }
            (None, None) => return Ok(None),
        };
        let no_such_case = || RequestError::NoSuchCase(text.unwrap_or_default().to_owned());
        found.cloned().map(Some).ok_or_else(no_such_case)
    }

    fn then_stop(&self) -> bool {
        let value = self.then_stop.as_deref().unwrap_or_default();
        ["true", "yes"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    fn cases() -> Vec<Arc<Case>> {
        let set = embedded_cases();
        ["1.1.2", "7.1.5"].map(|id| Arc::new(set.get(&id.parse().unwrap()).unwrap().clone())).into()
    }

    fn read(target: &str) -> Result<ControlRequest, RequestError> {
        ControlRequest::read(target, &cases())
    }

    fn played(target: &str) -> (String, String) {
        match read(target) {
            Ok(ControlRequest::RunCase { case, agent }) => {
                (case.id.to_string(), agent.as_str().to_owned())
            }
            other => panic!("{target}: {other:?}"),
        }
    }

    #[test]
    fn cases_go_by_their_number_in_the_list_or_by_their_id() {
        let me = |id: &str| (id.to_owned(), "me".to_owned());
        assert_eq!(played("/runCase?case=2&agent=me"), me("7.1.5"));
        assert_eq!(played("/runCase?agent=me&casetuple=1.1.2"), me("1.1.2"));
        assert_eq!(played("/runCase?agent=me&casetuple=+1.1.2%20"), me("1.1.2"));
        assert_eq!(played("/runCase?casetuple=9.9.9&case=1&agent=me"), me("1.1.2"));
        assert_eq!(played("/runCase?case=&case=1&agent=me"), me("1.1.2"));
    }

    #[test]
    fn agents_are_any_text() {
        let agent = |encoded: &str| played(&format!("/runCase?case=1&agent={encoded}")).1;
        assert_eq!(agent("..%2F..%2Fetc%2Fx"), "../../etc/x");
        assert_eq!(agent("a+b%0A%1b"), "a b\n\u{1b}");
        assert_eq!(agent("%ff"), "\u{fffd}");
        assert_eq!(agent("<b>"), "<b>");
        assert_eq!(agent("%zz%"), "%zz%");
    }

    #[test]
    fn what_cannot_be_met_is_an_error() {
        use RequestError::{Missing, NoSuchCase, Repeated};
        let none = |text: &str| NoSuchCase(text.to_owned());
        for (target, error) in [
            ("/runCase?case=1", Missing("agent")),
            ("/runCase?case=1&agent=", Missing("agent")),
            ("/runCase?agent=x", Missing("case")),
            ("/runCase?agent=x&agent=y&case=1", Repeated("agent")),
            ("/runCase?agent=x&case=1&case=1", Repeated("case")),
            ("/runCase?agent=x&case=0", none("0")),
            ("/runCase?agent=x&case=3", none("3")),
            ("/runCase?agent=x&case=-1", none("-1")),
            ("/runCase?agent=x&case=1.5", none("1.5")),
            ("/runCase?agent=x&case=99999999999999999999", none("99999999999999999999")),
            ("/runCase?agent=x&casetuple=1.1.1", none("1.1.1")),
            ("/getCaseCount?case=3", none("3")),
            ("/getCaseInfo", Missing("case")),
            ("/getCaseStatus?case=1", Missing("agent")),
            ("/updateReports", Missing("agent")),
        ] {
            assert_eq!(read(target), Err(error), "{target}");
        }
    }

    #[test]
    fn where_cases_send_clients_there_is_nothing() {
        let error = read("/wspec/elsewhere").unwrap_err();
        assert_eq!(error, RequestError::Nowhere("/wspec/elsewhere".to_owned()));
        assert_eq!(error.status().0, 404);
    }

    #[test]
    fn paths() {
        assert_eq!(read("/getCaseCount"), Ok(ControlRequest::CaseCount));
        assert_eq!(read("/getCaseCount?agent=x"), Ok(ControlRequest::CaseCount));
        assert_eq!(read("/stopServer"), Ok(ControlRequest::StopServer));
        assert_eq!(
            read("http://127.0.0.1:9001/getCaseCount?agent=http://x/y"),
            Ok(ControlRequest::CaseCount)
        );
        assert_eq!(read("/getCaseCount?agent=http://x/y"), Ok(ControlRequest::CaseCount));
        for other in ["/", "http://x", "/runcase", "*", "/getCaseCount/"] {
            assert_eq!(read(other), Ok(ControlRequest::DirectCommands), "{other}");
        }
        for (value, expected) in [("true", true), ("YES", true), ("1", false), ("", false)] {
            let target = format!("/updateReports?agent=x&shutdownOnComplete={value}");
            let agent = AgentName::new("x").unwrap();
            let wanted = ControlRequest::UpdateReports { agent, then_stop: expected };
            assert_eq!(read(&target), Ok(wanted), "{value}");
        }
    }
}
