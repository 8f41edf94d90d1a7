//! Spec files.

use std::path::PathBuf;

use serde_json::Value;

use super::{CaseChoice, Options, Pattern, PatternError, Warning, keys::Keys};

/// What a spec file asks of `fuzzingclient`.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// The folder for the reports.
    pub outdir: PathBuf,
    /// The servers to test, one after the other.
    pub servers: Vec<ServerEntry>,
    /// The cases.
    pub cases: CaseChoice,
}

/// A server to test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerEntry {
    /// Where it is.
    pub url: String,
    /// What it is called; `None`: what its response says.
    pub agent: Option<String>,
    /// The `Origin` field to send.
    pub origin: Option<String>,
    /// The subprotocols to ask for.
    pub protocols: Vec<String>,
    /// With TLS, the name to ask for and to verify; without one any certificate is accepted, as
    /// with Autobahn.
    pub hostname: Option<String>,
    /// Its own options, and those for all servers where it has none.
    pub options: Options,
}

/// What a spec file asks of `fuzzingserver`.
#[derive(Clone, Debug)]
pub struct ServerSpec {
    /// Where to listen.
    pub url: String,
    /// The file of the private key, for TLS.
    pub key: Option<PathBuf>,
    /// The file of the certificate, for TLS.
    pub cert: Option<PathBuf>,
    /// The folder for the reports.
    pub outdir: PathBuf,
    /// The cases.
    pub cases: CaseChoice,
}

/// What was read, and what of it is not done.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// The spec.
    pub spec: T,
    /// In the order of the file's keys, nearly.
    pub warnings: Vec<Warning>,
}

/// Why a spec file is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// It is no JSON.
    #[error("it is no JSON: {0}")]
    Json(String),
    /// It is JSON, but no object.
    #[error("it is no JSON object; expected something like {{\"cases\": [\"*\"]}}")]
    NotAnObject,
    /// A key is missing.
    #[error("the key `{0}` is missing")]
    Missing(String),
    /// A value is of the wrong type.
    #[error("`{key}` is {found}; expected {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// What it should be.
        expected: &'static str,
        /// What it is, as JSON.
        found: String,
    },
    /// A pattern that is none.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// There is nothing to test.
    #[error("it names no server; add one to `servers`, or give its URL with -w")]
    NoServer,
}

impl SpecError {
    /// Characters of a wrong value that are shown.
    const SHOWN: usize = 60;

    pub(super) fn wrong_type(key: String, expected: &'static str, found: &Value) -> Self {
        let mut found = found.to_string();
        if let Some((end, _)) = found.char_indices().nth(Self::SHOWN) {
            found.truncate(end);
            found.push('…');
        }
        Self::WrongType { key, expected, found }
    }
}

const ON_COMMAND_LINE: &str = "the web port is given on the command line, with -u";
const WAITS_FOLLOW: &str = "with clients all waiting times follow their distance";
const NEVER_SELECTED: &str = "no subprotocol is ever selected, as with Autobahn";

impl ClientSpec {
    /// Reads a spec file; `uri` stands in for a server where it names none.
    ///
    /// # Errors
    /// No JSON, keys that are missing, values of a wrong type, no server at all.
    pub fn read(text: &str, uri: Option<&str>) -> Result<Read<Self>, SpecError> {
        let (mut keys, mut warnings) = (parse(text)?, Vec::new());
        let outdir = keys.text("outdir")?;
        let options = Options::read(keys.object("options")?, &mut warnings)?;
        let mut servers = Vec::new();
        for (name, value) in keys.list("servers")?.unwrap_or_default() {
            let entry = ServerEntry::read(Keys::of(name, value)?, options, &mut warnings)?;
            servers.push(entry);
        }
        match uri {
            Some(url) if servers.is_empty() => servers.push(ServerEntry::at(url, options)),
            Some(_) => warnings.push(Warning::NoEffect {
                key: "-w".to_owned(),
                why: "the spec file names servers",
            }),
            None => {}
        }
        if servers.is_empty() {
            return Err(SpecError::NoServer);
        }
        let cases = read_cases(&mut keys)?;
        keys.without_effect("url", "the servers are in `servers`", &mut warnings);
        keys.without_effect("webport", ON_COMMAND_LINE, &mut warnings);
        keys.finish(&mut warnings);
        let spec = Self {
            outdir: outdir.unwrap_or_else(|| "./reports/servers/".to_owned()).into(),
            servers,
            cases,
        };
        Ok(Read { spec, warnings })
    }
}

