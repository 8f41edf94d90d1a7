//! A duel over sockets.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    FuzzError, ServerFuzz,
    clock::{Rate, WATCH_EVERY, unix_ms},
};
use crate::{
    fuzz::duel::Duel,
    protocol::Role,
    run::{Stop, fuzz::server::play, pace::Place},
    transcript::Transcript,
};

/// So many connections in a row that do not come about: a server is gone.
const REFUSED_MAX: u32 = 3;

/// Plays a duel between two servers.
#[derive(Debug)]
pub struct ServerDuel {
    /// The servers, and how to play with them.
    pub servers: [ServerFuzz; 2],
    /// What keys and masks follow from.
    pub seed: u64,
    /// Generated cases; `None`: as the time allows.
    pub cases: Option<u64>,
    /// When no further case begins.
    pub until: Option<Duration>,
}

impl ServerDuel {
    /// Plays until the time or the cases are over, or it is stopped. `watch` sees it now and then.
    ///
    /// # Errors
    /// A server is gone. What was found till then is in the duel.
    pub async fn play(
        self,
        duel: &mut Duel,
        mut stop: Stop,
        watch: &mut dyn FnMut(&Duel),
    ) -> Result<(), FuzzError> {
        let until = self.until.map(|until| Instant::now() + until);
        let servers = self.servers.map(Arc::new);
        let rates = servers.each_ref().map(|server| server.rate);
        let mut rate = Rate::of(rates.into_iter().flatten().min());
        let mut refused = [0; 2];
        let mut watched = Instant::now();
        loop {
            let over = self.cases.is_some_and(|cases| duel.statistics().cases >= cases);
            let late = until.is_some_and(|until| Instant::now() >= until);
            if over || late || stop.is_stopped() {
                break;
            }
            rate.next().await;
            let case = duel.next_case();
            let [one, other] = servers.each_ref().map(|server| {
                play(server, &case, Place::of_a_guest(), server.certain, self.seed, stop.clone())
            });
            let (one, other) = tokio::select! {
                biased;
                () = stop.stopped() => break,
                both = async { tokio::join!(one, other) } => both,
            };
            let mut transcripts = [one, other].into_iter().zip(&mut refused);
            let mut taken = || match transcripts.next() {
                Some((Ok(transcript), refused)) => {
                    *refused = 0;
                    Ok(transcript)
                }
                Some((Err(reason), refused)) => {
                    *refused += 1;
                    if *refused >= REFUSED_MAX {
                        return Err(FuzzError::Gone(reason));
                    }
                    Ok(Transcript::never_connected(Role::Client, unix_ms()))
                }
                None => unreachable!("there are two"),
            };
            let transcripts = [taken()?, taken()?];
            if !stop.is_stopped() {
                duel.done(&case, &transcripts);
            }
            if watched.elapsed() >= WATCH_EVERY {
                watched = Instant::now();
                watch(duel);
            }
        }
        duel.finish();
        watch(duel);
        Ok(())
    }
}
