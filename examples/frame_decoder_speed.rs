//! How fast the frame decoder's fuzz target is by itself, without a fuzzer around it:
//!
//! ```text
//! cargo run --release --example frame_decoder_speed
//! ```
//!
//! An execution decodes an input twice, whole and in pieces, encodes its headers again, and checks
//! its payloads. What a fuzzer adds to that is its instrumentation and its own work.

#[path = "../fuzz/src/frame_decoder.rs"]
mod frame_decoder;
#[path = "../fuzz/src/split.rs"]
mod split;

use std::{hint::black_box, time::Instant};

use wspec::reference::{SeedKind, seeds};

/// How often the seeds are gone through for one figure.
const ROUNDS: usize = 500;

fn main() {
    let is_input = |kind| matches!(kind, SeedKind::ClientFrames | SeedKind::ServerFrames);
    let inputs: Vec<Vec<u8>> =
        seeds().into_iter().filter(|seed| is_input(seed.kind)).map(|seed| seed.octets).collect();
    let octets: usize = inputs.iter().map(Vec::len).sum();
    println!("{} seeds of {} octets on average", inputs.len(), octets / inputs.len());
    for _ in 0..3 {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            for input in &inputs {
                frame_decoder::run(black_box(input));
            }
        }
        let executions = (ROUNDS * inputs.len()) as f64;
        println!("{:.0} executions a second", executions / start.elapsed().as_secs_f64());
    }
}
