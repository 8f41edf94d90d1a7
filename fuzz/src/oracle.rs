//! Generated conversations and the oracle, in memory: it has nothing against a correct endpoint,
//! as server and as client, echoing or not.

#[path = "../../tests/simulation/mod.rs"]
mod simulation;

use std::sync::Arc;

use arbitrary::Unstructured;
use wspec::{
    case::explain,
    fuzz::{
        generate::{Guide, generate},
        oracle::Oracle,
    },
    play::Patience,
    protocol::Role,
    testee::Conduct,
};

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 4096;

/// Makes a case of the octets, plays it, and asks the oracle.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    for testee in [Role::Server, Role::Client] {
        let guide = Guide::new(testee, true);
        let case = Arc::new(generate(&mut Unstructured::new(octets), &guide).case);
        let patience = Patience::default();
        let Some(transcript) =
            simulation::play(&case, testee.peer(), &Conduct::default(), patience)
        else {
            continue;
        };
        for echo in [true, false] {
            let oracle = Oracle { echo };
            if let Some(found) = oracle.opinion(&case, &transcript).first() {
                panic!(
                    "a correct {testee} deviates from {}: {}\n{}",
                    found.requirement,
                    found.sentence,
                    explain(&case)
                );
            }
        }
    }
}
