//! TLS in both roles, over real sockets: what is accepted, what is refused, and what the user is
//! told to do about it.

mod bench;
mod tls;

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
};

use bench::{Bench, WSPEC, free_address};
use tls::{
    certificates::{Authority, Certificate, self_signed},
    server::{Conduct, Greeting, Server},
};

/// Cases that are over soon, with short and long messages, and one that the peer has to fail.
const CASES: &str = "--cases 1.1.* 5.3 7.3.1 9.1.2";

/// A folder with an authority in `ca.pem`.
fn bench_with(authority: &Authority, name: &str) -> Bench {
    let bench = Bench::new(name);
    bench.write("ca.pem", &authority.pem());
    bench
}

fn write(bench: &Bench, name: &str, certificate: &Certificate) {
    bench.write(&format!("{name}.pem"), &certificate.certificate);
    bench.write(&format!("{name}.key"), &certificate.key);
}

#[test]
fn a_server_is_tested_with_its_authority() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-authority");
    for old in [false, true] {
        let conduct = Conduct { old, ..Conduct::default() };
        let server = Server::start(&authority.certify("localhost"), &conduct);
        let url = server.url();
        let arguments = format!("server {url} --ca ca.pem --profile full --report out {CASES}");
        bench.run(&arguments).ended(0);
        let report = bench.json("out/report.json");
        assert_eq!(report["insecure"], false);
        assert_eq!(report["agents"][0]["url"], url);
        let end = &report["agents"][0]["cases"][0]["transcript"]["tls"]["end"];
        assert_eq!(end, "close-notify");
        let asked = Greeting {
            server_name: Some("localhost".to_owned()),
            protocol: Some("http/1.1".to_owned()),
        };
        let greetings = server.greetings();
        assert!(!greetings.is_empty() && greetings.iter().all(|it| *it == asked));
    }
}

#[test]
fn an_address_needs_no_name() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-address");
    let server = Server::start(&authority.certify("127.0.0.1"), &Conduct::default());
    let url = format!("wss://{}/", server.address);
    bench.run(&format!("server {url} --ca ca.pem {CASES}")).ended(0);
    assert!(server.greetings().iter().all(|it| it.server_name.is_none()));
}

#[test]
fn a_certificate_that_is_named_itself_is_accepted() {
    let bench = Bench::new("wss-itself");
    let certificate = self_signed("localhost");
    bench.write("ca.pem", &certificate.certificate);
    let server = Server::start(&certificate, &Conduct::default());
    bench.run(&format!("server {} --ca ca.pem --cases 1.1.1", server.url())).ended(0);
    // Its name counts, however.
    let other = format!("wss://{}/", server.address);
    let ran = bench.run(&format!("server {other} --ca ca.pem --cases 1.1.1"));
    ran.ended(3).says("its certificate is for localhost;");
}

#[test]
fn any_certificate_is_accepted_on_demand_and_the_report_says_so() {
    let bench = Bench::new("wss-insecure");
    let past = Authority::new("a").certify_in("elsewhere.test", (1995, 1999));
    for old in [false, true] {
        let conduct = Conduct { old, ..Conduct::default() };
        let server = Server::start(&past, &conduct);
        let arguments = format!("server {} --insecure --report out {CASES}", server.url());
        let ran = bench.run(&arguments).ended(0);
        assert!(ran.out().contains("insecure: any certificate was accepted"));
        assert_eq!(bench.json("out/report.json")["insecure"], true);
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-wrong");
    let ran = |certificate: &Certificate, trust: &str| {
        let server = Server::start(certificate, &Conduct::default());
        let arguments = format!("server {} --cases 1.1.1{trust}", server.url());
        bench.run(&arguments).ended(3).says("--insecure")
    };
    let known = " --ca ca.pem";
    ran(&authority.certify("localhost"), "").says("name its authority's with --ca FILE");
    let stranger = Authority::new("b").certify("localhost");
    ran(&stranger, known).says("nobody whom we trust");
    ran(&authority.certify("elsewhere.test"), known).says("is for elsewhere.test;");
    ran(&authority.certify_in("localhost", (1995, 1999)), known).says("has expired");
    ran(&authority.certify_in("localhost", (2995, 2999)), known).says("not valid yet");
}

#[test]
fn a_certificate_is_shown_to_a_server_that_wants_one() {
    let (authority, guests) = (Authority::new("a"), Authority::new("b"));
    let bench = bench_with(&authority, "wss-guest");
    write(&bench, "guest", &guests.certify("guest.test"));
    write(&bench, "stranger", &authority.certify("guest.test"));
    for old in [false, true] {
        let conduct = Conduct { wants_certificate_of: Some(&guests), old, ..Conduct::default() };
        let server = Server::start(&authority.certify("localhost"), &conduct);
        let base = format!("server {} --ca ca.pem --cases 1.1.*", server.url());
        let identity = |name| format!("{base} --client-cert {name}.pem --client-key {name}.key");
        bench.run(&identity("guest")).ended(0);
        bench.run(&base).ended(3).says("no TLS connection to localhost: ");
        bench.run(&identity("stranger")).ended(3).says("the certificate that we show");
        if !old {
            // TLS 1.2 has no alert for that.
            bench.run(&base).ended(3).says("--client-cert FILE");
        }
    }
}

#[test]
fn files_of_no_use_are_named() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-files");
    write(&bench, "one", &authority.certify("localhost"));
    write(&bench, "two", &authority.certify("localhost"));
    let refused = |arguments: &str, part: &str| {
        let ran = bench.run(arguments);
        ran.ended(2).says(part);
    };
    let server = "server wss://localhost:1/";
    refused(&format!("{server} --ca none.pem"), "cannot read `none.pem`");
    refused(&format!("{server} --ca one.key"), "`one.key` has no certificate in PEM");
    let with_key = |key| format!("{server} --client-cert one.pem --client-key {key}");
    refused(&with_key("one.pem"), "`one.pem` has no private key");
    refused(&with_key("two.key"), "`two.key` is not that of the first certificate in `one.pem`");
    refused("server ws://localhost:1/ --insecure", "--insecure is about TLS");
    refused("client --cert one.pem --key two.key", "`two.key` is not that");
    refused("echo --cert one.key --key one.key", "`one.key` has no certificate");
    bench.write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    refused(&format!("{server} --ca broken.pem"), "`broken.pem` cannot be used");
}

