//! The formats that a report can be written in as one text.

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

    /// The report in this format. What the RFCs demand is only asked for where the format tells it.
    #[must_use]
    pub fn render(
        self,
        report: &Report,
        bar: &Bar,
        requirements: fn(&Report) -> Vec<RequirementRow>,
    ) -> String {
        match self {
            Self::Json => json::to_text(report),
            Self::Html => html::render(report, bar, &requirements(report)),
            Self::Junit => junit::render(report, bar),
            Self::Markdown => markdown::render(report, bar),
            Self::Github => github::render(report, bar),
            Self::Tap => tap::render(report, bar),
            Self::Autobahn => {
                let names = autobahn::AgentNames::of(&report.agents);
                autobahn::to_text(&autobahn::index(report, &names))
            }
        }
    }
}
