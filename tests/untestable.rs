//! Targets that cannot be tested: that is told at once, in one sentence, with exit status 3.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
};

use tungstenite::protocol::CloseFrame;

/// The command under test.
const WSPEC: &str = env!("CARGO_BIN_EXE_wspec");

/// What a command came to.
struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

/// Runs `wspec` with these arguments, separated by spaces.
fn wspec(arguments: &str) -> Ran {
    let output = Command::new(WSPEC).args(arguments.split(' ')).output().unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    Ran { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

impl Ran {
    #[track_caller]
    fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "{words:?} is not in: {}", self.err);
        self
    }
}

/// What a server does with a connection.
#[derive(Clone, Copy)]
enum Conduct {
    /// Says this without being asked, and waits.
    Greets(&'static [u8]),
    /// Says this in answer to a request, and waits.
    Answers(&'static [u8]),
    /// The same, and closes the connection.
    AnswersAndCloses(&'static [u8]),
    ClosesAtOnce,
    /// Opens the connection and closes it with this code and reason.
    Opens(u16, &'static str),
    /// Opens the connection and ends TCP.
    OpensAndLeaves,
}
use Conduct::{Answers, AnswersAndCloses, ClosesAtOnce, Greets, Opens, OpensAndLeaves};

/// Serves for as long as the test's process lives.
fn serve(conduct: Conduct) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || converse(stream, conduct));
        }
    });
    address
}

fn converse(mut stream: TcpStream, conduct: Conduct) {
    match conduct {
        Greets(octets) => stream.write_all(octets).unwrap(),
        Answers(octets) | AnswersAndCloses(octets) => {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(octets);
        }
        ClosesAtOnce => {}
        Opens(..) | OpensAndLeaves => {
            let Ok(mut socket) = tungstenite::accept(stream.try_clone().unwrap()) else {
                return;
            };
            if let Opens(code, reason) = conduct {
                let close = CloseFrame { code: code.into(), reason: reason.into() };
                let _ = socket.close(Some(close));
                while socket.read().is_ok() {}
            }
        }
    }
    if !matches!(conduct, ClosesAtOnce | AnswersAndCloses(_) | OpensAndLeaves) {
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

/// Tests the server, which takes a single line to say that there is nothing to test.
#[track_caller]
fn refused(url: &str, words: &str) {
    let ran = wspec(&format!("server {url} --timeout 0.2")).ended(3);
    assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1), "{}", ran.err);
    ran.says(words);
}

#[test]
fn a_target_that_cannot_be_tested_is_told_at_once() {
    let targets: [(Conduct, &str); 24] = [
        (Greets(b"SSH-2.0-OpenSSH_9.9\r\n"), "as an SSH server does"),
        (Greets(b"220 mail.test ESMTP\r\n"), "as a mail or FTP server does"),
        (Greets(b"\x4a\0\0\0\x0a8.0.36\0"), "does not speak HTTP"),
        (Answers(b"-ERR unknown command\r\n"), "as a Redis server does"),
        (Answers(b"\x15\x03\x03\0\x02\x02\x46"), "begin the URL with wss://"),
        (Answers(b"\0\0\0\x04\0\0\0\0\0"), "only HTTP/2"),
        (Answers(b""), "did not answer the opening handshake within 1 s"),
        (Answers(b"HTTP/1.1 101 Switching Protocols\r\nUpgr"), "did not complete it"),
        (AnswersAndCloses(b""), "without answering the opening handshake"),
        (AnswersAndCloses(b"HTTP/1.1 101 Switch"), "did not complete it"),
        (ClosesAtOnce, "without answering the opening handshake"),
        (AnswersAndCloses(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhi"), "a web page"),
        (Answers(b"HTTP/1.1 301 X\r\nLocation: https://y.test/ws\r\n\r\n"), "`wss://y.test/ws`"),
        (Answers(b"HTTP/1.1 308 X\r\nLocation: /ws\r\n\r\n"), "redirects to `ws://127.0.0.1"),
        (Answers(b"HTTP/1.1 404 Not Found\r\n\r\n"), "nothing at /chat"),
        (
            Answers(
                b"HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port",
            ),
            "begin the URL with wss://",
        ),
        (AnswersAndCloses(b"HTTP/1.1 400 Bad Request\r\n\r\nno upgrade"), "(`no upgrade`)"),
        (Answers(b"HTTP/1.1 401 X\r\nWWW-Authenticate: Basic\r\n\r\n"), "--basic-auth"),
        (Answers(b"HTTP/1.1 403 Forbidden\r\n\r\n"), "--origin"),
        (Answers(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 X\r\n\r\n"), "--rate"),
        (Answers(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), "is that server running?"),
        (
            Opens(4001, "unauthenticated"),
            "with code 4001 (`unauthenticated`); does it need --cookie",
        ),
        (Opens(1008, ""), "with code 1008;"),
        (OpensAndLeaves, "without a close code"),
    ];
    thread::scope(|scope| {
        for (conduct, words) in targets {
            let url = format!("ws://{}/chat?token=t0ken", serve(conduct));
            scope.spawn(move || refused(&url, words));
        }
    });
}

#[test]
fn a_server_that_is_started_is_told_in_the_same_words() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // It refuses all requests.
    let echo = format!("{WSPEC} echo --listen {address} --defect refuses-all");
    for command in ["server", "fuzz server"] {
        let arguments = format!("{command} ws://{address}/ -- {echo}");
        wspec(&arguments).ended(3).says("answered the opening handshake with 400");
    }
}

#[test]
fn a_server_that_ends_connections_for_a_ping_is_tested() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                // What comes first ends the connection.
                let mut socket = tungstenite::accept(stream).unwrap();
                let _ = socket.read();
            });
        }
    });
    wspec(&format!("server ws://{address}/ --timeout 0.2 --cases 2.1")).ended(1);
}

#[test]
fn urls_are_understood_or_explained() {
    let mut echo = Command::new(WSPEC)
        .args(["echo", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(echo.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().find(|word| word.starts_with("ws://")).unwrap();
    let address = url.trim_start_matches("ws://").trim_end_matches('/');
    wspec(&format!("server {address} --cases 1.1.1")).ended(0);
    let ran = wspec(&format!("server http://{address}/ --cases 1.1.1")).ended(0);
    ran.says(&format!("http://{address}/ is taken as ws://{address}/"));
    wspec("server 9001").ended(2).says("something like ws://");
    let ran = wspec(&format!("{url} --cases 1.1.1")).ended(2);
    ran.says(&format!("wspec server {url}"));
    wspec(&format!("test {url}")).ended(2).says("wspec server ws://");
    wspec(&format!("server wss://{address}/")).ended(3).says("begin with ws:");
    echo.kill().unwrap();
    echo.wait().unwrap();
}
