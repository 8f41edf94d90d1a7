//! What cases measured that are about time, as plots: how fast messages came back, and how long
//! round trips took. Where to draw is decided here; the template draws.

use crate::{
    case::{Company, Section, embedded_cases},
    report::{AgentReport, CaseReport, Report, escape::printable},
    transcript::Happening,
};

/// The drawing's size, and where its axes are, in units of SVG.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 30.0;

/// More cases than these have no room for their labels.
const COLUMNS_MAX: usize = 10;

/// Units of SVG that a letter of a label takes.
const LETTER: f64 = 6.8;

/// A plot of the cases under one heading.
#[derive(Debug)]
pub struct Plot {
    /// The heading.
    pub title: String,
    /// What is measured, with its unit.
    pub measure: &'static str,
    /// What the cases differ in, and where each stands.
    pub columns: Vec<Column>,
    /// Lines across, with their values.
    pub ticks: Vec<Tick>,
    /// What each agent came to.
    pub series: Vec<Series>,
}

/// A case's place on the horizontal axis.
#[derive(Debug)]
pub struct Column {
    /// What sets it apart from the others.
    pub label: String,
    /// As much of that as there is room for.
    pub short: String,
    /// Its middle.
    pub x: f64,
}

/// A value's place on the vertical axis.
#[derive(Debug)]
pub struct Tick {
    /// The value.
    pub label: String,
    /// Its height.
    pub y: f64,
}

/// What one agent came to.
#[derive(Debug)]
pub struct Series {
    /// Its place in the report, from 0.
    pub position: usize,
    /// What it is called.
    pub name: String,
    /// Its marks, one a case in which something was measured.
    pub marks: Vec<Mark>,
    /// A line through them, as SVG has its points.
    pub line: String,
    /// The figures, one a case.
    pub figures: Vec<String>,
}

/// What was measured in a case.
#[derive(Debug)]
pub struct Mark {
    /// Where it stands.
    pub x: f64,
    /// The height of the value; of the median, if there are quantiles.
    pub y: f64,
    /// The heights of the greatest value and the smallest, if there are quantiles.
    pub reach: Option<(f64, f64)>,
    /// The heights of the 95th percentile and the median, likewise.
    pub body: Option<(f64, f64)>,
    /// In words.
    pub words: String,
}

/// What a case measured.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Measured {
    /// Megabytes a second, one way.
    Throughput(f64),
    /// Microseconds of round trips: minimum, median, 95th percentile, maximum.
    RoundTrips([f64; 4]),
}

/// A plot for each heading whose cases measure time, and were played.
pub fn plots(report: &Report) -> Vec<Plot> {
    let sections = embedded_cases().chapters.iter().flat_map(|it| &it.sections);
    sections.filter_map(|section| plot(report, section)).collect()
}

fn plot(report: &Report, section: &Section) -> Option<Plot> {
    let prefix = format!("{}.", section.id);
    let cases = embedded_cases().cases.iter().filter(|case| {
        case.company == Company::Alone && case.id.as_str().starts_with(prefix.as_str())
    });
    let measures = |id: &str| {
        let mut agents = report.agents.iter();
        agents
            .any(|agent| reported(agent, id).is_some_and(|case| Measured::in_case(case).is_some()))
    };
    let cases: Vec<_> = cases.filter(|case| measures(case.id.as_str())).collect();
    if cases.len() > COLUMNS_MAX {
        return None;
    }
    let measured: Vec<Vec<Option<Measured>>> = report
        .agents
        .iter()
        .map(|agent| {
            let of = |id| reported(agent, id).and_then(Measured::in_case);
            cases.iter().map(|case| of(case.id.as_str())).collect()
        })
        .collect();
    let all = || measured.iter().flatten().flatten();
    let values: Vec<f64> = all().flat_map(|one| one.values()).collect();
    let scale = Scale::of(&values)?;
    let titles: Vec<&str> = cases.iter().map(|case| case.title.as_str()).collect();
    let step = (WIDTH - LEFT - RIGHT) / cases.len() as f64;
    let columns: Vec<Column> = differences(&titles)
        .into_iter()
        .zip(0..)
        .map(|(label, at)| {
            let label = label.replace(" octets", " B");
            Column {
                short: cut(&label, (step / LETTER) as usize),
                label,
                x: LEFT + step * (f64::from(at) + 0.5),
            }
        })
        .collect();
    let is_of_trips = all().any(|one| matches!(one, Measured::RoundTrips(_)));
    let series = report.agents.iter().zip(&measured).enumerate();
    let spread = step / (report.agents.len() as f64 + 1.0);
    Some(Plot {
        title: section.title.clone(),
        measure: if is_of_trips {
            "round trip, µs: median, up to the 95th percentile, and the range"
        } else {
            "throughput, MB/s"
        },
        series: series
            .map(|(position, (agent, measured))| {
                let aside = match is_of_trips {
                    true => spread * (position as f64 + 1.0) - step / 2.0,
                    false => 0.0,
                };
                Series::of(position, agent, measured, (&columns, &scale, aside))
            })
            .collect(),
        columns,
        ticks: scale.ticks(),
    })
}

