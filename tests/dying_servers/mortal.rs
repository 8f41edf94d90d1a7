//! The server that dies: an echo in a process of its own, until what it dies of comes.

use std::{
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use tungstenite::Message;

/// The variable that makes this test's program a server; it says what the server dies of.
pub const DIES_OF: &str = "WSPEC_TEST_DIES_OF";

/// What a server dies of, with the exit status 7.
#[derive(Clone, Copy)]
pub enum DiesOf {
    /// A text message of 126 octets, which only the case 1.1.3 sends.
    Octets126,
    AnyMessage,
    /// The first message ever: the file is there from then on.
    FirstMessage,
    /// A text message of 126 octets or more, of which it dies some time later.
    LongTextLater,
    /// A connection that ends without a Close.
    NoClose,
}

/// How long a server outlives what it dies of, if it does.
const DEATH_LAG: Duration = Duration::from_millis(60);

impl DiesOf {
    const ALL: [(&str, Self); 5] = [
        ("126", Self::Octets126),
        ("any", Self::AnyMessage),
        ("first", Self::FirstMessage),
        ("later", Self::LongTextLater),
        ("no-close", Self::NoClose),
    ];

    pub fn name(self) -> &'static str {
        let same = |(_, other): &&(&str, Self)| *other as u8 == self as u8;
        Self::ALL.iter().find(same).unwrap().0
    }

    fn is_it(self, message: &Message) -> bool {
        match self {
            Self::Octets126 => message.is_text() && message.len() == 126,
            Self::AnyMessage => true,
            Self::FirstMessage => {
                let marker = std::env::args().next_back().unwrap();
                std::fs::File::create_new(marker).is_ok()
            }
            Self::LongTextLater => message.is_text() && message.len() >= 126,
            Self::NoClose => false,
        }
    }
}

/// The server, in a process of its own; no test unless it is started as that.
#[test]
fn the_server_itself() {
    let Ok(name) = std::env::var(DIES_OF) else {
        return;
    };
    let (_, dies_of) = DiesOf::ALL.iter().find(|(known, _)| *known == name).unwrap();
    let url = std::env::var("WSPEC_URL").unwrap();
    let address = url.trim_start_matches("ws://").trim_end_matches('/');
    for stream in TcpListener::bind(address).unwrap().incoming().flatten() {
        thread::spawn(|| serve(stream, *dies_of));
    }
}

fn serve(stream: TcpStream, dies_of: DiesOf) {
    let Ok(mut socket) = tungstenite::accept(stream) else {
        return;
    };
    loop {
        let message = match socket.read() {
            Ok(message) => message,
            Err(tungstenite::Error::ConnectionClosed) => return,
            Err(_) if matches!(dies_of, DiesOf::NoClose) => die(),
            Err(_) => return,
        };
        let is_data = message.is_text() || message.is_binary();
        if is_data && dies_of.is_it(&message) {
            match dies_of {
                DiesOf::LongTextLater => drop(thread::spawn(|| {
                    thread::sleep(DEATH_LAG);
                    die()
                })),
                DiesOf::Octets126 | DiesOf::AnyMessage | DiesOf::FirstMessage | DiesOf::NoClose => {
                    die()
                }
            }
        }
        if is_data && socket.send(message).is_err() {
            return;
        }
    }
}

fn die() -> ! {
    std::process::exit(7)
}
