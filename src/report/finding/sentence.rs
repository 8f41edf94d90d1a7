//! What the sentences of several verdicts have in common.
//!
//! Two sentences have the same shape when they differ only in payloads, counts and times: those
//! belong to the case, the rest says what is wrong with the testee.

/// A part of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// Words that a sentence of another shape would not have.
    Fixed(&'a str),
    /// A payload in quotation marks, or how long it is.
    Payload(&'a str),
    /// A count or a time, without its unit.
    Number(&'a str),
}

/// Units whose numbers depend on the case or on the moment. Close codes and RSV bits have none.
const UNITS: [&str; 4] = [" s ", " ms ", " echoes", " right echoes"];

/// The sentence with `…` for payloads, counts and times.
#[must_use]
pub fn shape(sentence: &str) -> String {
    pieces(sentence)
        .into_iter()
        .map(|piece| match piece {
            Piece::Fixed(text) => text,
            Piece::Payload(_) | Piece::Number(_) => "…",
        })
        .collect()
}

/// What all these sentences of one shape say, with `…` where they differ.
#[must_use]
pub fn common<'a>(mut sentences: impl Iterator<Item = &'a str>) -> String {
    let mut pieces_in_common: Vec<(Piece<'a>, bool)> = match sentences.next() {
        Some(first) => pieces(first).into_iter().map(|piece| (piece, true)).collect(),
        None => return String::new(),
    };
    for sentence in sentences {
        for ((first, same), other) in pieces_in_common.iter_mut().zip(pieces(sentence)) {
            *same &= *first == other;
        }
    }
    pieces_in_common
        .into_iter()
        .map(|(piece, same)| match piece {
            Piece::Fixed(text) | Piece::Payload(text) | Piece::Number(text) if same => text,
            _ => "…",
        })
        .collect()
}

fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut fixed, mut at) = (0, 0);
    while let Some(next) = sentence[at..].chars().next() {
        match variable(&sentence[at..], starts_a_word(sentence, at)) {
            None => at += next.len_utf8(),
            Some(piece) => {
                let (Piece::Fixed(text) | Piece::Payload(text) | Piece::Number(text)) = piece;
                pieces.push(Piece::Fixed(&sentence[fixed..at]));
                pieces.push(piece);
                at += text.len();
                fixed = at;
            }
        }
    }
    pieces.push(Piece::Fixed(&sentence[fixed..]));
    pieces
}

fn starts_a_word(sentence: &str, at: usize) -> bool {
    !sentence[..at].ends_with(|before: char| before.is_alphanumeric() || before == '.')
}

/// What at the beginning of `text` depends on the case.
fn variable(text: &str, starts_a_word: bool) -> Option<Piece<'_>> {
    if text.starts_with('"') {
        return quoted_length(text).map(|length| Piece::Payload(&text[..length]));
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    if digits == 0 || !starts_a_word {
        return None;
    }
    let (number, unit) = text.split_at(digits);
    let octets = [" octets", " octet"].into_iter().find(|octets| unit.starts_with(octets));
    match octets {
        Some(octets) => Some(Piece::Payload(&text[..digits + octets.len()])),
        None => UNITS.iter().any(|name| unit.starts_with(name)).then_some(Piece::Number(number)),
    }
}

/// Octets of the quotation that `text` begins with, if it has an end.
fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (position, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(position + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_counts_and_times_are_no_part_of_the_shape() {
        let shape = |sentence| super::shape(sentence);
        assert_eq!(
            shape(r#"saw a text message of "a \"quoted\" one", and it closed with 1000"#),
            "saw a text message of …, and it closed with 1000"
        );
        assert_eq!(
            shape("saw a Pong of 1 octet; it left TCP open for 1.0 s after it"),
            "saw a Pong of …; it left TCP open for … s after it"
        );
        assert_eq!(shape("saw 999 right echoes"), "saw … right echoes");
    }

    #[test]
    fn close_codes_and_bits_are() {
        for sentence in ["closed with 1000 or 1002", "reserved bits (RSV 010)", "an \"open end"] {
            assert_eq!(shape(sentence), sentence);
        }
    }

    #[test]
    fn what_differs_is_left_out() {
        let sentences = [
            r#"saw "x", and left TCP open for 1.0 s after"#,
            r#"saw "x", and left TCP open for 1.1 s after"#,
        ];
        assert_eq!(common(sentences.into_iter()), r#"saw "x", and left TCP open for … s after"#);
        assert_eq!(common([].into_iter()), "");
    }
}
