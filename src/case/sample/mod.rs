//! Sample files for compression cases, made up on the spot: of the same kinds and sizes as
//! Autobahn's, and about as compressible as real files of their kind.

mod cursor;
mod dice;
mod document;
mod picture;
mod text;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use cursor::SampleCursor;

/// A kind of data that people compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sample {
    /// JSON text.
    Json,
    /// An uncompressed picture.
    Bitmap,
    /// Prose.
    Prose,
    /// HTML with some characters outside ASCII.
    Html,
    /// A document whose streams are compressed already.
    Document,
}

impl Sample {
    /// The whole sample; it is made when it is first needed.
    #[must_use]
    pub fn octets(self) -> &'static [u8] {
        &self.data().octets
    }

    /// How many units it has: code points where it is sent as text, octets otherwise.
    #[must_use]
    pub fn units(self) -> usize {
        match self {
            Self::Json => text::JSON_OCTETS,
            Self::Bitmap => picture::OCTETS,
            Self::Prose => text::PROSE_OCTETS,
            Self::Html => text::HTML_CODE_POINTS,
            Self::Document => document::OCTETS,
        }
    }

    /// How many octets the first `units` units have, going on at the beginning after the end.
    pub(super) fn octets_of(self, units: u64) -> u64 {
        if self != Self::Html {
            return units;
        }
        let whole = self.units() as u64;
        let rest = self.data().offset((units % whole) as usize);
        (units / whole) * self.octets().len() as u64 + rest as u64
    }

    /// How many of the first units, going on at the beginning after the end, have so many octets;
    /// `None` if that ends within a unit.
    pub(super) fn units_in(self, octets: u64) -> Option<u64> {
        if self != Self::Html {
            return Some(octets);
        }
        let data = self.data();
        let whole = data.octets.len() as u64;
        let rest = (octets % whole) as u32;
        let unit = data.starts.binary_search(&rest).ok()?;
        Some((octets / whole) * self.units() as u64 + unit as u64)
    }

    fn data(self) -> &'static SampleData {
        static JSON: LazyLock<SampleData> = LazyLock::new(|| SampleData::of_octets(text::json()));
        static BITMAP: LazyLock<SampleData> =
            LazyLock::new(|| SampleData::of_octets(picture::bitmap()));
        static PROSE: LazyLock<SampleData> = LazyLock::new(|| SampleData::of_octets(text::prose()));
        static HTML: LazyLock<SampleData> = LazyLock::new(|| SampleData::of_text(&text::html()));
        static DOCUMENT: LazyLock<SampleData> =
            LazyLock::new(|| SampleData::of_octets(document::document()));
        match self {
            Self::Json => &JSON,
            Self::Bitmap => &BITMAP,
            Self::Prose => &PROSE,
            Self::Html => &HTML,
            Self::Document => &DOCUMENT,
        }
    }
}

impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Bitmap => "bitmap",
            Self::Prose => "prose",
            Self::Html => "html",
            Self::Document => "document",
        })
    }
}

/// A sample's octets, and where its units begin.
#[derive(Debug)]
struct SampleData {
    octets: Vec<u8>,
    /// Where each code point begins, and the end; empty where every unit is an octet.
    starts: Vec<u32>,
}

impl SampleData {
    const fn of_octets(octets: Vec<u8>) -> Self {
        Self { octets, starts: Vec::new() }
    }

    fn of_text(text: &str) -> Self {
        let starts = text.char_indices().map(|(start, _)| start as u32);
        let starts = starts.chain([text.len() as u32]).collect();
        Self { octets: text.as_bytes().to_vec(), starts }
    }

    /// Where the unit of this number begins.
    fn offset(&self, unit: usize) -> usize {
        self.starts.get(unit).map_or(unit, |start| *start as usize)
    }

    /// The units from one number to before another.
    fn slice(&self, from: usize, to: usize) -> &[u8] {
        &self.octets[self.offset(from)..self.offset(to)]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const ALL: [Sample; 5] =
        [Sample::Json, Sample::Bitmap, Sample::Prose, Sample::Html, Sample::Document];

    #[test]
    fn samples_have_the_sizes_of_autobahns() {
        let sizes = ALL.map(|sample| (sample.units(), sample.octets().len()));
        assert_eq!(
            sizes,
            [
                (194_056, 194_056),
                (263_222, 263_222),
                (222_218, 222_218),
                (263_620, 263_647),
                (1_042_328, 1_042_328),
            ]
        );
    }

    #[test]
    fn texts_are_what_they_say() {
        let json = Sample::Json.octets();
        assert!(json.is_ascii());
        serde_json::from_slice::<serde_json::Value>(json).unwrap();
        let html = std::str::from_utf8(Sample::Html.octets()).unwrap();
        assert_eq!(html.chars().count(), Sample::Html.units());
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
        assert!(Sample::Prose.octets().is_ascii());
    }

    #[test]
    fn samples_compress_as_real_data_does() {
        let ratio = |sample: Sample| {
            let mut encoder =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(sample.octets()).unwrap();
            sample.octets().len() as f64 / encoder.finish().unwrap().len() as f64
        };
        for (sample, expected) in
            ALL.into_iter().zip([6.0..10.0, 1.1..1.3, 2.2..2.8, 3.5..8.0, 1.05..1.15])
        {
            let found = ratio(sample);
            assert!(expected.contains(&found), "{sample} compresses {found:.2} to 1");
        }
    }

    #[test]
    fn lengths_in_code_points_become_lengths_in_octets() {
        assert_eq!(Sample::Html.octets_of(0), 0);
        assert_eq!(Sample::Html.octets_of(263_620), 263_647);
        assert_eq!(Sample::Html.octets_of(2 * 263_620 + 15), 2 * 263_647 + 15);
        assert_eq!(Sample::Json.octets_of(500_000), 500_000);
    }
}