fn reported<'a>(agent: &'a AgentReport, id: &str) -> Option<&'a CaseReport> {
    agent.cases.iter().find(|case| case.id.as_str() == id)
}

impl Measured {
    /// Nothing, unless all came back.
    fn in_case(case: &CaseReport) -> Option<Self> {
        let entries = &case.transcript.entries;
        let trips = entries.iter().find_map(|entry| match &entry.what {
            Happening::RoundTrips(trips) if trips.echoed > 0 => Some(trips.rtt_us),
            _ => None,
        });
        if let Some(quantiles) = trips {
            return Some(Self::RoundTrips(quantiles.map(|us| us.max(1) as f64)));
        }
        let begun = entries.iter().find(|entry| matches!(entry.what, Happening::Sent { .. }))?;
        let (ended, octets) = entries.iter().find_map(|entry| match &entry.what {
            Happening::Message { payload, .. } => Some((entry.at_us, payload.length)),
            _ => None,
        })?;
        // A frame is noted when its last octet is written, which may be as late as its echo; then
        // the time since the connection was begun is the better one.
        let took = match ended.saturating_sub(begun.at_us) {
            short if short < ended / 2 => ended,
            took => took,
        };
        // Where a message is the least of what was sent, its time is that of the rest.
        let is_most = octets >= case.transcript.traffic.octets_out / 2;
        (is_most && octets > 0 && took > 0).then(|| Self::Throughput(octets as f64 / took as f64))
    }

    fn values(&self) -> Vec<f64> {
        match self {
            Self::Throughput(value) => vec![*value],
            Self::RoundTrips(quantiles) => quantiles.to_vec(),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Throughput(value) => format!("{} MB/s", number(*value)),
            Self::RoundTrips([least, median, most_of, greatest]) => {
                format!("median {median} µs, 95% within {most_of} µs, {least} to {greatest} µs")
            }
        }
    }
}

impl Series {
    fn of(
        position: usize,
        agent: &AgentReport,
        measured: &[Option<Measured>],
        (columns, scale, aside): (&[Column], &Scale, f64),
    ) -> Self {
        let name = printable(&agent.agent);
        let pairs = columns.iter().zip(measured);
        let marks: Vec<Mark> = pairs
            .filter_map(|(column, measured)| {
                let measured = measured.as_ref()?;
                let words = format!("{name}, {}: {}", column.label, measured.words());
                let x = column.x + aside;
                Some(match measured {
                    Measured::Throughput(value) => {
                        Mark { x, y: scale.y(*value), reach: None, body: None, words }
                    }
                    Measured::RoundTrips([least, median, most_of, greatest]) => Mark {
                        x,
                        y: scale.y(*median),
                        reach: Some((scale.y(*greatest), scale.y(*least))),
                        body: Some((scale.y(*most_of), scale.y(*median))),
                        words,
                    },
                })
            })
            .collect();
        let is_line = marks.iter().all(|mark| mark.reach.is_none());
        let points = marks.iter().map(|mark| format!("{:.1},{:.1}", mark.x, mark.y));
        Self {
            position,
            line: match is_line {
                true => points.collect::<Vec<_>>().join(" "),
                false => String::new(),
            },
            name,
            figures: measured
                .iter()
                .map(|one| one.as_ref().map_or("–".to_owned(), Measured::words))
                .collect(),
            marks,
        }
    }
}

