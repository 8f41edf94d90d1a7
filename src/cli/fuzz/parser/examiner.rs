//! Asks the parser about an input and compares what it says; starts it again where it ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::runtime::Runtime;

use crate::{
    cli::{Trouble, interrupt::asked_to_end, runtime::runtime},
    protocol::{Opcode, Role, deflate::DeflateParameters},
    reference::{Answer, Frame, Reading},
    run::{ParserError, ParserProcess},
};

/// How long the first answer of a process may take: an interpreter has to start.
const START_PATIENCE: Duration = Duration::from_secs(10);

/// How often a parser is asked to make an input short.
const TRIES: usize = 2000;

/// The same, where it has to be started again for each answer.
const TRIES_WITH_STARTS: usize = 50;

/// The same, where each takes all the time that it may.
const TRIES_IN_SILENCE: usize = 4;

/// Owns the parser's process.
pub struct Examiner {
    command: Vec<String>,
    sender: Role,
    deflate: bool,
    patience: Duration,
    runtime: Runtime,
    process: Option<ParserProcess>,
    interrupted: Arc<AtomicBool>,
}

/// What came of an input.
pub struct Examined {
    /// What the parser said, if anything.
    pub said: Option<String>,
    /// What is wrong with that.
    pub trouble: Option<Wrong>,
}

/// What is wrong with a parser.
pub struct Wrong {
    /// What those of one cause have in common; good for a file's name.
    pub kind: String,
    /// What it does.
    pub sentence: String,
    /// How many tries a shorter input is worth.
    pub tries: usize,
}

impl Examiner {
    /// Starts the parser and makes sure that it answers at all.
    ///
    /// # Errors
    /// It does not.
    pub fn new(
        command: &[String],
        sender: Role,
        deflate: bool,
        patience: Duration,
    ) -> Result<Self, Trouble> {
        let runtime = runtime()?;
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        let asked_to_end = asked_to_end();
        runtime.spawn(async move {
            // Without handlers signals do what they always do.
            if asked_to_end.await.is_ok() {
                flag.store(true, Ordering::Relaxed);
            }
        });
        let mut examiner = Self {
            command: command.to_vec(),
            sender,
            deflate,
            patience,
            runtime,
            process: None,
            interrupted,
        };
        let mut right = Vec::new();
        let ping = Frame::new(Opcode::PING, Vec::new());
        match sender {
            Role::Client => ping.masked([1, 2, 3, 4]).encode(&mut right),
            Role::Server => ping.encode(&mut right),
        }
        if let Err(error) = examiner.ask(&right)? {
            return Err(Trouble::Input(format!(
                "{error}: it was asked about one right Ping; `wspec fuzz parser --help` says how \
                 to answer"
            )));
        }
        Ok(examiner)
    }

    /// Whether somebody asked us to end.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// The reference's reading.
    pub fn read(&self, octets: &[u8]) -> Reading {
        let deflate = self.deflate.then(DeflateParameters::default);
        Reading::of(self.sender, deflate, octets)
    }

    /// Asks about an input.
    ///
    /// # Errors
    /// The parser cannot be started any more.
    pub fn examine(&mut self, octets: &[u8]) -> Result<Examined, Trouble> {
        let mut answer = self.ask(octets)?;
        if matches!(answer, Err(ParserError::Silent(_))) {
            // The machine may have been busy; a new process has more time.
            answer = self.ask(octets)?;
        }
        let said = match answer {
            Ok(said) => said,
            Err(error) => {
                return Ok(Examined { said: None, trouble: Some(no_answer(&error)) });
            }
        };
        let trouble = match Answer::from_json(&said) {
            Err(error) => Some(Wrong {
                kind: "no-answer".to_owned(),
                sentence: format!("{error}, in {said:?}"),
                tries: TRIES,
            }),
            Ok(answer) => self.read(octets).compare(&answer).err().map(|it| Wrong {
                kind: it.kind.to_string(),
                sentence: it.sentence,
                tries: TRIES,
            }),
        };
        Ok(Examined { said: Some(said), trouble })
    }

    fn ask(&mut self, octets: &[u8]) -> Result<Result<String, ParserError>, Trouble> {
        let Self { command, sender, deflate, patience, process, .. } = self;
        let answer = self.runtime.block_on(async {
            let (process, patience) = match process {
                Some(process) => (process, *patience),
                None => {
                    let started = ParserProcess::start(command, *sender, *deflate)?;
                    (process.insert(started), START_PATIENCE.max(*patience))
                }
            };
            Ok::<_, Trouble>(process.ask(octets, patience).await)
        })?;
        if answer.is_err() {
            self.process = None;
        }
        Ok(answer)
    }
}

fn no_answer(error: &ParserError) -> Wrong {
    let (kind, tries) = match error {
        ParserError::Ended(_) => ("ended", TRIES_WITH_STARTS),
        ParserError::Closed => ("closed", TRIES_WITH_STARTS),
        ParserError::Silent(_) => ("silent", TRIES_IN_SILENCE),
        ParserError::TooLong | ParserError::NotUtf8 => ("no-answer", TRIES_WITH_STARTS),
    };
    Wrong { kind: kind.to_owned(), sentence: error.to_string(), tries }
}
