//! Colours, and whether there are any.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use crate::judge::Verdict;

/// When to print in colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// The palette for an output. `no_color`: the environment variable `NO_COLOR` is set and not
    /// empty.
    #[must_use]
    pub const fn palette(self, is_terminal: bool, no_color: bool) -> Palette {
        match self {
            Self::Always => Palette::COLORED,
            Self::Auto if is_terminal && !no_color => Palette::COLORED,
            Self::Auto | Self::Never => Palette::PLAIN,
        }
    }
}

/// The styles of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    good: Style,
    doubtful: Style,
    bad: Style,
    quiet: Style,
    heading: Style,
}

impl Palette {
    /// Text and nothing else.
    pub const PLAIN: Self = Self {
        good: Style::new(),
        doubtful: Style::new(),
        bad: Style::new(),
        quiet: Style::new(),
        heading: Style::new(),
    };

    /// In the terminal's own colours.
    pub const COLORED: Self = Self {
        good: AnsiColor::Green.on_default(),
        doubtful: AnsiColor::Yellow.on_default(),
        bad: AnsiColor::Red.on_default().bold(),
        quiet: Style::new().dimmed(),
        heading: Style::new().bold(),
    };

    /// Text that matters less.
    #[must_use]
    pub fn quiet(&self, text: impl Display) -> String {
        paint(self.quiet, text)
    }

    /// A heading.
    #[must_use]
    pub fn heading(&self, text: impl Display) -> String {
        paint(self.heading, text)
    }

    /// Text about something that got this verdict.
    #[must_use]
    pub fn verdict(&self, verdict: Verdict, text: impl Display) -> String {
        let style = match verdict {
            Verdict::Pass => self.good,
            Verdict::Informational | Verdict::Unimplemented => self.quiet,
            Verdict::NonStrict | Verdict::Flaky => self.doubtful,
            Verdict::Fail | Verdict::Error => self.bad,
        };
        paint(style, text)
    }
}

fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_for_terminals_without_no_color() {
        assert_eq!(ColorChoice::Auto.palette(true, false), Palette::COLORED);
        assert_eq!(ColorChoice::Auto.palette(true, true), Palette::PLAIN);
        assert_eq!(ColorChoice::Auto.palette(false, false), Palette::PLAIN);
        assert_eq!(ColorChoice::Always.palette(false, true), Palette::COLORED);
        assert_eq!(ColorChoice::Never.palette(true, false), Palette::PLAIN);
    }

    #[test]
    fn plain_has_no_escapes() {
        assert_eq!(Palette::PLAIN.verdict(Verdict::Fail, "x"), "x");
        assert_eq!(Palette::COLORED.verdict(Verdict::Pass, "x"), "\u{1b}[32mx\u{1b}[0m");
    }
}
