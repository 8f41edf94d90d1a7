//! Writes Autobahn's files into a folder.

use std::path::Path;

use askama::Template;

use super::{AgentNames, Detail, DetailPage, IndexPage, Suite, index, to_text};
use crate::report::{
    AgentReport, Report,
    escape::printable,
    file::{WriteError, write_whole},
};

/// Writes a file and a page a case and agent, then `index.json` and `index.html`, so that an index
/// never names a file that is not there. Files of earlier runs stay, as Autobahn leaves them.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(folder: &Path, report: &Report, suite: &Suite) -> Result<(), WriteError> {
    let names = AgentNames::of(&report.agents);
    for (position, agent) in report.agents.iter().enumerate() {
        write_agent(folder, report, suite, (&names, position, agent))?;
    }
    put(&folder.join("index.json"), &to_text(&index(report, &names)))?;
    put_page(&folder.join("index.html"), &IndexPage::of(report, &names, suite))
}

fn write_agent(
    folder: &Path,
    report: &Report,
    suite: &Suite,
    (names, position, agent): (&AgentNames, usize, &AgentReport),
) -> Result<(), WriteError> {
    let numbers = suite.numbers(report.role);
    let name = names.agent(position);
    for (place, case) in (1..).zip(&agent.cases) {
        let number = numbers.get(&case.id).copied().unwrap_or(place);
        let path = folder.join(names.file(position, &case.id));
        let case =
            report.whole(case).map_err(|source| WriteError { path: path.clone(), source })?;
        put(&path, &to_text(&Detail::of(name, number, &case, suite)))?;
        put_page(
            &folder.join(names.page(position, &case.id)),
            &DetailPage::of(&printable(&report.wspec_version), name, &case),
        )?;
    }
    Ok(())
}

fn put_page(path: &Path, page: &impl Template) -> Result<(), WriteError> {
    write_whole(path, |out| Template::write_into(page, out))
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
        write(&folder.0, &report, &Suite::embedded()).unwrap();
        assert_eq!(
            folder.names(),
            [
                "echo_server_1_0_2_case_1_1_2.html",
                "echo_server_1_0_2_case_1_1_2.json",
                "echo_server_1_0_2_case_1_1_6.html",
                "echo_server_1_0_2_case_1_1_6.json",
                "echo_server_1_0_case_1_1_2.html",
                "echo_server_1_0_case_1_1_2.json",
                "echo_server_1_0_case_1_1_6.html",
                "echo_server_1_0_case_1_1_6.json",
                "index.html",
                "index.json",
            ]
        );
        let text = std::fs::read_to_string(folder.0.join("index.json")).unwrap();
        let index: serde_json::Value = serde_json::from_str(&text).unwrap();
        let file = &index["../echo/server/1.0"]["1.1.6"]["reportfile"];
        assert_eq!(file, "echo_server_1_0_2_case_1_1_6.json");
    }
}
