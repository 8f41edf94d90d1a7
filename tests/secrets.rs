//! Secrets of the command line and of the URL appear nowhere, also where the peer sends them back.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use wspec::{
    protocol::{Opcode, handshake::SecWebSocketKey},
    reference::Frame,
};

/// A server that says everything that it was told in every place that it has. Gives its port.
fn parrot() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || drop(repeat_everything(stream)));
        }
    });
    port
}

fn repeat_everything(mut stream: TcpStream) -> std::io::Result<()> {
    let (mut head, mut octet) = (Vec::new(), [0; 1]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut octet)? == 1 {
        head.push(octet[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let fields: BTreeMap<String, String> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let decoded = |text: &str| STANDARD.decode(text).map(|text| String::from_utf8(text).unwrap());
    let said: Vec<String> = ["authorization", "cookie", "x-api-key"]
        .iter()
        .filter_map(|name| fields.get(*name))
        .flat_map(|value| {
            let basic = value.strip_prefix("Basic ").and_then(|text| decoded(text).ok());
            [Some(value.clone()), basic]
        })
        .flatten()
        .chain(head.lines().next().map(str::to_owned))
        .collect();
    let said = said.join(" | ");
    let Some(key) = fields.get("sec-websocket-key") else {
        return write!(stream, "HTTP/1.1 400 {said}\r\nX-Said: {said}\r\n\r\n{said}");
    };
    let accept = SecWebSocketKey::as_it_stands(key).accept();
    write!(
        stream,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nServer: {said}\r\nX-Said: {said}\r\n\r\n"
    )?;
    let cut = |octets: Vec<u8>| octets.into_iter().take(125).collect::<Vec<u8>>();
    let mut octets = Vec::new();
    Frame::new(Opcode::TEXT, said.clone().into_bytes()).encode(&mut octets);
    Frame::new(Opcode::PING, cut(said.clone().into_bytes())).encode(&mut octets);
    stream.write_all(&octets)?;
    // A server that closes before it is asked anything cannot be tested.
    let _ = stream.read(&mut [0; 1024])?;
    let mut close = Vec::new();
    Frame::new(Opcode::CLOSE, cut([vec![0x03, 0xe8], said.into_bytes()].concat()))
        .encode(&mut close);
    stream.write_all(&close)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    stream.read_to_end(&mut octets).map(|_| ())
}

/// All that a command prints and writes, with the names of the files.
fn everything(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let output = command.output().unwrap();
    let mut all = [output.stdout, output.stderr].concat();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            all.extend_from_slice(path.to_string_lossy().as_bytes());
            all.push(b'\n');
            match path.is_dir() {
                true => folders.push(path),
                false => all.extend(fs::read(path).unwrap()),
            }
        }
    }
    all
}

fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

#[track_caller]
fn assert_absent(all: &[u8], secrets: &[&str]) {
    let all = String::from_utf8_lossy(all).to_ascii_lowercase();
    for secret in secrets {
        for form in [(*secret).to_owned(), hex(secret), STANDARD.encode(secret)] {
            let form = form.to_ascii_lowercase();
            let place = all.find(&form).map(|at| {
                let from = all[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
                all[from..].chars().take(160).collect::<String>()
            });
            assert_eq!(place, None, "{secret} as {form}");
        }
    }
}

#[test]
fn what_the_peer_sends_back_of_them_is_hidden() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets-echoed");
    let url = format!("ws://me:PASSW0RDinURL@127.0.0.1:{}/chat?access_token=T0KENinURL", parrot());
    let all = everything(
        &folder,
        &[
            "server",
            &url,
            "--report",
            "out",
            "--trace",
            "--verbose",
            "--timeout",
            "0.3",
            "--cases",
            "1.1.1",
            "2.1",
            "0.1.1",
            "6.1.1",
            "--format",
            "junit",
            "--format",
            "markdown",
            "--format",
            "tap",
            "--format",
            "github",
            "--header",
            "Authorization: Bearer SECRETTOKEN99",
            "--header",
            "X-Api-Key: APIKEY77abc",
            "--cookie",
            "session=C00KIEvalue",
        ],
    );
    let text = String::from_utf8_lossy(&all);
    assert!(text.contains("(hidden)") && text.contains("me:***@127.0.0.1"), "{text}");
    let secrets = ["SECRETTOKEN99", "APIKEY77abc", "C00KIEvalue", "PASSW0RDinURL", "T0KENinURL"];
    assert_absent(&all, &secrets);
}

#[test]
fn basic_credentials_are_hidden_in_every_encoding() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets-basic");
    let url = format!("ws://127.0.0.1:{}/", parrot());
    let all = everything(
        &folder,
        &[
            "server",
            &url,
            "--report",
            "out",
            "--trace",
            "--cases",
            "1.1.1",
            "--basic-auth",
            "someuser:B4SICpassword",
        ],
    );
    assert_absent(&all, &["B4SICpassword", "someuser:B4SICpassword"]);
}

#[test]
fn errors_do_not_tell_them() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets-errors");
    for arguments in [
        vec!["server", "http://me:S3CRETpw@x/"],
        vec!["server", "ws://me:S3CRETpw@127.0.0.1:1/"],
        vec!["server", "ws://me:S3CRETpw@127.0.0.1:x/"],
        vec!["server", "ws://x/", "--proxy", "socks://me:S3CRETpw@y"],
        vec!["server", "ws://127.0.0.1:1/", "--proxy", "http://me:S3CRETpw@127.0.0.1:1"],
        vec!["server", "ws://x/", "--header", "Authorization: S3CRETpw\nX: y"],
        vec!["echo-client", "ws://me:S3CRETpw@127.0.0.1:1/"],
        vec!["fuzz", "server", "ws://me:S3CRETpw@192.0.2.1:1/"],
        vec!["fuzz", "server", "ws://me:S3CRETpw@127.0.0.1:1/"],
        vec!["fuzz", "diff", "ws://me:S3CRETpw@127.0.0.1:1/", "ws://127.0.0.1:1/"],
        vec!["wstest", "-m", "testeeclient", "-w", "ws://me:S3CRETpw@127.0.0.1:1"],
        vec!["wstest", "-m", "fuzzingclient", "-w", "ws://me:S3CRETpw@127.0.0.1:1"],
    ] {
        assert_absent(&everything(&folder, &arguments), &["S3CRETpw"]);
    }
}

#[test]
fn a_dry_run_shows_no_secret() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets-dry");
    let arguments = [
        "server",
        "ws://me:S3CRETpw@x.test/?token=T0KENvalue",
        "--profile",
        "live",
        "--dry-run",
        "--cookie",
        "id=C00KIEvalue",
        "--cases",
        "1.1.1",
        "0.1.1",
    ];
    assert_absent(&everything(&folder, &arguments), &["S3CRETpw", "T0KENvalue", "C00KIEvalue"]);
}
