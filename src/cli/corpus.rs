//! `wspec corpus`: what a fuzzer of parsers starts from, as files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Exit, Trouble, output::print};
use crate::reference::{DICTIONARY, SeedKind, seeds};

/// The dictionary's name.
const DICTIONARY_NAME: &str = "websocket.dict";

/// The arguments of `wspec corpus`.
#[derive(Debug, Args)]
#[command(after_help = "\
One input a file, nothing but the octets, in a folder for each kind of parser:
  client-frames  what clients send after the opening handshake, for a server's parser
  server-frames  what servers send, for a client's parser
  requests       opening handshakes
  responses      their answers, to the request of RFC 6455 section 1.3
  extensions     values of Sec-WebSocket-Extensions
  deflate        messages of permessage-deflate
  case-files     wspec's own case language

Examples:
  wspec corpus seeds
  ./my_libfuzzer_target corpus seeds/client-frames -dict=seeds/websocket.dict
  afl-fuzz -i seeds/client-frames -o findings -x seeds/websocket.dict -- ./my_parser
  honggfuzz -i seeds/client-frames -w seeds/websocket.dict -- ./my_parser ___FILE___")]
pub struct CorpusArguments {
    /// The directory to write to; it is made if it is not there.
    directory: PathBuf,
}

/// Writes the seeds and the dictionary.
///
/// # Errors
/// A file cannot be written.
pub fn run(arguments: &CorpusArguments) -> Result<Exit, Trouble> {
    let directory = &arguments.directory;
    let seeds = seeds();
    let mut lines = String::new();
    for kind in SeedKind::ALL {
        let folder = directory.join(kind.folder());
        fs::create_dir_all(&folder).map_err(|source| trouble(&folder, source))?;
        let of_kind: Vec<_> = seeds.iter().filter(|seed| seed.kind == kind).collect();
        for seed in &of_kind {
            write(&folder.join(&seed.name), &seed.octets)?;
        }
        lines += &format!("{:>5}  {}\n", of_kind.len(), folder.display());
    }
    let dictionary = directory.join(DICTIONARY_NAME);
    write(&dictionary, DICTIONARY.as_bytes())?;
    print(&format!("{lines}    -  {}\n", dictionary.display()))?;
    Ok(Exit::Success)
}

fn write(path: &Path, octets: &[u8]) -> Result<(), Trouble> {
    fs::write(path, octets).map_err(|source| trouble(path, source))
}

fn trouble(path: &Path, source: io::Error) -> Trouble {
    Trouble::System { what: format!("cannot write {}", path.display()), source }
}
