//! Points in time as text.

/// A point in time as RFC 3339 has it, in UTC with milliseconds: `2026-11-23T05:25:22.015Z`.
///
/// Times that no calendar has (beyond the year 9999) become the last one that it has.
#[must_use]
pub fn timestamp(unix_ms: u64) -> String {
    let time = i64::try_from(unix_ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .unwrap_or(jiff::Timestamp::MAX);
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_has_three_decimals() {
        assert_eq!(timestamp(1_795_411_522_015), "2026-11-23T05:25:22.015Z");
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000Z");
        assert!(timestamp(u64::MAX).starts_with("9999-12-30T"));
    }
}
