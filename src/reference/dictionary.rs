//! The words of the protocol, which chance seldom finds.

/// A dictionary in the format that libFuzzer, AFL++ and honggfuzz share.
pub const DICTIONARY: &str = include_str!("websocket.dict");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_a_token_of_its_own() {
        let mut names = BTreeSet::new();
        for line in DICTIONARY.lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, token) = line.split_once('=').expect(line);
            assert!(names.insert(name), "{name} stands there twice");
            let token = token.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            let mut rest = token.expect(line);
            // What the three engines read: octets as they are, and \xHH.
            while let Some((_, escape)) = rest.split_once('\\') {
                let digits = escape.strip_prefix('x').and_then(|it| it.get(..2));
                u8::from_str_radix(digits.expect(line), 16).expect(line);
                rest = &escape[3..];
            }
            assert!(!rest.contains('"'), "{line}");
        }
    }
}
