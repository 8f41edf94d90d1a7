//! The formats that a report can be written in as one text.

use std::io::{self, Write};

use super::{
    Bar, Report, autobahn, github,
    html::{self, RequirementRow},
    json, junit, markdown, tap,
};

/// A format for somebody else's programs or pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// All of it, as `report.json` has it.
    Json,
    /// A page for people, in one file.
    Html,
    /// JUnit's XML, which most CI servers show.
    Junit,
    /// Markdown, for summaries and comments.
    Markdown,
    /// Annotations, as GitHub Actions reads them off a job's output.
    Github,
    /// The Test Anything Protocol, version 14.
    Tap,
    /// Autobahn's `index.json`.
    Autobahn,
}

impl Format {
    /// What its file is called in a folder of reports.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Json => "report.json",
            Self::Html => "report.html",
            Self::Junit => "junit.xml",
            Self::Markdown => "report.md",
            Self::Github => "annotations.txt",
            Self::Tap => "report.tap",
            Self::Autobahn => "index.json",
        }
    }

    /// Writes the report in this format. What the RFCs demand is only asked for where the format
    /// tells it.
    ///
    /// # Errors
    /// What `out` says; a whole result that cannot be read.
    pub fn write(
        self,
        out: &mut dyn Write,
        report: &Report,
        bar: &Bar,
        requirements: fn(&Report) -> Vec<RequirementRow>,
    ) -> io::Result<()> {
        let text = match self {
            Self::Json => return json::write_to(out, report),
            Self::Html => return html::write_to(out, report, bar, &requirements(report)),
            Self::Junit => junit::render(report, bar),
            Self::Markdown => markdown::render(report, bar),
            Self::Github => github::render(report, bar),
            Self::Tap => tap::render(report, bar),
            Self::Autobahn => {
                let names = autobahn::AgentNames::of(&report.agents);
                autobahn::to_text(&autobahn::index(report, &names))
            }
        };
        out.write_all(text.as_bytes())
    }

    /// The same as a text.
    ///
    /// # Errors
    /// A whole result that cannot be read.
    pub fn render(
        self,
        report: &Report,
        bar: &Bar,
        requirements: fn(&Report) -> Vec<RequirementRow>,
    ) -> io::Result<String> {
        let mut text = Vec::new();
        self.write(&mut text, report, bar, requirements)?;
        String::from_utf8(text).map_err(io::Error::other)
    }
}
