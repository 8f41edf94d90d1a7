//! The gate in a CI: baselines, retries, shards, comparisons, and the formats that others read.

mod baseline;
mod compare;
mod formats;
mod junit;
mod retries;
mod runs;
mod shards;
mod testees;