#[test]
fn who_speaks_no_tls_is_told_apart() {
    let bench = Bench::new("wss-plain");
    let ran_against = |answer: &'static str| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        bench.run(&format!("server wss://{address}/ --insecure")).ended(3)
    };
    ran_against("HTTP/1.1 400 Bad Request\r\n\r\n").says("should the URL begin with ws:?");
    ran_against("").says("does it speak TLS there?");
}

#[test]
fn tcp_that_ends_without_close_notify_is_not_strict() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-cut");
    let conduct = Conduct { cuts: true, ..Conduct::default() };
    let server = Server::start(&authority.certify("localhost"), &conduct);
    let arguments = format!("server {} --ca ca.pem --report out --cases 1.1.1", server.url());
    bench.run(&arguments).ended(0);
    let report = bench.json("out/report.json");
    let case = &report["agents"][0]["cases"][0];
    assert_eq!(case["verdict"], "non-strict");
    assert_eq!(case["behavior"], "OK");
    assert_eq!(case["transcript"]["tls"]["end"], "cut");
    assert!(case["message"].as_str().unwrap().contains("close_notify"));
}

#[test]
fn a_server_that_we_start_is_waited_for() {
    let bench = Bench::new("wss-child");
    let address = free_address("127.0.0.1");
    let command = format!("{WSPEC} echo --tls --listen {address}");
    let url = format!("wss://{address}/");
    bench.run(&format!("server {url} --insecure {CASES} -- {command}")).ended(0);
    let mut echo = bench.start(&format!("echo --listen {address}"));
    echo.word_after("echoing");
    bench
        .run(&format!("server {url} --insecure -- {command}"))
        .ended(2)
        .says("somebody listens at");
}

#[test]
fn a_client_is_tested_with_a_certificate_for_the_run() {
    let bench = Bench::new("wss-client");
    let base = format!("client --tls --write-ca ca.pem --listen 127.0.0.1:0 {CASES}");
    let client = format!("{WSPEC} echo-client {{url}}");
    let ran = bench.run(&format!("{base} --report out -- {client} --ca ca.pem")).ended(0);
    assert!(ran.out().contains("listening on wss://127.0.0.1:"), "{}", ran.out());
    let report = bench.json("out/report.json");
    let url = report["agents"][0]["url"].as_str().unwrap();
    assert!(url.starts_with("wss://127.0.0.1:"), "{url}");
    bench.run(&format!("{base} -- {client} --insecure")).ended(0);
    let ran = bench.run(&format!("{base} -- {client}")).ended(3);
    ran.says("no client came").says("trust what --write-ca FILE writes");
    bench.run(&format!("client --tls --demo --listen 127.0.0.1:0 {CASES}")).ended(0);
}

#[test]
fn a_client_is_tested_with_a_certificate_of_ours() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-client-own");
    write(&bench, "own", &authority.certify("127.0.0.1"));
    let base = format!("client --cert own.pem --key own.key --listen 127.0.0.1:0 {CASES}");
    let client = format!("{WSPEC} echo-client {{url}} --ca ca.pem");
    bench.run(&format!("{base} -- {client}")).ended(0);
    let plain = "sh -c exec<&-;exit${IFS}0".to_owned();
    bench.run(&format!("{base} -- {plain}")).ended(3).says("no client came");
}

