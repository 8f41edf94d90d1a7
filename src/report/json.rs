//! `report.json` and its JSON Schema.

use std::path::Path;

use schemars::generate::SchemaSettings;

use super::{
    Report,
    file::{WriteError, write_whole},
};

/// Writes the report as JSON, without line breaks; the file appears whole or not at all.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(path: &Path, report: &Report) -> Result<(), WriteError> {
    write_whole(path, |out| {
        serde_json::to_writer(&mut *out, report)?;
        out.write_all(b"\n")
    })
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
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
        assert_eq!(folder.names(), ["report.json"]);
    }

    #[test]
    fn a_passed_case_as_json() {
        let report = example::report(vec![example::passed()]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
    }
}
