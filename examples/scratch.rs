use std::collections::BTreeMap;
use wspec::case::*;
fn main() {
    let mut n: BTreeMap<String, usize> = BTreeMap::new();
    let mut pauses = 0;
    let mut awaits = 0;
    let mut silent = 0;
    let mut d = 0;
    for c in &embedded_cases().cases {
        if !c.is_for(wspec::protocol::Role::Server) || c.profile != Profile::Quick {
            continue;
        }
        let why = if c.needs.contains(&Need::Echo) {
            "echo"
        } else if c.hostile {
            "hostile"
        } else if c.company == Company::Alone {
            "alone"
        } else {
            "left"
        };
        *n.entry(why.into()).or_default() += 1;
        if why == "left" {
            if c.company == Company::Delicate {
                *n.entry("delicate".into()).or_default() += 1;
                println!("delicate {} {}", c.id, c.title)
            }
            if c.steps.iter().any(|s| matches!(s, Step::Pause(_))) {
                pauses += 1;
                println!("pause {} {}", c.id, c.title)
            }
            if c.steps.iter().any(|s| matches!(s, Step::Await(_))) {
                awaits += 1
            }
            if c.handshake
                .outcomes
                .iter()
                .any(|o| o.reaction == Reaction::Silent)
            {
                silent += 1;
                println!(
                    "silent {} {} {:?}",
                    c.id,
                    c.title,
                    c.handshake
                        .outcomes
                        .iter()
                        .map(|o| o.verdict)
                        .collect::<Vec<_>>()
                )
            }
            if c.deflate.is_some() {
                d += 1
            }
            if !c.handshake.is_empty() {
                *n.entry("handshake".into()).or_default() += 1;
            }
        }
    }
    eprintln!("{n:?} pause {pauses} await {awaits} silent {silent} deflate {d}");
}