/// A logarithmic axis, whole decades or thirds of them.
#[derive(Debug)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// One that has room for all values; none for no values.
    fn of(values: &[f64]) -> Option<Self> {
        let least = values.iter().copied().reduce(f64::min)?;
        let greatest = values.iter().copied().reduce(f64::max)?;
        let low = step_below(least);
        let mut high = low;
        while high < greatest || high <= low {
            high = step_above(high);
        }
        Some(Self { low, high })
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value / self.low).ln() / (self.high / self.low).ln();
        HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
    }

    fn ticks(&self) -> Vec<Tick> {
        let steps = std::iter::successors(Some(self.low), |step| Some(step_above(*step)));
        let within: Vec<f64> = steps.take_while(|step| *step < self.high * 1.01).collect();
        // Of many, whole decades are enough.
        let enough = within.len() <= 7;
        within
            .into_iter()
            .filter(|value| enough || (value.log10() - value.log10().round()).abs() < 0.01)
            .map(|value| Tick { label: number(value), y: self.y(value) })
            .collect()
    }
}

/// The greatest of 1, 2, 5, 10, 20 and so on that is not above the value.
fn step_below(value: f64) -> f64 {
    let decade = 10_f64.powf(value.log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|step| step * decade);
    steps.into_iter().find(|step| *step <= value * 1.001).unwrap_or(decade)
}

/// The next of 1, 2, 5, 10, 20 and so on.
fn step_above(value: f64) -> f64 {
    let decade = 10_f64.powf((value * 1.001).log10().floor());
    let steps = [2.0, 5.0, 10.0].map(|step| step * decade);
    steps.into_iter().find(|step| *step > value * 1.001).unwrap_or(decade * 10.0)
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{value:.0}"),
        value if value >= 9.995 => format!("{value:.1}").replace(".0", ""),
        value => {
            let leading = (-value.max(1e-6).log10().floor()).max(0.0) as usize;
            format!("{value:.*}", leading + 2)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
        }
    }
}

/// The text, or as much of it as has so many letters with the sign that there is more.
fn cut(text: &str, letters: usize) -> String {
    match text.chars().count() > letters {
        true => text.chars().take(letters.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// What sets titles apart: the words between those that all begin and all end with.
fn differences(titles: &[&str]) -> Vec<String> {
    let words: Vec<Vec<&str>> = titles.iter().map(|title| title.split(' ').collect()).collect();
    let Some(shortest) = words.iter().map(Vec::len).min() else {
        return Vec::new();
    };
    let same = |n: &usize, at: fn(&[&'_ str], usize) -> String| {
        words.windows(2).all(|pair| at(&pair[0], *n) == at(&pair[1], *n))
    };
    let before = (0..shortest).take_while(|n| same(n, |words, n| words[n].to_owned())).count();
    let behind = (0..shortest - before)
        .take_while(|n| same(n, |words, n| words[words.len() - 1 - n].to_owned()))
        .count();
    words.iter().map(|words| words[before..words.len() - behind].join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn titles_are_cut_to_what_differs() {
        let titles = ["Text of 64 KiB in frames", "Text of 1 MiB in frames"];
        assert_eq!(differences(&titles), ["64 KiB", "1 MiB"]);
        assert_eq!(differences(&["a", "a b"]), ["", "b"]);
        assert_eq!(differences(&[]), [""; 0]);
    }

    #[test]
    fn axes_go_from_round_number_to_round_number() {
        let scale = Scale::of(&[0.37, 41.0]).unwrap();
        let labels: Vec<String> = scale.ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["1", "10"]);
        assert!(scale.y(41.0) < scale.y(0.37));
        assert!(Scale::of(&[]).is_none());
        let one = Scale::of(&[5.0]).unwrap();
        assert_eq!((one.low, one.high), (5.0, 10.0));
    }

    #[test]
    fn only_cases_that_measure_time_are_drawn() {
        assert!(
            plots(&example::report(vec![example::passed(), example::round_trips()])).is_empty()
        );
        let measuring = embedded_cases()
            .cases
            .iter()
            .find(|case| case.company == Company::Alone && case.title.starts_with("1000"))
            .unwrap();
        let mut case = example::round_trips();
        case.id = measuring.id.clone();
        let plots = plots(&example::report(vec![case]));
        let [plot] = &plots[..] else { panic!("{plots:#?}") };
        let [mark] = &plot.series[0].marks[..] else { panic!("{plot:#?}") };
        let (top, bottom) = mark.reach.unwrap();
        assert!(top < mark.y && mark.y < bottom, "{mark:?}");
        assert!(mark.words.contains("median 100 µs"), "{}", mark.words);
    }
}