#[test]
fn the_built_in_echo_server_has_tls() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-echo");
    write(&bench, "own", &authority.certify("127.0.0.1"));
    for tls in ["--cert own.pem --key own.key", "--tls --write-ca ca.pem"] {
        let mut echo = bench.start(&format!("echo --listen 127.0.0.1:0 {tls}"));
        let url = echo.word_after("echoing");
        assert!(url.starts_with("wss://127.0.0.1:"), "{url}");
        bench.run(&format!("server {url} --ca ca.pem --profile full {CASES}")).ended(0);
    }
}

#[test]
fn a_server_with_tls_is_tried_without() {
    let bench = Bench::new("wss-in-clear");
    let mut echo = bench.start("echo --listen 127.0.0.1:0 --tls");
    let url = echo.word_after("echoing");
    let cases = "--cases 0.61.*";
    let ran = bench.run(&format!("server {url} --insecure {cases}")).ended(0);
    assert!(ran.out().contains("4 passed"), "{}", ran.out());
    bench.run(&format!("server {cases}")).ended(2).says("whose URL begins with wss:");
}

#[test]
fn a_client_must_not_do_without_tls() {
    let bench = Bench::new("wss-client-in-clear");
    let address = free_address("127.0.0.1");
    let url = format!("wss://{address}");
    let arguments = format!("client --listen {address} --tls --report out --cases 1.1.1");
    let mut server = bench.start(&arguments);
    server.word_after("listening on");
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /runCase?case=1&agent=clear HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    // Another client has the reports written.
    bench.run(&format!("wstest -m testeeclient -w {url} -i me")).ended(0);
    let report = bench.json("out/report.json");
    let case = &report["agents"][0]["cases"][0];
    assert_eq!(report["agents"][0]["agent"], "clear");
    assert_eq!(case["verdict"], "fail");
    assert_eq!(case["broken"][0]["rule"], "clear-text");
}

#[test]
fn long_messages_pass_both_ways() {
    // More than lies in the buffers on the way, so that both sides have to wait for each other.
    let bench = Bench::new("wss-long");
    let mut echo = bench.start("echo --listen 127.0.0.1:0 --tls --write-ca ca.pem");
    let url = echo.word_after("echoing");
    let cases = "--profile full --cases 9.1.6 9.2.6 9.4.1 9.7.1";
    bench.run(&format!("server {url} --ca ca.pem {cases}")).ended(0);
}

#[test]
fn wstest_tests_servers_over_tls() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-fuzzingclient");
    let server = Server::start(&authority.certify("localhost"), &Conduct::default());
    let url = server.url();
    let spec = |more: &str| {
        format!(r#"{{"outdir": "out", "servers": [{{"url": "{url}"{more}}}], "cases": ["1.1.*"]}}"#)
    };
    bench.write("any.json", &spec(""));
    bench.run("wstest -m fuzzingclient -s any.json --gate").ended(0);
    let index = bench.json("out/index.json");
    assert_eq!(index["UnknownServer"]["1.1.1"]["behavior"], "OK");
    // Whoever gives a name wants it checked.
    bench.write("named.json", &spec(r#", "hostname": "localhost""#));
    let ran = bench.run("wstest -m fuzzingclient -s named.json --gate").ended(3);
    assert!(ran.out().contains("nobody whom we trust"), "{}", ran.out());
    let asked = server.greetings();
    assert!(asked.iter().all(|it| it.server_name.as_deref() == Some("localhost")));
}

#[test]
fn wstest_tests_clients_over_tls() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-fuzzingserver");
    write(&bench, "own", &authority.certify("localhost"));
    let address = free_address("127.0.0.1");
    let url = format!("wss://{address}");
    let spec =
        |files: &str| format!(r#"{{"url": "{url}", "outdir": "out", "cases": ["1.1.*"]{files}}}"#);
    bench.write("none.json", &spec(""));
    bench.run("wstest -m fuzzingserver -s none.json -u 0").ended(2).says("`key` and `cert`");
    bench.write("own.json", &spec(r#", "key": "own.key", "cert": "own.pem""#));
    let mut server = bench.start("wstest -m fuzzingserver -s own.json -u 0");
    server.word_after(&format!("(Port {} TLS)", address.port()));
    server.word_after("Cases =");
    bench.run(&format!("wstest -m testeeclient -w {url} -i me")).ended(0);
    assert_eq!(bench.json("out/index.json")["me"]["1.1.8"]["behavior"], "OK");
}

#[test]
fn wstest_echoes_over_tls() {
    let authority = Authority::new("a");
    let bench = bench_with(&authority, "wss-echoserver");
    write(&bench, "own", &authority.certify("localhost"));
    let mut server = bench.start("wstest -m echoserver -w wss://localhost:0 -k own.key -c own.pem");
    let port = server.word_after("Echo server on port");
    bench.run(&format!("server wss://localhost:{port}/ --ca ca.pem {CASES}")).ended(0);
}
