//! `wspec fuzz parser`: another parser's answers beside the reference.

mod examiner;
mod findings;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::Args;

use self::{
    examiner::{Examined, Examiner},
    findings::Findings,
};
use crate::{
    cli::{Exit, Trouble, output::print},
    input::{FolderLimits, list, read},
    protocol::{Role, hex},
    reference::{Answer, Inputs},
};

/// What a corpus may come to: all of it is held in memory.
const CORPUS: FolderLimits =
    FolderLimits { files: 100_000, octets: 1 << 20, octets_together: 64 << 20 };

/// The arguments of `wspec fuzz parser`.
#[derive(Debug, Args)]
#[command(after_help = "\
The command reads inputs from its standard input until that ends. An input is a length, 4 octets,
the most significant first, then so many octets: what one side of a new connection sends after the
opening handshake. The variable WSPEC_SENDER says which side, `client` (whose frames are masked)
or `server`. For each input it writes one line of JSON to its standard output, and flushes it:

  {\"frames\": [{\"fin\": true, \"rsv\": 0, \"opcode\": 1, \"payload\": \"48656c6c6f\"}],
   \"messages\": [{\"kind\": \"text\", \"payload\": \"48656c6c6f\"}],
   \"error\": \"why it would fail the connection\"}

  frames    the complete frames that it read, payloads unmasked, in hexadecimal digits
  messages  what it hands to an application: text, binary, ping, pong, close
  error     left out where it waits for more octets

A parser of frames leaves `messages` out, one that tells messages leaves `frames` out. What it does
not tell is not compared. RSV1 is 4 in `rsv`. A parser may notice a mistake at the first octet that
shows it, or when the frame (the message, if only that shows it) is complete.

Examples:
  wspec fuzz parser -- python3 examples/parser.py
  wspec fuzz parser --sender server --seconds 60 --save findings -- ./my-parser
  wspec fuzz parser --input c18000000000 -- ./my-parser

Exit status 1 where the parser disagrees with the reference.")]
pub struct ParserArguments {
    /// The command that wraps the parser.
    #[arg(last = true, value_name = "COMMAND", required = true)]
    command: Vec<String>,
    /// Whose octets the parser reads.
    #[arg(long, value_name = "SIDE", default_value = "client")]
    sender: Role,
    /// permessage-deflate is agreed, with its default parameters (WSPEC_DEFLATE is 1, else 0);
    /// frames stay compressed, messages are inflated.
    #[arg(long)]
    deflate: bool,
    /// How many inputs to try.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    inputs: u64,
    /// End after this time, even if not all inputs were tried.
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,
    /// Repeat a run: inputs follow from this number.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Start from the files of this directory too, each an input.
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Write the shortest input of each kind of disagreement to this directory.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// How long the parser may take for one answer, in milliseconds; its first has 10 seconds.
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    timeout: u64,
    /// Try this input alone, and show both answers.
    #[arg(long, value_name = "HEX", conflicts_with_all = ["inputs", "seconds", "seed", "corpus"])]
    input: Option<String>,
}

/// Does what the arguments say.
///
/// # Errors
/// The command cannot be started, or answers nothing even to a right frame; files.
pub fn run(arguments: &ParserArguments) -> Result<Exit, Trouble> {
    let patience = Duration::from_millis(arguments.timeout);
    let mut examiner =
        Examiner::new(&arguments.command, arguments.sender, arguments.deflate, patience)?;
    match &arguments.input {
        Some(text) => show(&mut examiner, text),
        None => fuzz(&mut examiner, arguments),
    }
}

fn show(examiner: &mut Examiner, text: &str) -> Result<Exit, Trouble> {
    let octets = hex::decode(text).map_err(Trouble::input)?;
    let reading = examiner.read(&octets);
    let reference =
        serde_json::to_string(&Answer::agreeing_with(&reading)).map_err(Trouble::input)?;
    let Examined { said, trouble } = examiner.examine(&octets)?;
    let (opinion, exit) = match trouble {
        None => ("agrees".to_owned(), Exit::Success),
        Some(trouble) => (format!("{}: {}", trouble.kind, trouble.sentence), Exit::Failures),
    };
    let said = said.unwrap_or_default();
    print(&format!("reference  {reference}\nparser     {said}\n{opinion}\n"))?;
    Ok(exit)
}

fn fuzz(examiner: &mut Examiner, arguments: &ParserArguments) -> Result<Exit, Trouble> {
    let seed = arguments.seed.unwrap_or_else(|| rand::random_range(0..1_000_000));
    let more = match &arguments.corpus {
        Some(directory) => files(directory)?,
        None => Vec::new(),
    };
    let start = Instant::now();
    let limit = arguments.seconds.map(Duration::from_secs);
    let is_over = || limit.is_some_and(|limit| start.elapsed() >= limit);
    let mut findings = Findings::default();
    let mut tried = 0_u64;
    let inputs = Inputs::new(arguments.sender, seed, more);
    for octets in inputs.take(usize::try_from(arguments.inputs).unwrap_or(usize::MAX)) {
        if examiner.is_interrupted() || is_over() {
            break;
        }
        tried += 1;
        if let Some(trouble) = examiner.examine(&octets)?.trouble {
            findings.add(octets, trouble, examiner, is_over)?;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    print(&format!(
        "{tried} inputs of a {}, seed {seed}, {:.0} a second\n",
        arguments.sender,
        tried as f64 / seconds.max(0.001),
    ))?;
    if let Some(directory) = &arguments.save {
        findings.save(directory)?;
    }
    print(&findings.text())?;
    Ok(if findings.is_empty() { Exit::Success } else { Exit::Failures })
}

/// The inputs in a folder's files, in the order of their names.
fn files(folder: &Path) -> Result<Vec<Vec<u8>>, Trouble> {
    // Fuzzers keep all sorts of things there; what is no input is left out.
    let is_input = |path: &Path| {
        path.metadata().is_ok_and(|data| data.is_file() && data.len() <= CORPUS.octets)
    };
    let paths = list(folder, CORPUS, is_input).map_err(Trouble::input)?;
    paths.iter().map(|path| read(path, CORPUS.octets).map_err(Trouble::input)).collect()
}
