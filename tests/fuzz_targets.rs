//! The fuzz targets of `fuzz/`, run over their seeds and some inputs of chance, so that they do not
//! rot where nobody fuzzes.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::{collections::BTreeSet, fs, path::Path};

use wspec::{
    protocol::Role,
    reference::{Inputs, Seed, SeedKind, seeds},
};

/// A target, and the seeds that are input for it.
struct Target {
    name: &'static str,
    run: fn(&[u8]),
    seeds: &'static [SeedKind],
}

/// Seeds of a target that are run at most: some targets are slow without optimisation.
const SEEDS_MAX: usize = 400;

/// Inputs of chance as either side.
const CHANCES: usize = 100;

const FRAMES: &[SeedKind] = &[SeedKind::ClientFrames, SeedKind::ServerFrames];

macro_rules! targets {
    ($($name:ident: $seeds:expr;)*) => {
        const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            run: targets::$name::run,
            seeds: $seeds,
        }),*];

        $(#[test]
        fn $name() {
            run_over_seeds(stringify!($name));
        })*
    };
}

targets! {
    case_file: &[SeedKind::CaseFile];
    conversation: FRAMES;
    deflate: &[SeedKind::Deflate];
    extensions: &[SeedKind::Extensions];
    frame_decoder: FRAMES;
    oracle: FRAMES;
    receiver: FRAMES;
    request: &[SeedKind::Request];
    response: &[SeedKind::Response];
    sockudo: FRAMES;
    tungstenite: FRAMES;
}

fn run_over_seeds(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.expect("each test is of a target");
    let is_input = |seed: &Seed| target.seeds.contains(&seed.kind);
    let seeds: Vec<Seed> = seeds().into_iter().filter(is_input).collect();
    for seed in seeds.iter().step_by(seeds.len().div_ceil(SEEDS_MAX)) {
        (target.run)(&seed.octets);
        // As a fuzzer would cut it.
        (target.run)(&seed.octets[..seed.octets.len() / 2]);
    }
    if target.seeds == FRAMES {
        for sender in [Role::Client, Role::Server] {
            let inputs = Inputs::new(sender, 1, Vec::new()).skip(seeds.len());
            inputs.take(CHANCES).for_each(|octets| (target.run)(&octets));
        }
    }
}

#[test]
fn every_target_is_in_every_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let listed: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder.join("fuzz_targets")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        files.insert(name.trim_end_matches(".rs").to_owned());
    }
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let bins = manifest["bin"].as_array().unwrap().iter();
    let bins: BTreeSet<String> = bins.map(|bin| bin["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!((&files, &bins), (&listed, &listed));
}
