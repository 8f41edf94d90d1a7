//! The arguments of wstest.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::{
    cli::{Trouble, built_in},
    wstest::{Mode, Warning},
};

/// Tests WebSocket servers and clients, in place of Autobahn|Testsuite's command.
#[derive(Debug, Parser)]
#[command(name = "wstest", version, max_term_width = 100)]
pub struct Wstest {
    /// The arguments.
    #[command(flatten)]
    pub arguments: WstestArguments,
}

/// The arguments of `wspec wstest`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
#[command(
    after_help = "Exit status: 0, whatever the verdicts; with --gate 1 if a case failed and \
    3 if a server could not be reached; 2 usage or bad input.\n\n\
    Examples:\n  \
    wstest -m fuzzingclient -s spec.json\n  \
    wstest -m fuzzingclient -w ws://127.0.0.1:9001 --gate\n  \
    wstest -m fuzzingserver\n  \
    wstest -m testeeserver -w ws://127.0.0.1:9001"
)]
pub struct WstestArguments {
    /// What to do: fuzzingclient tests servers, fuzzingserver clients; testeeserver, echoserver,
    /// testeeclient and echoclient are tested.
    #[arg(short, long, required_unless_present = "autobahnversion")]
    pub mode: Option<Mode>,
    /// The spec file (by default MODE.json in the current directory, made if it is not there).
    #[arg(short, long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Where to connect, or to listen; for fuzzingclient, where the spec names no server.
    #[arg(short = 'w', long, value_name = "URL")]
    wsuri: Option<String>,
    /// The web port of fuzzingserver: a page that makes a browser the client, and the reports; 0 for
    /// none (by default 8080, if it is free).
    #[arg(short = 'u', long, value_name = "PORT")]
    pub webport: Option<u16>,
    /// What testeeclient is to be called in reports.
    #[arg(short, long, value_name = "NAME")]
    ident: Option<String>,
    /// The private key (PEM) of a server with a wss URL, unless the spec names one.
    #[arg(short, long, value_name = "FILE", hide_short_help = true)]
    pub key: Option<PathBuf>,
    /// Its certificate (PEM), likewise.
    #[arg(short, long, value_name = "FILE", hide_short_help = true)]
    pub cert: Option<PathBuf>,
    /// Taken for compatibility.
    #[arg(short, long, value_name = "FILE", hide_short_help = true)]
    outfile: Option<PathBuf>,
    /// Taken for compatibility.
    #[arg(short, long, value_name = "NAME", hide_short_help = true)]
    testset: Option<String>,
    /// Print frames as they pass, on standard error.
    #[arg(short, long)]
    pub debug: bool,
    /// Print which versions of Autobahn this stands in for.
    #[arg(short, long)]
    autobahnversion: bool,
    /// Let the verdicts decide the exit status, which wstest does not.
    #[arg(long)]
    pub gate: bool,
    /// Let browsers come to fuzzingserver with pages of this host, and under this name, too; may be
    /// repeated.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub allow_host: Vec<String>,
    /// Play so many cases at once with one server (by default 8 on this machine, 4 elsewhere).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

impl WstestArguments {
    /// The URL given with `-w`.
    pub fn uri(&self) -> Option<&str> {
        self.wsuri.as_deref()
    }

    /// The URL given with `-w`, which the mode cannot do without.
    ///
    /// # Errors
    /// There is none.
    pub fn required_uri(&self) -> Result<&str, Trouble> {
        self.uri().ok_or_else(|| {
            Trouble::Input("this mode needs a URL; give it with -w, as ws://127.0.0.1:9001".into())
        })
    }

    /// What the client testee is called.
    pub fn agent(&self) -> &str {
        self.ident.as_deref().unwrap_or(built_in::AGENT)
    }

    fn wants_web_elsewhere(&self) -> bool {
        let wanted = self.webport.is_some_and(|port| port != 0);
        wanted && self.mode != Some(Mode::FuzzingServer)
    }

    /// What was given and is not done.
    pub fn warnings(&self) -> Vec<Warning> {
        const TLS: &str = "only servers have a certificate";
        const OTHER_MODES: &str = "it is for modes that wspec does not have";
        const WEB: &str = "only fuzzingserver has a web server";
        let connects =
            matches!(self.mode, Some(Mode::FuzzingClient | Mode::TesteeClient | Mode::EchoClient));
        let given = [
            ("--key", connects && self.key.is_some(), TLS),
            ("--cert", connects && self.cert.is_some(), TLS),
            ("--outfile", self.outfile.is_some(), OTHER_MODES),
            ("--testset", self.testset.is_some(), OTHER_MODES),
            ("--webport", self.wants_web_elsewhere(), WEB),
        ];
        let given = given.into_iter().filter(|(_, given, _)| *given);
        given.map(|(key, _, why)| Warning::NoEffect { key: key.to_owned(), why }).collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parsed(arguments: &[&str]) -> Result<WstestArguments, String> {
        let arguments = ["wstest"].iter().chain(arguments);
        Wstest::try_parse_from(arguments)
            .map(|wstest| wstest.arguments)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_is_consistent() {
        Wstest::command().debug_assert();
    }

    #[test]
    fn every_form_of_an_argument_is_taken() {
        for form in [
            &["-m", "fuzzingserver"][..],
            &["-mfuzzingserver"],
            &["--mode", "fuzzingserver"],
            &["--mode=fuzzingserver", "--webport=0", "--spec", "x.json"],
        ] {
            assert_eq!(parsed(form).unwrap().mode, Some(Mode::FuzzingServer));
        }
        assert!(parsed(&["-a"]).unwrap().mode.is_none());
    }

    #[test]
    fn what_is_not_done_is_said() {
        let given = "-m echoclient -w ws://x -u 8080 -k a.key -c a.crt -o out -d -i me";
        let arguments = parsed(&given.split(' ').collect::<Vec<_>>()).unwrap();
        let warnings = arguments.warnings();
        let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        `--key` has no effect: only servers have a certificate
        `--cert` has no effect: only servers have a certificate
        `--outfile` has no effect: it is for modes that wspec does not have
        `--webport` has no effect: only fuzzingserver has a web server
        ");
    }

    #[test]
    fn modes_that_are_not_there_are_explained() {
        let error = parsed(&["-m", "massconnect"]).unwrap_err();
        assert!(error.contains("not about conformance"), "{error}");
        assert!(parsed(&["-s", "x.json"]).unwrap_err().contains("--mode"));
    }
}
