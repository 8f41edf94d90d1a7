//! Campaigns over real sockets, by the command.

use std::fs;

use crate::bench::{Bench, WSPEC, free_address};

/// The names of the findings that were written.
fn findings(bench: &Bench) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(bench.path().join("findings"))
        .map(|entries| {
            let names = entries.map(|entry| entry.unwrap().file_name());
            names.map(|name| name.into_string().unwrap()).collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

#[test]
fn the_built_in_server_and_client_are_right() {
    let bench = Bench::new("fuzz-correct");
    for testee in ["server", "client"] {
        let ran =
            bench.run(&format!("fuzz {testee} --cases 300 --seed 1 --corpus {testee}")).ended(0);
        assert!(ran.out().contains("300 cases in"), "{}", ran.out());
        assert!(ran.out().contains("no findings"), "{}", ran.out());
        // What was kept is a case file, and others are made of it.
        let kept = fs::read_dir(bench.path().join(testee)).unwrap().count();
        assert!(kept > 50, "{kept}");
        bench.run(&format!("cases check {testee}")).ended(0);
        bench
            .run(&format!("fuzz {testee} --cases 20 --seed 2 --corpus {testee} --from-nothing"))
            .ended(0);
    }
    assert!(findings(&bench).is_empty());
}

#[test]
fn a_defect_of_a_server_is_found_and_played_again() {
    let bench = Bench::new("fuzz-server");
    let address = free_address("127.0.0.1");
    let testee = format!("{WSPEC} echo --defect no-pong --listen {address}");
    let options = "--cases 300 --seed 1 --enough 1 --timeout 0.2";
    let ran = bench.run(&format!("fuzz server ws://{address}/ {options} -- {testee}")).ended(1);
    assert_eq!(findings(&bench), ["pong-missing.rfc6455-5.5.2-2.toml"]);
    assert!(ran.out().contains("1 step"), "{}", ran.out());
    let play = "--case-dir findings --timeout 0.2";
    bench.run(&format!("server ws://{address}/ {play} -- {testee}")).ended(1);
    bench.run(&format!("server {play}")).ended(0);
}

#[test]
fn a_defect_of_a_client_is_found() {
    let bench = Bench::new("fuzz-client");
    let client = format!("{WSPEC} echo-client --defect constant-masking-key {{url}}");
    let options = "--cases 300 --seed 1 --enough 1 --timeout 0.2 --from-nothing";
    let ran = bench.run(&format!("fuzz client {options} -- {client}")).ended(1);
    assert!(ran.out().contains("rule-broken"), "{}", ran.out());
    // Connections may break other rules together than each by itself.
    assert!(!findings(&bench).is_empty());
}

#[test]
fn others_are_not_fuzzed_unless_they_are_ours() {
    let bench = Bench::new("fuzz-others");
    bench.run("fuzz server ws://192.0.2.1/ --cases 1").ended(2).says("--i-own-this-target");
    bench.run("fuzz diff ws://127.0.0.1:9/ ws://192.0.2.1/").ended(3);
    let nobody = free_address("127.0.0.1");
    bench
        .run(&format!("fuzz server ws://{nobody}/ --cases 1"))
        .ended(3)
        .says("is the server running?");
    bench.run("fuzz client --cases 1 -- true").ended(3).says("asks for no case");
}

#[test]
fn two_servers_are_compared() {
    let bench = Bench::new("fuzz-diff");
    let mut one = bench.start("echo --listen 127.0.0.1:0");
    let mut other = bench.start("echo --listen 127.0.0.1:0 --defect echo-as-binary");
    let [one, other] = [&mut one, &mut other].map(|server| server.word_after("echoing on"));
    let options = "--cases 60 --seed 1 --from-nothing";
    bench.run(&format!("fuzz diff {one} {one} {options}")).ended(0);
    let ran = bench.run(&format!("fuzz diff {one} {other} {options}")).ended(1);
    assert!(ran.out().contains("the RFCs allow it"), "{}", ran.out());
    assert!(ran.out().contains("another message"), "{}", ran.out());
}
