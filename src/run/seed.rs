//! Everything random follows from the run's seed, so that a run can be repeated.

use rand::{Rng, SeedableRng, rngs::SmallRng};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::case::CaseId;

/// The seed of a case: whatever else is played, it stays the same.
pub(super) fn of_case(run: u64, case: &CaseId) -> u64 {
    xxh3_64_with_seed(case.as_str().as_bytes(), run)
}

/// The octets of a `Sec-WebSocket-Key`: different for each seed (RFC 6455 §4.1), and unlike the
/// masking keys, which follow from the same seed.
pub(super) fn nonce(seed: u64) -> [u8; 16] {
    SmallRng::seed_from_u64(xxh3_64_with_seed(b"key", seed)).random()
}
