//! What somebody may have meant.

/// At most this many suggestions.
const SUGGESTIONS: usize = 3;

/// Octets beyond which a word is no slip of the keyboard, and candidates beyond which nobody looks:
/// comparing takes the product of the lengths.
const WORD_MAX: usize = 64;
const CANDIDATES_MAX: usize = 1_000;

/// The candidates most like `word`; none if nothing is like it.
pub fn near_misses<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    if word.len() > WORD_MAX {
        return Vec::new();
    }
    let allowed = (word.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .take(CANDIDATES_MAX)
        .filter(|candidate| candidate.len() <= 2 * WORD_MAX)
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort();
    near.dedup();
    let nearest = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance == nearest);
    near.into_iter().take(SUGGESTIONS).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// `, did you mean ...?` or nothing.
pub fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = near.iter().map(|word| format!("`{word}`")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_near_and_nothing_else() {
        let keys = ["fin", "ping", "pong", "text"];
        assert_eq!(near_misses("fine", keys), ["fin"]);
        assert_eq!(near_misses("tetx", keys), ["text"]);
        assert!(near_misses("compression", keys).is_empty());
        assert_eq!(did_you_mean(&near_misses("pung", keys)), "; did you mean `ping` or `pong`?");
    }
}
