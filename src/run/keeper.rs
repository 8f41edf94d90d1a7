//! Who sees to it that a server under test is there, and there again when it has gone away.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::{
    Child, ChildError, ChildExit, ChildOutput, DEATH_LAG, Probe, Route, Target,
    visit::{Answer, Visit},
};

/// How often a server is brought back at most: a dozen culprits, each of which takes it with it
/// twice.
const COMEBACKS_MAX: usize = 24;

/// How long a server that is not ours may take to be there again: as long as a supervisor hesitates
/// to start a program once more that ends again and again.
const COMEBACK_PATIENCE: Duration = Duration::from_secs(10);

/// How long a run may wait for that in all.
const COMEBACKS_PATIENCE: Duration = Duration::from_secs(60);

/// How long a process takes to be gone whose sockets are closed already.
const END_PATIENCE: Duration = Duration::from_millis(200);

/// How long a server that is not ours may take to answer a handshake when all that we want to know
/// is whether it lives. One that takes longer does.
const SIGN_PATIENCE: Duration = Duration::from_millis(500);

/// The same for a server of ours, whose end we see: it may be busy with writing down its stack.
const OUR_SIGN_PATIENCE: Duration = Duration::from_secs(3);

/// Keeps a server there: one that we started is started again, any other may be by somebody else.
#[derive(Debug)]
pub struct Keeper {
    server: Server,
    comebacks_left: usize,
    /// How long may still be waited for one that is not ours.
    patience_left: Duration,
}

/// Whose the server is.
#[derive(Debug)]
enum Server {
    /// Somebody else's.
    Foreign,
    /// In this process, and so there for as long as we are.
    Within,
    /// A process that we start.
    Ours(Box<Ours>),
}

/// A server that we start.
#[derive(Debug)]
struct Ours {
    command: Vec<String>,
    output: ChildOutput,
    patience: Duration,
    /// `None` while it is gone.
    child: Option<Child>,
    /// How it ended last, if we saw that.
    exit: Option<ChildExit>,
}

impl Default for Keeper {
    fn default() -> Self {
        Self::of_a_stranger()
    }
}

impl Keeper {
    /// Of a server that somebody else starts.
    #[must_use]
    pub const fn of_a_stranger() -> Self {
        Self::of(Server::Foreign)
    }

    /// Of a server in this process.
    #[must_use]
    pub const fn of_this_process() -> Self {
        Self::of(Server::Within)
    }

    const fn of(server: Server) -> Self {
        Self { server, comebacks_left: COMEBACKS_MAX, patience_left: COMEBACKS_PATIENCE }
    }

    /// Starts a server with this command and waits until it answers.
    ///
    /// # Errors
    /// It cannot be started, ends, or accepts no connection within `patience`.
    pub async fn start(
        command: &[String],
        output: ChildOutput,
        target: &Target,
        patience: Duration,
    ) -> Result<(Self, Probe), ChildError> {
        let mut ours =
            Ours { command: command.to_owned(), output, patience, child: None, exit: None };
        let probe = ours.start(target).await?;
        Ok((Self::of(Server::Ours(Box::new(ours))), probe))
    }

    /// Ends the server, if it is ours. Says how it ended, if it did so by itself.
    pub async fn end(self) -> Option<ChildExit> {
        let Server::Ours(mut ours) = self.server else {
            return None;
        };
        let Some(mut child) = ours.child.take() else {
            return ours.exit;
        };
        let died = child.has_ended();
        child.stop().await;
        died
    }

    /// Where the output of a server of ours goes.
    #[must_use]
    pub fn output(&self) -> ChildOutput {
        match &self.server {
            Server::Ours(ours) => ours.output.clone(),
            Server::Foreign | Server::Within => ChildOutput::Stderr,
        }
    }

    /// Whether the server is ours.
    pub(super) const fn is_ours(&self) -> bool {
        matches!(self.server, Server::Ours(_))
    }

    /// Whether a crash costs no more than the time to bring the server back.
    pub(super) const fn can_afford_crashes(&self) -> bool {
        !matches!(self.server, Server::Foreign)
    }

    /// Returns once a server of ours has ended by itself; never for any other.
    pub(super) async fn ended(&mut self) {
        match &mut self.server {
            Server::Ours(ours) => ours.ended().await,
            Server::Foreign | Server::Within => std::future::pending().await,
        }
    }

    /// Whether the server lives on after the time that its end may take. What it dies of by then
    /// is not the look, which comes last.
    pub(super) async fn sees_it_live_on(&mut self, target: &Target, route: &Route) -> bool {
        timeout(DEATH_LAG, self.ended()).await.is_err() && self.sees_a_sign(target, route).await
    }

    /// Whether the server lives, by what it says to a handshake.
    async fn sees_a_sign(&mut self, target: &Target, route: &Route) -> bool {
        let patience = if self.is_ours() { OUR_SIGN_PATIENCE } else { SIGN_PATIENCE };
        tokio::select! {
            biased;
            () = self.ended() => false,
            is_alive = is_alive(target, route, patience) => is_alive,
        }
    }

    /// How the server went away, in words. Ends what is left of it, if it is ours.
    pub(super) async fn says_how(&mut self) -> String {
        let Server::Ours(ours) = &mut self.server else {
            return "the server took no more connections".to_owned();
        };
        if let Some(mut child) = ours.child.take() {
            ours.exit = child.ended_within(END_PATIENCE).await;
            if ours.exit.is_none() {
                child.stop().await;
            }
        }
        match &ours.exit {
            Some(exit) => format!("the server ended ({exit})"),
            None => "the server took no more connections".to_owned(),
        }
    }

    /// Sees to it that the server is there again. There is a bound to how often that is done.
    pub(super) async fn brings_back(&mut self, target: &Target, route: &Route) -> bool {
        if self.comebacks_left == 0 {
            return false;
        }
        self.comebacks_left -= 1;
        match &mut self.server {
            Server::Ours(ours) => ours.start(target).await.is_ok(),
            Server::Foreign | Server::Within => {
                let began = Instant::now();
                let patience = COMEBACK_PATIENCE.min(self.patience_left);
                let is_back = route.is_taken_within(patience).await;
                self.patience_left = self.patience_left.saturating_sub(began.elapsed());
                is_back
            }
        }
    }
}

impl Ours {
    async fn start(&mut self, target: &Target) -> Result<Probe, ChildError> {
        self.exit = None;
        let mut child = Child::start(&self.command, target.whole_url(), &self.output)?;
        let probe = child.first_answer(target, self.patience).await?;
        self.child = Some(child);
        Ok(probe)
    }

    async fn ended(&mut self) {
        if let Some(child) = &mut self.child {
            self.exit = Some(child.ended().await);
            self.child = None;
        }
    }
}

/// Opens a connection and closes it by the book: a server may take anything else for a reason to
/// end.
async fn is_alive(target: &Target, route: &Route, patience: Duration) -> bool {
    let exchange = async {
        let mut visit = Visit::on(route.connect(patience).await.ok()?);
        let request = target.request(rand::random(), Vec::new()).encode();
        let answer = visit.ask(&request).await.ok()?;
        if matches!(answer, Answer::Response(_)) {
            // What it says to our Close is a matter of cases.
            let _ = visit.close().await;
        }
        (!visit.octets().is_empty()).then_some(())
    };
    match timeout(patience, exchange).await {
        Ok(Some(())) | Err(_) => true,
        // It may be about to end, or just not like us.
        Ok(None) => route.is_taken(patience).await,
    }
}
