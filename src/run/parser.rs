//! A parser under test as a process: octets in by standard input, a line out for each.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{ChildStdin, ChildStdout},
    time::timeout,
};

use super::{Child, ChildError, ChildExit};
use crate::protocol::Role;

/// The longest answer, in octets.
const ANSWER_MAX: u64 = 16 * 1024 * 1024;

/// How long a process that has closed its output may take to end.
const END_PATIENCE: Duration = Duration::from_secs(1);

/// A running parser.
#[derive(Debug)]
pub struct ParserProcess {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Why a parser gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ParserError {
    /// It ended instead.
    #[error("the parser ended instead of answering ({0})")]
    Ended(ChildExit),
    /// It closed its standard input or output, and lives.
    #[error("the parser closed its standard input or output instead of answering")]
    Closed,
    /// It said nothing for so long.
    #[error("the parser did not answer within {} ms", .0.as_millis())]
    Silent(Duration),
    /// Its answer has no end.
    #[error("the parser's answer is longer than {ANSWER_MAX} octets")]
    TooLong,
    /// Its answer is not UTF-8.
    #[error("the parser's answer is not UTF-8")]
    NotUtf8,
}

impl ParserProcess {
    /// Starts the command. In its environment, `WSPEC_SENDER` says whose octets will come, and
    /// `WSPEC_DEFLATE` is `1` if permessage-deflate is to be taken for agreed, `0` if not.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(command: &[String], sender: Role, deflate: bool) -> Result<Self, ChildError> {
        let sender = match sender {
            Role::Client => "client",
            Role::Server => "server",
        };
        let deflate = if deflate { "1" } else { "0" };
        let variables = [("WSPEC_SENDER", sender), ("WSPEC_DEFLATE", deflate)];
        let (child, input, output) = Child::start_piped(command, &variables)?;
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    /// Gives it octets, of a connection of their own, and takes its answer, without the end of the
    /// line, for which it has so long. After an error the process is of no more use.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn ask(&mut self, octets: &[u8], patience: Duration) -> Result<String, ParserError> {
        let length = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        let octets = &octets[..length as usize];
        let message = [&length.to_be_bytes()[..], octets].concat();
        let Self { input, output, .. } = self;
        let mut line = Vec::new();
        let mut bounded = output.take(ANSWER_MAX);
        // It may answer before it has read all.
        let exchange = async {
            tokio::try_join!(input.write_all(&message), bounded.read_until(b'\n', &mut line))
        };
        match timeout(patience, exchange).await {
            Err(_) => return Err(ParserError::Silent(patience)),
            Ok(Err(_)) => return Err(self.end().await),
            Ok(Ok(_)) => {}
        }
        if line.pop() != Some(b'\n') {
            return Err(if line.len() as u64 + 1 >= ANSWER_MAX {
                ParserError::TooLong
            } else {
                self.end().await
            });
        }
        String::from_utf8(line).map_err(|_| ParserError::NotUtf8)
    }

    async fn end(&mut self) -> ParserError {
        match timeout(END_PATIENCE, self.child.ended()).await {
            Ok(exit) => ParserError::Ended(exit),
            Err(_) => ParserError::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answer(script: &str, octets: &[u8]) -> Result<String, ParserError> {
        let command = ["sh", "-c", script].map(str::to_owned);
        let mut parser = ParserProcess::start(&command, Role::Client, true).expect("a shell");
        parser.ask(octets, Duration::from_secs(10)).await
    }

    #[tokio::test]
    async fn it_gets_octets_with_their_length() {
        let script = "echo $(head -c 6 | od -An -tx1) $WSPEC_SENDER $WSPEC_DEFLATE; cat";
        let said = answer(script, b"\x81\x00").await.unwrap();
        assert_eq!(said, "00 00 00 02 81 00 client 1");
    }

    #[tokio::test]
    async fn one_that_ends_is_said_so() {
        let error = answer("head -c 4; exit 7", b"").await.unwrap_err();
        assert!(error.to_string().contains("exit status: 7"), "{error}");
    }

    #[tokio::test]
    async fn one_that_says_nothing_is_said_so() {
        let command = ["cat".to_owned(), "/dev/null".to_owned(), "-".to_owned()];
        let patience = Duration::from_millis(50);
        let mut parser = ParserProcess::start(&command, Role::Server, false).unwrap();
        // A length without a line's end comes back.
        let error = parser.ask(b"", patience).await.unwrap_err();
        assert!(matches!(error, ParserError::Silent(_)), "{error}");
    }
}
