//! A case played against an endpoint in memory: no socket, a clock that is a number.
//!
//! The wire is TCP as far as a case can tell. What one write wrote arrives in one read, in order, as
//! much later as the connection's `latency` says; FIN and RST arrive like octets; what reaches a side
//! that has ended TCP is lost.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use wspec::{
    case::{Case, DeflateScript},
    play::{Finish, Live, Opening, Patience, Player, Setup, Write},
    protocol::{
        Role,
        deflate::{Acceptance, EXTENSION_NAME},
        handshake::{ClientRequest, HeadReader, HeadState, SecWebSocketKey, ServerRequest},
    },
    testee::{Conduct, Endpoint, Target, TcpEnd},
    transcript::Transcript,
};

/// Between two writes that are to arrive on their own.
const APART: Duration = Duration::from_micros(10);

/// What clients are to connect to.
const HOST: &str = "testee:9001";

/// What clients are to request.
const RESOURCE: &str = "/runCase?case=1";

/// A bound for defects of the simulation itself.
const EVENTS_MAX: usize = 1_000_000;

/// What a connection is like, whoever plays on it.
#[derive(Clone, Copy)]
pub struct Connection {
    /// Which one of the run it is: the endpoint's random octets depend on it.
    pub number: u64,
    /// The time from one side to the other.
    pub latency: Duration,
}

impl Default for Connection {
    /// The first, within one machine.
    fn default() -> Self {
        Self { number: 0, latency: Duration::from_micros(50) }
    }
}

/// Plays `case` as `role` against an endpoint of this conduct. `None`: as server, we never saw a
/// request to answer.
pub fn play(
    case: &Arc<Case>,
    role: Role,
    conduct: &Conduct,
    patience: Patience,
) -> Option<Transcript> {
    play_on(Connection::default(), case, role, conduct, patience)
}

/// The same on this connection. An endpoint that does not echo is played with as such.
pub fn play_on(
    connection: Connection,
    case: &Arc<Case>,
    role: Role,
    conduct: &Conduct,
    patience: Patience,
) -> Option<Transcript> {
    let number = connection.number;
    let setup = Setup {
        patience,
        seed: 1,
        started_unix_ms: number,
        live: (!conduct.echoes()).then(Live::default),
    };
    let (opening, endpoint) = match role {
        Role::Client => {
            let opening =
                Opening::client(&request(case.deflate.as_ref()), case.handshake.request());
            (opening, Endpoint::server(conduct.clone(), number))
        }
        Role::Server => {
            let target = Target { host: HOST.to_owned(), resource: RESOURCE.to_owned() };
            let mut endpoint = Endpoint::client(target, conduct.clone(), number);
            (answer(&mut endpoint, case)?, endpoint)
        }
    };
    let player = Player::new(Arc::clone(case), opening, &setup);
    Some(Wire::new(player, endpoint, connection.latency).run())
}

fn request(deflate: Option<&DeflateScript>) -> ClientRequest {
    let offers = deflate.map_or(&[][..], |script| &script.offers);
    let element = |parameters: &String| match parameters.as_str() {
        "" => EXTENSION_NAME.to_owned(),
        parameters => format!("{EXTENSION_NAME}; {parameters}"),
    };
    ClientRequest {
        target: "/".to_owned(),
        host: "testee".to_owned(),
        key: SecWebSocketKey::new([7; 16]),
        origin: None,
        subprotocols: Vec::new(),
        extensions: offers.iter().map(element).collect(),
        fields: Vec::new(),
    }
}

/// Reads the endpoint's request, if it sends a right one.
fn answer(endpoint: &mut Endpoint, case: &Case) -> Option<Opening> {
    let mut octets = Vec::new();
    endpoint.transmit(&mut octets);
    let mut reader = HeadReader::default();
    let HeadState::Complete(end) = reader.push(&octets) else {
        return None;
    };
    let (head, rest) = octets.split_at(end);
    let request = ServerRequest::read(head).ok()?;
    let is_for_us =
        request.target.ends_with(RESOURCE) && request.fields.single("Host") == Some(HOST);
    if !is_for_us {
        return None;
    }
    let rules = case.deflate.as_ref().map_or(&[][..], |script| &script.accept);
    let wishes: Vec<Acceptance> = rules
        .iter()
        .map(|rule| Acceptance {
            client_no_context_takeover: rule.client_no_context_takeover,
            client_max_window_bits: (rule.client_window > 0).then_some(rule.client_window),
        })
        .collect();
    let edits = case.handshake.response();
    Some(Opening::server(&request, head, rest.to_vec(), &wishes, edits))
}

/// What travels.
enum Parcel {
    Octets(Vec<u8>),
    Fin,
    Reset,
}

