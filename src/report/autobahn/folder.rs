//! Writes Autobahn's files into a folder.

use std::path::Path;

use super::{AgentNames, Detail, index, to_text};
use crate::report::{
    Report,
    file::{WriteError, write_whole},
};

/// Writes a file a case and agent, then `index.json`, so that the index never names a file that is
/// not there. Files of earlier runs stay, as Autobahn leaves them.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(folder: &Path, report: &Report) -> Result<(), WriteError> {
    let names = AgentNames::of(&report.agents);
    for (position, agent) in report.agents.iter().enumerate() {
        for (number, case) in (1..).zip(&agent.cases) {
            let detail = Detail::of(names.agent(position), number, case);
            put(
                &folder.join(names.file(position, &case.id)),
                &to_text(&detail),
            )?;
        }
    }
    put(&folder.join("index.json"), &to_text(&index(report, &names)))
}

fn put(path: &Path, text: &str) -> Result<(), WriteError> {
    write_whole(path, |out| out.write_all(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{example, file::tests::Folder};

    #[test]
    fn every_file_that_the_index_names_is_there() {
        let folder = Folder::new("autobahn-folder");
        let mut report = example::report(vec![example::passed(), example::hostile()]);
        let mut twin = report.agents[0].clone();
        twin.agent = "../echo/server/1.0".to_owned();
        report.agents.push(twin);
        write(&folder.0, &report).unwrap();
        assert_eq!(
            folder.names(),
            [
                "echo_server_1_0_2_case_1_1_2.json",
                "echo_server_1_0_2_case_1_1_6.json",
                "echo_server_1_0_case_1_1_2.json",
                "echo_server_1_0_case_1_1_6.json",
                "index.json",
            ]
        );
        let text = std::fs::read_to_string(folder.0.join("index.json")).unwrap();
        let index: serde_json::Value = serde_json::from_str(&text).unwrap();
        let file = &index["../echo/server/1.0"]["1.1.6"]["reportfile"];
        assert_eq!(file, "echo_server_1_0_2_case_1_1_6.json");
    }
}
