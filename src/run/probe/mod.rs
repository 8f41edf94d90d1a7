//! A first look at the target: is it there, can it be tested, how far away is it, what is it
//! called?

mod excerpt;
mod obstacle;
mod refusal;

use std::{io, time::Duration};

use tokio::time::{Instant, timeout};

use super::{
    ConnectError, Route, Target, connect,
    visit::{Answer, Heard, Visit},
};
pub use obstacle::Obstacle;
pub use refusal::Refusal;
use refusal::field;

/// Round trips that are measured. The fastest counts: the first answers of a testee that has just
/// started are slow for reasons of its own.
const PINGS: usize = 4;

/// When enough time was spent on measuring round trips.
const PINGS_ENOUGH: Duration = Duration::from_millis(500);

/// How long the target may take to answer the opening handshake, if nobody says otherwise.
pub(super) const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// The shortest time that it has for anything later; the run does not depend on that.
const PATIENCE_MIN: Duration = Duration::from_millis(500);

/// Octets of the body of a refusal that are looked at.
const BODY_MAX: usize = 2048;

/// What a first look showed.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The way to the target.
    pub route: Route,
    /// The time that octets take there and back.
    pub round_trip: Duration,
    /// The time that the opening handshake took.
    pub opening: Duration,
    /// The `Server` field of its response, which Autobahn takes for the agent's name.
    pub server: Option<String>,
    /// Why there is nothing to test, if that is so.
    pub obstacle: Option<Obstacle>,
}

impl Probe {
    /// Nothing is known but the way to the target.
    #[must_use]
    pub const fn at(route: Route) -> Self {
        Self {
            route,
            round_trip: Duration::ZERO,
            opening: Duration::ZERO,
            server: None,
            obstacle: None,
        }
    }

    /// Connects to the target, opens a WebSocket connection, sends a few Pings and closes it, all
    /// within bounds. Only the connection itself has to come about.
    ///
    /// # Errors
    /// There is no TCP connection, or no TLS on it.
    pub async fn of(target: &Target, nonce: [u8; 16]) -> Result<Self, ConnectError> {
        Self::within(ANSWER_PATIENCE, target, nonce).await
    }

    /// The same with this patience for the answer to the opening handshake.
    ///
    /// # Errors
    /// The same.
    pub async fn within(
        patience: Duration,
        target: &Target,
        nonce: [u8; 16],
    ) -> Result<Self, ConnectError> {
        let mut probe = Self::at(Route::to(target).await?);
        let before = Instant::now();
        let mut visit = Visit::on(probe.route.connect(connect::CONNECT_TIMEOUT).await?);
        probe.round_trip = before.elapsed();
        let request = target.request(nonce, Vec::new()).encode();
        let before = Instant::now();
        let answer = timeout(patience, visit.ask(&request)).await;
        probe.opening = before.elapsed();
        match answer {
            Ok(Ok(Answer::Response(end))) => probe.read(&mut visit, end, target).await,
            Ok(Ok(Answer::NotHttp)) => {
                probe.obstacle = Some(Obstacle::of_other_protocol(visit.octets()));
            }
            Ok(Ok(Answer::EndlessHead)) => probe.obstacle = Some(Obstacle::EndlessHead),
            Ok(Err(error)) if probe.route.late_refusal(&error).is_some() => {
                return Err(probe.route.late_refusal(&error).expect("it has been looked at"));
            }
            Ok(Ok(Answer::End) | Err(_)) => {
                probe.obstacle = Some(match visit.octets() {
                    [] if probe.route.speaks_tls().await => Obstacle::Tls,
                    [] => Obstacle::Closed,
                    _ => Obstacle::CutOff,
                });
            }
            Err(_) => {
                probe.obstacle = Some(match visit.octets() {
                    [] => Obstacle::Silent(patience),
                    _ => Obstacle::CutOff,
                });
            }
        }
        Ok(probe)
    }

    /// The same, if the target can be tested.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn testable(self) -> Result<Self, Obstacle> {
        match self.obstacle {
            Some(obstacle) => Err(obstacle),
            None => Ok(self),
        }
    }

    /// Whether any octet came in answer to the opening handshake.
    pub(super) const fn is_answered(&self) -> bool {
        !self.opening.is_zero()
            && !matches!(self.obstacle, Some(Obstacle::Silent(_) | Obstacle::Closed))
    }

    /// Reads the response, whose head has this length, and goes on if it opens the connection.
    async fn read(&mut self, visit: &mut Visit, end: usize, target: &Target) {
        let head = visit.octets()[..end].to_vec();
        let server = field(&head, "server");
        self.server = server.map(|server| target.secrets().hidden_in(&server));
        let patience = (self.opening * 4).max(PATIENCE_MIN);
        if Refusal::status_of(&head) == Some(101) {
            self.measure(visit, patience, target).await;
            return;
        }
        let _ = timeout(patience, visit.read_body(end, BODY_MAX)).await;
        let refusal = Refusal::of(&head, &visit.octets()[end..], target);
        self.obstacle = Some(if refusal.is_about_tls() || self.is_for_tls(&refusal).await {
            Obstacle::Tls
        } else {
            Obstacle::Refused(Box::new(refusal))
        });
    }

    /// Whether a 400 is what a server with TLS says to whoever comes without.
    async fn is_for_tls(&self, refusal: &Refusal) -> bool {
        refusal.status() == Some(400) && self.route.speaks_tls().await
    }

    /// Measures round trips on an open connection and closes it.
    async fn measure(&mut self, visit: &mut Visit, patience: Duration, target: &Target) {
        let mut fastest = self.opening;
        let heard = timeout(patience, pings(visit, &mut fastest)).await;
        // (Connecting may have taken more than one attempt.)
        self.round_trip = fastest;
        if let Ok(Ok(Heard::End(close))) = heard
            && self.closes_by_itself(patience, target).await
        {
            self.obstacle = Some(Obstacle::closing(close.as_ref(), target));
        }
        let _ = timeout(patience, visit.close()).await;
    }

    /// Whether the target closes a connection on which nothing is sent: what it closed before may
    /// have been an answer to our Ping.
    async fn closes_by_itself(&self, patience: Duration, target: &Target) -> bool {
        let request = target.request(rand::random(), Vec::new()).encode();
        let ended = async {
            let stream = self.route.connect(connect::CONNECT_TIMEOUT).await.ok()?;
            let mut visit = Visit::on(stream);
            match visit.ask(&request).await {
                Ok(Answer::Response(_)) => visit.is_ended().await.ok(),
                _ => None,
            }
        };
        matches!(timeout(patience, ended).await, Ok(Some(_)))
    }
}

/// Sends Pings, one after the other, and notes the time of the fastest Pong.
async fn pings(visit: &mut Visit, fastest: &mut Duration) -> io::Result<Heard> {
    let began = Instant::now();
    for number in 0..PINGS {
        let before = Instant::now();
        let heard = visit.ping(format!("wspec {number}").as_bytes()).await?;
        if heard != Heard::Pong {
            return Ok(heard);
        }
        *fastest = before.elapsed().min(*fastest);
        if began.elapsed() > PINGS_ENOUGH {
            break;
        }
    }
    Ok(Heard::Pong)
}