/// One direction of the wire.
struct Pipe {
    latency: Duration,
    parcels: VecDeque<(Duration, Parcel)>,
}

impl Pipe {
    const fn new(latency: Duration) -> Self {
        Self { latency, parcels: VecDeque::new() }
    }

    fn send(&mut self, parcel: Parcel, now: Duration) {
        self.parcels.push_back((now + self.latency, parcel));
    }

    fn next_arrival(&self) -> Option<Duration> {
        self.parcels.front().map(|(arrival, _)| *arrival)
    }

    fn arrived(&mut self, now: Duration) -> Option<Parcel> {
        (self.next_arrival()? <= now).then(|| self.parcels.pop_front())?.map(|(_, parcel)| parcel)
    }
}

/// Both sides, and what is between them.
struct Wire {
    now: Duration,
    player: Player,
    /// Until when the player's last write is given time to leave on its own.
    player_pauses: Option<Duration>,
    endpoint: Endpoint,
    endpoint_ended: bool,
    to_player: Pipe,
    to_endpoint: Pipe,
}

impl Wire {
    fn new(player: Player, endpoint: Endpoint, latency: Duration) -> Self {
        Self {
            now: Duration::ZERO,
            player,
            player_pauses: None,
            endpoint,
            endpoint_ended: false,
            to_player: Pipe::new(latency),
            to_endpoint: Pipe::new(latency),
        }
    }

    fn run(mut self) -> Transcript {
        for _ in 0..EVENTS_MAX {
            self.player_writes();
            self.endpoint_writes();
            if self.player.finished().is_some() {
                return self.player.into_transcript(self.now);
            }
            let to_player = self.to_player.next_arrival();
            let next = [
                to_player.filter(|_| self.player.is_reading()),
                self.to_endpoint.next_arrival(),
                self.player.next_wake(),
                self.endpoint.next_wake(),
                self.player_pauses,
            ];
            let next = next.into_iter().flatten().min();
            self.now = self.now.max(next.expect("a player always has a bound to its patience"));
            self.something_happens();
        }
        panic!("the case does not end; so far: {:#?}", self.player.entries());
    }

    fn something_happens(&mut self) {
        match self.to_endpoint.arrived(self.now) {
            Some(_) if self.endpoint_ended => {}
            Some(Parcel::Octets(mut octets)) => self.endpoint.receive(&mut octets, self.now),
            Some(Parcel::Fin | Parcel::Reset) => self.endpoint.peer_closed(),
            None => {}
        }
        let to_player = self.player.is_reading();
        match to_player.then(|| self.to_player.arrived(self.now)).flatten() {
            Some(Parcel::Octets(mut octets)) => self.player.receive(&mut octets, self.now),
            Some(Parcel::Fin) => self.player.peer_closed(self.now),
            Some(Parcel::Reset) => self.player.peer_reset(self.now),
            None => {}
        }
        if self.player.next_wake().is_some_and(|wake| wake <= self.now) {
            self.player.wake(self.now);
        }
        if self.endpoint.next_wake().is_some_and(|wake| wake <= self.now) {
            self.endpoint.wake(self.now);
        }
    }

    fn player_writes(&mut self) {
        if self.player_pauses.is_some_and(|until| until > self.now) {
            return;
        }
        self.player_pauses = None;
        loop {
            let mut octets = Vec::new();
            match self.player.transmit(&mut octets, self.now) {
                Write::Nothing => break,
                Write::Now | Write::Piece => {
                    self.to_endpoint.send(Parcel::Octets(octets), self.now)
                }
                Write::Apart => {
                    self.to_endpoint.send(Parcel::Octets(octets), self.now);
                    self.player_pauses = Some(self.now + APART);
                    break;
                }
            }
        }
        if self.player.take_half_close() {
            self.to_endpoint.send(Parcel::Fin, self.now);
        }
        match self.player.finished() {
            Some(Finish::Fin) => self.to_endpoint.send(Parcel::Fin, self.now),
            Some(Finish::Reset) => self.to_endpoint.send(Parcel::Reset, self.now),
            Some(Finish::PeerIsGone) | None => {}
        }
    }

    fn endpoint_writes(&mut self) {
        if self.endpoint_ended {
            return;
        }
        let mut octets = Vec::new();
        self.endpoint.transmit(&mut octets);
        if !octets.is_empty() {
            self.to_player.send(Parcel::Octets(octets), self.now);
        }
        if let Some(end) = self.endpoint.finished() {
            self.endpoint_ended = true;
            match end {
                TcpEnd::Reset => self.to_player.send(Parcel::Reset, self.now),
                TcpEnd::Fin | TcpEnd::PeerIsGone => self.to_player.send(Parcel::Fin, self.now),
            }
        }
    }
}
