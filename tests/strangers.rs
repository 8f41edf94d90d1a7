//! Pages of other hosts, and names that somebody pointed at this machine, are refused.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

/// A run that serves clients and a page, ended with the test.
struct Run {
    child: Child,
    control: String,
    page: String,
}

impl Run {
    fn start(more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
        command.args(["client", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0"]).args(more);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut address = |scheme: &str| {
            let line = lines.next().unwrap().unwrap();
            let from = line.find(scheme).unwrap() + scheme.len();
            let address = line[from..].trim_end_matches('/');
            address.split([',', '/']).next().unwrap().to_owned()
        };
        let control = address("ws://");
        let page = address("http://");
        Self { child, control, page }
    }

    /// The status of the answer to a request with these fields.
    fn status(address: &str, path: &str, fields: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let fields = fields.replace("OURS", address);
        let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let upgrade = if path == "/getCaseCount" { upgrade } else { "" };
        write!(stream, "GET {path} HTTP/1.1\r\n{fields}\r\n{upgrade}\r\n").unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        String::from_utf8_lossy(&status[9..]).into_owned()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn foreign_hosts_and_origins_get_nothing() {
    let run = Run::start(&[]);
    for fields in [
        "Host: evil.example",
        "Host: evil.example:80\r\nOrigin: http://evil.example",
        "Host: OURS\r\nOrigin: http://evil.example",
        "Host: OURS\r\nOrigin: https://127.0.0.1.evil.example",
        "Host: OURS\r\nOrigin: null",
        "Host: 127.0.0.1.evil.example",
    ] {
        assert_eq!(Run::status(&run.control, "/getCaseCount", fields), "403", "{fields}");
        assert_eq!(Run::status(&run.page, "/", fields), "403", "{fields}");
        assert_eq!(Run::status(&run.page, "/reports/report.json", fields), "403", "{fields}");
    }
}

#[test]
fn this_machine_and_whom_the_user_names_come_in() {
    let run = Run::start(&["--allow-host", "build.example"]);
    for fields in [
        "Host: OURS",
        "Host: localhost:1",
        "Host: OURS\r\nOrigin: http://OURS",
        "Host: OURS\r\nOrigin: http://127.0.0.1:13001",
        "Host: OURS\r\nOrigin: http://localhost:3000",
        "Host: build.example\r\nOrigin: http://build.example",
        "Host: OURS\r\nOrigin: https://build.example:8443",
    ] {
        assert_eq!(Run::status(&run.control, "/getCaseCount", fields), "101", "{fields}");
        assert_eq!(Run::status(&run.page, "/", fields), "200", "{fields}");
    }
}
