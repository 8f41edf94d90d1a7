//! Whether what was seen of random values can be chance.
//!
//! Each function bounds the probability from above, and says yes only below 2^-60: a harness that
//! plays a thousand cases a second does not see that by chance in thirty million years.

/// The base-2 logarithm of the probability below which chance is excluded.
const LIMIT: f64 = -60.0;

/// Of the 32 bits of `values` random values, so many are the same in all of them.
pub(super) fn is_excluded_for_constant_bits(constant: u32, values: usize) -> bool {
    // A choice of the bits, each of which follows the first value n - 1 times.
    let choices = log2_factorial(32)
        - log2_factorial(constant.into())
        - log2_factorial(u64::from(32 - constant.min(32)));
    let follows = f64::from(constant) * (values.saturating_sub(1)) as f64;
    constant > 0 && choices - follows < LIMIT
}

/// So many of `values` random values of `bits` bits were there before.
pub(super) fn is_excluded_for_repeats(repeats: usize, values: usize, bits: u32) -> bool {
    if repeats == 0 {
        return false;
    }
    // The chance that the i-th of n values is one of those before it is at most i / 2^bits; k
    // different i can be chosen so that the sum of their products is at most (n²/2 / 2^bits)^k / k!.
    let n = values as f64;
    let pairs = (n * (n - 1.0) / 2.0).log2() - f64::from(bits);
    repeats as f64 * pairs - log2_factorial(repeats as u64) < LIMIT
}

/// Of `values` random values of 32 bits, so many in a row have the same difference, the octets
/// being read in one of two orders.
pub(super) fn is_excluded_for_counts(in_a_row: usize, values: usize) -> bool {
    // Two values are free, each further one has to be the right one; and there are as many places
    // to begin.
    let right = in_a_row.saturating_sub(2) as f64 * 32.0;
    let places = values.saturating_sub(in_a_row) as f64 + 1.0;
    in_a_row > 2 && places.log2() + 1.0 - right < LIMIT
}

fn log2_factorial(n: u64) -> f64 {
    (1..=n).map(|factor| (factor as f64).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_where_they_should_be() {
        // 2^-64 and 2^-32.
        assert!(is_excluded_for_constant_bits(32, 3));
        assert!(!is_excluded_for_constant_bits(32, 2));
        assert!(!is_excluded_for_constant_bits(0, 1000));
        // One octet of four: 8 bits, nine times.
        assert!(is_excluded_for_constant_bits(8, 12));
        assert!(!is_excluded_for_constant_bits(8, 9));
        // A birthday among 500 values of 32 bits is not rare enough, four are.
        assert!(!is_excluded_for_repeats(1, 500, 32));
        assert!(!is_excluded_for_repeats(3, 500, 32));
        assert!(is_excluded_for_repeats(4, 500, 32));
        assert!(is_excluded_for_repeats(1, 2, 64));
        assert!(!is_excluded_for_repeats(1, 500, 64));
        assert!(is_excluded_for_repeats(2, 500, 64));
        assert!(is_excluded_for_repeats(1, 10_000, 128));
        assert!(is_excluded_for_counts(4, 4));
        assert!(!is_excluded_for_counts(4, 100));
        assert!(is_excluded_for_counts(5, 100));
        assert!(!is_excluded_for_counts(0, 0));
    }
}
