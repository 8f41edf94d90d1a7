//! `wspec fuzz diff`: the same cases against two servers.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::Args;

use super::{
    arguments::scripted_parents,
    difference::{file, told},
    keep::write_file,
    pace::{FuzzPace, refuse_strangers},
    status::StatusLine,
};
use crate::{
    case::counted,
    cli::{
        Exit, Trouble,
        arguments::command_time,
        interrupt::unless_interrupted,
        output::{keep, print, show, warn},
        runtime::block_on,
        target::read_target,
        tls::ReachArguments,
    },
    foreign::without_passwords,
    fuzz::{
        duel::{Difference, Duel},
        generate::Guide,
    },
    protocol::Role,
    run::{Probe, ServerDuel, ServerFuzz, Stop, StopSwitch},
};

/// The arguments of `wspec fuzz diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 both do what the RFCs allow, 1 in some difference one of them does not, 2 usage,\n\
    3 a server could not be reached or went away.\n\n\
    Examples:\n  wspec fuzz diff ws://127.0.0.1:9001/ ws://127.0.0.1:9002/ --cases 10000"
)]
pub struct DiffArguments {
    /// One server.
    a: String,
    /// The other.
    b: String,
    /// Generate cases for so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = command_time)]
    seconds: Option<Duration>,
    /// Generate so many cases (by default 1000, unless --seconds is given).
    #[arg(long, value_name = "N")]
    cases: Option<u64>,
    /// What all cases follow from.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The servers do not send messages back.
    #[arg(long)]
    no_echo: bool,
    /// Begin with nothing: do not make cases of those that come with wspec.
    #[arg(long)]
    from_nothing: bool,
    /// Write a case file for each difference into this directory.
    #[arg(long, value_name = "DIR", default_value = "findings")]
    findings: PathBuf,
    /// Begin at most so many cases a second (by default 20 if a server is on another machine).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// The servers that are not on this machine are yours to fuzz.
    #[arg(long)]
    i_own_this_target: bool,
    /// Print nothing but differences.
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    reach: ReachArguments,
}

/// Cases without --cases and --seconds.
const CASES: u64 = 1000;

/// Compares the servers, and says where they differ.
///
/// # Errors
/// Arguments of no use; servers that cannot be reached; files that cannot be written.
pub fn run(arguments: &DiffArguments) -> Result<Exit, Trouble> {
    block_on(async {
        let (switch, stop) = StopSwitch::new();
        unless_interrupted(&switch, compare(arguments, stop)).await.unwrap_or(Ok(Exit::Interrupted))
    })
}

async fn compare(arguments: &DiffArguments, stop: Stop) -> Result<Exit, Trouble> {
    let servers = [arguments.server(&arguments.a).await?, arguments.server(&arguments.b).await?];
    let seed = arguments.seed.unwrap_or_else(rand::random);
    let guide = Guide::new(Role::Server, !arguments.no_echo);
    let parents = if arguments.from_nothing { Vec::new() } else { scripted_parents(Role::Server) };
    let mut duel = Duel::new(guide, seed, parents);
    let run = ServerDuel { servers, seed, cases: arguments.cases(), until: arguments.seconds };
    let mut status = StatusLine::new(!arguments.quiet);
    let began = Instant::now();
    let played = run.play(&mut duel, stop, &mut |duel| status.show(duel.statistics())).await;
    status.over();
    let differences = duel.differences();
    arguments.write(&differences, seed)?;
    if !(arguments.quiet && differences.is_empty()) {
        let head = format!(
            "{} in {:.1} s, seed {seed}\n",
            counted(duel.statistics().cases, "case"),
            began.elapsed().as_secs_f64()
        );
        show(print(&(head + &arguments.summary(&differences))));
    }
    if let Err(error) = played {
        warn(error);
        return Ok(Exit::Unreachable);
    }
    let wrong = |difference: &Difference| {
        let mut deviations = difference.opinions.iter().flatten();
        deviations.any(|deviation| deviation.is_grave())
    };
    Ok(if differences.iter().any(wrong) { Exit::Failures } else { Exit::Success })
}

impl DiffArguments {
    const fn cases(&self) -> Option<u64> {
        match (self.cases, self.seconds) {
            (None, None) => Some(CASES),
            (cases, _) => cases,
        }
    }

    async fn server(&self, url: &str) -> Result<ServerFuzz, Trouble> {
        let mut target = read_target(url)?;
        if target.is_secure() || target.proxy.is_some() {
            self.reach.apply_to(&mut target)?;
        }
        keep(target.secrets());
        refuse_strangers(&target, self.i_own_this_target)?;
        let probe = Probe::of(&target, rand::random()).await?.testable()?;
        let pace = FuzzPace { rate: self.rate, ..FuzzPace::default() };
        Ok(pace.against(target, probe.route, probe.round_trip))
    }

    fn write(&self, differences: &[Difference], seed: u64) -> Result<(), Trouble> {
        for difference in differences {
            let [a, b] = self.shown_urls();
            let command = format!("wspec fuzz diff {a} {b} --seed {seed}");
            let text = file(difference, [&a, &b], &command);
            write_file(&self.path_of(difference), &text)?;
        }
        Ok(())
    }

    /// The servers, as others may read it.
    fn shown_urls(&self) -> [String; 2] {
        [&self.a, &self.b].map(|url| without_passwords(url))
    }

    fn path_of(&self, difference: &Difference) -> PathBuf {
        Path::new(&self.findings).join(format!("{}.toml", difference.case.id))
    }

    fn summary(&self, differences: &[Difference]) -> String {
        let mut text = match differences.len() {
            0 => "no differences\n".to_owned(),
            count => format!("{}:\n", counted(count, "difference")),
        };
        for difference in differences {
            let [a, b] = self.shown_urls();
            text += &told(difference, [&a, &b], &self.path_of(difference));
        }
        text
    }
}
