//! Our reading of case files: cases or mistakes, each with a place in the file, and never more
//! work than a file of this size is worth.

use wspec::case::{SourceFile, explain, known_requirements, read_cases};

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 64 * 1024;

/// Reads the octets as a case file.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    let file = SourceFile { name: "fuzz.toml", text };
    match read_cases(&[file], known_requirements()) {
        Ok(set) => {
            for case in &set.cases {
                assert!(!explain(case).is_empty());
                assert_eq!(set.get(&case.id), Some(case));
            }
        }
        Err(errors) => assert!(errors.to_string().contains("fuzz.toml")),
    }
}
