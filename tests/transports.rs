//! The ways to a testee besides TCP over IPv4: IPv6, Unix sockets, a proxy.

mod bench;

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use bench::{Bench, WSPEC, free_address};

const CASES: &str = "--profile full --cases 1.1.* 5.3 7.3.1 9.1.2";

#[test]
fn ipv6() {
    if let Err(error) = TcpListener::bind("[::1]:0") {
        println!("skipped: this machine has no IPv6 ({error})");
        return;
    }
    let bench = Bench::new("ipv6");
    let mut echo = bench.start("echo --listen [::1]:0");
    let url = echo.word_after("echoing");
    assert!(url.starts_with("ws://[::1]:"), "{url}");
    bench.run(&format!("server {url} --report out {CASES}")).ended(0);
    let report = bench.json("out/report.json");
    let request = &report["agents"][0]["cases"][0]["transcript"]["handshake"]["request"];
    let host = format!("Host: {}\r\n", &url["ws://".len()..url.len() - 1]);
    let request = request.as_str().unwrap();
    assert!(request.contains(&host), "{host} is not in {request}");

    let mut echo = bench.start("echo --listen [::1]:0 --tls --write-ca ca.pem");
    let url = echo.word_after("echoing");
    bench.run(&format!("server {url} --ca ca.pem {CASES}")).ended(0);

    let client = format!("{WSPEC} echo-client {{url}}");
    bench.run(&format!("client --listen [::1]:0 {CASES} -- {client}")).ended(0);
}

#[test]
fn unix_sockets() {
    let bench = Bench::new("unix");
    let path = bench.path().join("echo.sock");
    let path = path.display();
    let mut echo = bench.start(&format!("echo --listen unix:{path}"));
    assert_eq!(echo.word_after("echoing"), format!("unix:{path}"));
    bench.run(&format!("server unix:{path} --report out {CASES}")).ended(0);
    let report = bench.json("out/report.json");
    let agent = &report["agents"][0];
    assert_eq!(agent["url"], format!("unix:{path}"));
    let request = |agent: &serde_json::Value| {
        let request = &agent["cases"][0]["transcript"]["handshake"]["request"];
        request.as_str().unwrap().to_owned()
    };
    let head = request(agent);
    assert!(
        head.starts_with("GET / HTTP/1.1\r\n") && head.contains("\r\nHost: localhost\r\n"),
        "{head}"
    );
    bench.run(&format!("server ws+unix:{path}:/chat?x=1 --report out --cases 1.1.1")).ended(0);
    let head = request(&bench.json("out/report.json")["agents"][0]);
    assert!(head.starts_with("GET /chat?x=1 HTTP/1.1\r\n"), "{head}");
}

#[test]
fn a_server_on_a_unix_socket_is_started_and_waited_for() {
    let bench = Bench::new("unix-child");
    let path = bench.path().join("echo.sock");
    let url = format!("unix:{}", path.display());
    let command = format!("{WSPEC} echo --listen {{url}}");
    // (The second time the first one's socket is still there: it was killed.)
    for _ in 0..2 {
        bench.run(&format!("server {url} {CASES} -- {command}")).ended(0);
    }
    let mut echo = bench.start(&format!("echo --listen {url}"));
    echo.word_after("echoing");
    bench.run(&format!("server {url} -- {command}")).ended(2).says("somebody listens at unix:");
}

#[test]
fn a_file_that_is_no_socket_is_left_alone() {
    let bench = Bench::new("unix-file");
    bench.write("precious", "text");
    let path = bench.path().join("precious");
    bench
        .run(&format!("echo --listen unix:{}", path.display()))
        .ended(2)
        .says("cannot listen on unix:");
    assert_eq!(fs::read_to_string(&path).unwrap(), "text");
    bench.run(&format!("server unix:{}", path.display())).ended(3).says("is the server running?");
    bench.run("server unix:nowhere.sock").ended(2).says("names no Unix socket");
}

#[test]
fn a_proxy_leads_to_servers_with_and_without_tls() {
    let bench = Bench::new("proxy");
    let proxy = Proxy::start(Some("Basic bWU6cEBzcw=="));
    for tls in ["", " --tls --write-ca ca.pem"] {
        let mut echo = bench.start(&format!("echo --listen 127.0.0.1:0{tls}"));
        let url = echo.word_after("echoing");
        let ca = if tls.is_empty() { "" } else { "--ca ca.pem " };
        let base = format!("server {url} {ca}{CASES} --proxy");
        bench.run(&format!("{base} http://me:p%40ss@{}", proxy.address)).ended(0);
        let target = url.split('/').nth(2).unwrap();
        let asked = proxy.asked.lock().unwrap().split_off(0);
        // Not even this machine is reached without it.
        assert!(asked.len() > 10, "{asked:?}");
        assert!(asked.iter().all(|it| it == target), "{asked:?}");
    }
}

#[test]
fn what_a_proxy_refuses_is_said() {
    let bench = Bench::new("proxy-refuses");
    let proxy = Proxy::start(Some("Basic bWU6cEBzcw=="));
    let nobody = free_address("127.0.0.1");
    let ran = |proxy: String| bench.run(&format!("server ws://{nobody}/ --proxy {proxy}"));
    let address = proxy.address;
    ran(format!("http://{address}")).ended(3).says("wants a user and a password");
    let refused = ran(format!("http://me:secret@{address}")).ended(3);
    assert!(!refused.err().contains("secret"));
    refused.says("are they right?");
    ran(format!("http://me:p%40ss@{address}"))
        .ended(3)
        .says(&format!("made no connection to {nobody}: 502"));
    ran(format!("http://{nobody}")).ended(3).says(&format!("no TCP connection to {nobody}"));
    ran(address.to_string()).ended(2).says("expected a proxy as http://");
    bench
        .run(&format!("server unix:/x --proxy http://{address}"))
        .ended(2)
        .says("--proxy does not lead to a Unix socket");
}

#[test]
fn the_environment_names_no_proxy() {
    let bench = Bench::new("proxy-environment");
    let mut echo = bench.start("echo --listen 127.0.0.1:0");
    let url = echo.word_after("echoing");
    let nobody = format!("http://{}", free_address("127.0.0.1"));
    let names = ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"];
    bench
        .run_with(&format!("server {url} --cases 1.1.1"), &names.map(|name| (name, &nobody[..])))
        .ended(0);
}

/// An HTTP proxy; it goes on as long as the tests do.
struct Proxy {
    address: std::net::SocketAddr,
    /// The targets that it was asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One that wants these credentials.
    fn start(credentials: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let asked = Arc::clone(&asked);
                std::thread::spawn(move || serve(client.unwrap(), credentials, &asked));
            }
        });
        Self { address, asked: heard }
    }
}

fn serve(
    mut client: TcpStream,
    credentials: Option<&str>,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let first = lines.next().unwrap()?;
    let fields: Vec<String> =
        lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let target =
        first.strip_prefix("CONNECT ").and_then(|rest| rest.strip_suffix(" HTTP/1.1")).unwrap();
    assert!(fields.contains(&format!("Host: {target}")));
    let known = credentials
        .is_none_or(|credentials| fields.contains(&format!("Proxy-Authorization: {credentials}")));
    if !known {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    }
    asked.lock().unwrap().push(target.to_owned());
    let Ok(server) = TcpStream::connect(target) else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (from, to) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || carry(from, to));
    carry(client, server);
    Ok(())
}

/// Carries octets, and the end, one way.
fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
