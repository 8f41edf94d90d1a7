//! What a campaign leaves on disk: findings and the corpus, written as they come, so that nothing
//! is lost whatever ends it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    case::{Case, CaseId, write},
    cli::Trouble,
    fuzz::campaign::{Campaign, Finding, settle},
};

/// Writes findings and corpus.
#[derive(Debug)]
pub struct Keeper {
    findings: PathBuf,
    corpus: Option<PathBuf>,
    /// The command that began the campaign.
    command: String,
    written: usize,
    kept: BTreeSet<usize>,
}

impl Keeper {
    /// For the campaign that this command began.
    pub const fn new(findings: PathBuf, corpus: Option<PathBuf>, command: String) -> Self {
        Self { findings, corpus, command, written: 0, kept: BTreeSet::new() }
    }

    /// Writes what is new.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn keep(&mut self, campaign: &Campaign) -> Result<(), Trouble> {
        if campaign.statistics().findings > self.written {
            let findings = campaign.findings();
            for finding in &findings[self.written..] {
                let path = self.path_of(finding);
                write_file(&path, &finding.file(&self.command))?;
            }
            self.written = findings.len();
        }
        if let Some(corpus) = &self.corpus {
            let guide = &campaign.plan().guide;
            for case in campaign.corpus() {
                // Each is kept in memory for as long as the campaign lasts.
                if self.kept.insert(Arc::as_ptr(case) as usize) {
                    let id = id_of(case);
                    if let Some(settled) = settle(case, id.clone(), guide) {
                        let path = corpus.join(format!("{id}.toml"));
                        write_file(&path, &write(&settled, "Corpus of a fuzzer"))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Where a finding is written.
    pub fn path_of(&self, finding: &Finding) -> PathBuf {
        // One without a case is no case file.
        let extension = if finding.case.is_some() { "toml" } else { "txt" };
        self.findings.join(format!("{}.{extension}", finding.group.name()))
    }
}

/// The id of a case in a corpus: what it does, in a few digits.
fn id_of(case: &Case) -> CaseId {
    let script = format!("{:?}{:?}{:?}", case.handshake, case.deflate, case.steps);
    format!("corpus.{:016x}", xxh3_64(script.as_bytes()))
        .parse()
        .expect("a word and digits are an id")
}

/// Writes a file, and the folders that it is in.
///
/// # Errors
/// It cannot be written.
pub fn write_file(path: &Path, text: &str) -> Result<(), Trouble> {
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
    written.map_err(|source| Trouble::System {
        what: format!("cannot write `{}`", path.display()),
        source,
    })
}
