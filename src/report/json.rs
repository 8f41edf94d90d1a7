//! `report.json` and its JSON Schema.

use std::{
    io::{self, BufReader, Read as _, Write},
    path::{Path, PathBuf},
};

use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::{
    Report,
    file::{WriteError, write_whole},
};
use crate::input::{self, InputError};

/// The largest `report.json` that is read, in octets.
const OCTETS_MAX: u64 = 512 << 20;

/// Writes the report as JSON, without line breaks; the file appears whole or not at all.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(path: &Path, report: &Report) -> Result<(), WriteError> {
    write_whole(path, |out| write_to(out, report))
}

/// Writes the report as JSON, without line breaks but for the last, a whole result at a time.
///
/// # Errors
/// What `out` says; a whole result that cannot be read.
pub fn write_to(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    out.write_all(open_list(&report.head())?.as_bytes())?;
    for (position, agent) in report.agents.iter().enumerate() {
        separate(out, position)?;
        out.write_all(open_list(&agent.head())?.as_bytes())?;
        for (position, case) in agent.cases.iter().enumerate() {
            separate(out, position)?;
            serde_json::to_writer(&mut *out, &*report.whole(case)?)?;
        }
        out.write_all(END_OF_LIST.as_bytes())?;
    }
    out.write_all(END_OF_LIST.as_bytes())?;
    out.write_all(b"\n")
}

/// How the JSON of a report and of an agent ends: with its last field, a list.
const END_OF_LIST: &str = "]}";

/// Something whose last field is an empty list as JSON, as far as the list's items.
fn open_list(head: &impl Serialize) -> serde_json::Result<String> {
    let mut text = serde_json::to_string(head)?;
    text.truncate(text.len() - END_OF_LIST.len());
    Ok(text)
}

fn separate(out: &mut dyn Write, position: usize) -> io::Result<()> {
    if position > 0 { out.write_all(b",") } else { Ok(()) }
}

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file, or the system refuses it.
    #[error("the report: {0}; a run with --report DIR writes one into DIR")]
    Unreadable(InputError),
    /// It is something else.
    #[error("`{}` is no report of wspec: {source}; give the report.json that --report wrote", path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Reads a `report.json`, or the one in a folder of reports.
///
/// # Errors
/// A file that cannot be read, or is no report.
pub fn read(path: &Path) -> Result<Report, ReadError> {
    let path = if path.is_dir() { path.join("report.json") } else { path.to_owned() };
    let file = input::open(&path, OCTETS_MAX).map_err(ReadError::Unreadable)?;
    // It may grow while it is read.
    serde_json::from_reader(BufReader::new(file.take(OCTETS_MAX)))
        .map_err(|source| ReadError::NoReport { path, source })
}

/// The JSON Schema (draft 2020-12) of `report.json`, as `schemas/report.json` has it.
///
/// It allows fields that it does not know, as every reader should: fields are only ever added.
#[must_use]
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Report>();
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{example, file::tests::Folder};

    #[test]
    fn schema_is_the_one_checked_in() {
        let checked_in = include_str!("../../schemas/report.json");
        assert!(
            checked_in == schema(),
            "schemas/report.json is not the schema of report.json any more; refresh it with\n    \
             cargo run -- report schema > schemas/report.json"
        );
    }

    #[test]
    fn what_is_written_can_be_read() {
        let folder = Folder::new("report-json");
        let path = folder.0.join("report.json");
        let report = example::report(vec![
            example::passed(),
            example::wrong_echo(),
            example::rule_broken(),
            example::never_connected(),
            example::hostile(),
            example::round_trips(),
            example::everything(),
        ]);
        write(&path, &report).unwrap();
        assert_eq!(read(&path).unwrap(), report);
        assert_eq!(read(&folder.0).unwrap(), report);
        assert_eq!(folder.names(), ["report.json"]);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let folder = Folder::new("no-report");
        let path = folder.0.join("other.json");
        std::fs::write(&path, "{}").unwrap();
        assert!(matches!(read(&path), Err(ReadError::NoReport { .. })));
        assert!(matches!(read(&folder.0), Err(ReadError::Unreadable(_))));
    }

    #[test]
    fn a_passed_case_as_json() {
        let report = example::report(vec![example::passed()]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
    }
}
