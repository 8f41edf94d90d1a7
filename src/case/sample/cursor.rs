//! Reading a sample message by message, around its end.

use super::{Sample, SampleData};

/// A place in a sample.
#[derive(Clone, Debug)]
pub struct SampleCursor {
    sample: Sample,
    data: &'static SampleData,
    /// The number of the next unit.
    position: usize,
}

impl SampleCursor {
    /// The beginning of the sample.
    #[must_use]
    pub fn new(sample: Sample) -> Self {
        Self { sample, data: sample.data(), position: 0 }
    }

    /// The next `units` units, at most the whole sample once: what is left before its end, and,
    /// if that is not enough, the rest from its beginning.
    pub fn next(&mut self, units: usize) -> (&'static [u8], &'static [u8]) {
        let whole = self.sample.units();
        let from = self.position;
        let to = from + units.min(whole);
        if to < whole {
            self.position = to;
            (self.data.slice(from, to), &[])
        } else {
            self.position = to - whole;
            (self.data.slice(from, whole), self.data.slice(0, self.position))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn messages_go_around_the_end_and_never_split_a_code_point(
            sizes in prop::collection::vec(0_usize..=263_620, 1..12),
        ) {
            for sample in [Sample::Html, Sample::Json] {
                let characters: Vec<char> =
                    std::str::from_utf8(sample.octets()).unwrap().chars().collect();
                let mut naive = characters.iter().cycle();
                let mut cursor = SampleCursor::new(sample);
                for &size in &sizes {
                    let size = size.min(sample.units());
                    let (first, second) = cursor.next(size);
                    let message = [first, second].concat();
                    let expected: String = naive.by_ref().take(size).collect();
                    prop_assert!(message == expected.as_bytes(), "{} differs at {}", sample, size);
                }
            }
        }
    }

    #[test]
    fn the_whole_sample_can_be_one_message() {
        let mut cursor = SampleCursor::new(Sample::Bitmap);
        assert_eq!(cursor.next(263_222), (Sample::Bitmap.octets(), &[][..]));
        cursor.next(3);
        let (first, second) = cursor.next(263_222);
        assert_eq!((first.len(), second.len()), (263_219, 3));
    }
}