impl ServerEntry {
    /// A server of which only this is known.
    fn at(url: &str, options: Options) -> Self {
        Self {
            url: url.to_owned(),
            agent: None,
            origin: None,
            protocols: Vec::new(),
            hostname: None,
            options,
        }
    }

    fn read(
        mut keys: Keys,
        for_all: Options,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, SpecError> {
        let own = Options::read(keys.object("options")?, warnings)?;
        let entry = Self {
            url: keys.required_text("url")?,
            agent: keys.text("agent")?.filter(|name| !name.is_empty()),
            origin: keys.text("origin")?,
            protocols: keys.texts("protocols")?.unwrap_or_default(),
            hostname: keys.text("hostname")?.filter(|name| !name.is_empty()),
            options: own.or(for_all),
        };
        keys.finish(warnings);
        Ok(entry)
    }
}

impl ServerSpec {
    /// Reads a spec file.
    ///
    /// # Errors
    /// No JSON, keys that are missing, values of a wrong type.
    pub fn read(text: &str) -> Result<Read<Self>, SpecError> {
        let (mut keys, mut warnings) = (parse(text)?, Vec::new());
        let outdir = keys.text("outdir")?;
        let options = Options::read(keys.object("options")?, &mut warnings)?;
        let spec = Self {
            url: keys.required_text("url")?,
            key: keys.text("key")?.map(PathBuf::from),
            cert: keys.text("cert")?.map(PathBuf::from),
            outdir: outdir.unwrap_or_else(|| "./reports/clients/".to_owned()).into(),
            cases: read_cases(&mut keys)?,
        };
        if options != Options::default() {
            let (key, why) = ("options".to_owned(), WAITS_FOLLOW);
            warnings.push(Warning::NoEffect { key, why });
        }
        if keys.texts("protocols")?.is_some_and(|list| !list.is_empty()) {
            let (key, why) = ("protocols".to_owned(), NEVER_SELECTED);
            warnings.push(Warning::NoEffect { key, why });
        }
        keys.without_effect("servers", "clients come by themselves", &mut warnings);
        keys.without_effect("webport", ON_COMMAND_LINE, &mut warnings);
        keys.finish(&mut warnings);
        Ok(Read { spec, warnings })
    }
}

fn parse(text: &str) -> Result<Keys, SpecError> {
    let value = serde_json::from_str(text).map_err(|error| SpecError::Json(error.to_string()))?;
    Keys::of(String::new(), value)
}

fn read_cases(keys: &mut Keys) -> Result<CaseChoice, SpecError> {
    let list = |texts: Vec<String>, of: fn(&str) -> Result<Pattern, PatternError>| {
        let patterns = texts.iter().map(|text| of(text));
        patterns.collect::<Result<Vec<_>, _>>()
    };
    let cases = keys.texts("cases")?;
    let exclude = keys.texts("exclude-cases")?.unwrap_or_default();
    let mut agents = keys.object("exclude-agent-cases")?;
    let mut exclude_for_agents = Vec::new();
    for agent in agents.names() {
        let cases = agents.texts(&agent)?.unwrap_or_default();
        let cases = list(cases, Pattern::of_whole)?;
        exclude_for_agents.push((Pattern::of_whole(&agent)?, cases));
    }
    let cases = cases.ok_or_else(|| SpecError::Missing("cases".to_owned()))?;
    Ok(CaseChoice {
        cases: list(cases, Pattern::of_beginning)?,
        exclude: list(exclude, Pattern::of_beginning)?,
        exclude_for_agents,
    })
}

#[cfg(test)]
#[path = "spec_tests.rs"]
mod tests;
