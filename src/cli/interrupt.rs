//! Ctrl-C ends a run in order, and so do the other signals that ask a process to end.
//!
//! A thread of its own waits for them: whatever the others are busy with, a signal is heard.

use std::{io, sync::OnceLock, thread};

use tokio::{
    runtime::Builder,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::output::{Haste, hurry, warn};
use crate::run::StopSwitch;

/// The signals that ask a process to end.
struct Signals([Signal; 3]);

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn next(&mut self) {
        let [first, second, third] = &mut self.0;
        tokio::select! {
            _ = first.recv() => {}
            _ = second.recv() => {}
            _ = third.recv() => {}
        }
    }
}

/// How often we were asked to end.
fn wishes() -> Option<watch::Receiver<u32>> {
    static WISHES: OnceLock<Option<watch::Receiver<u32>>> = OnceLock::new();
    WISHES.get_or_init(|| listen().ok()).clone()
}

/// Begins to wait for signals.
fn listen() -> io::Result<watch::Receiver<u32>> {
    let (sender, wishes) = watch::channel(0);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // From here on signals are ours, before anything is begun that they are to end.
    let mut signals = {
        let _entered = runtime.enter();
        Signals::new()?
    };
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            loop {
                signals.next().await;
                // A second one is for those who do not want to wait for anything.
                let is_first = *sender.borrow() == 0;
                hurry(if is_first { Haste::Some } else { Haste::All });
                sender.send_modify(|count| *count += 1);
            }
        });
    })?;
    Ok(wishes)
}

/// Begins to listen to signals, and returns a future that is ready when somebody has asked the process
/// to end. Call it before telling anyone that the process runs.
///
/// # Errors
/// The system does not tell us of such wishes.
pub fn asked_to_end() -> impl Future<Output = io::Result<()>> {
    let wishes = wishes();
    async {
        match wishes {
            Some(mut wishes) => {
                wishes.wait_for(|count| *count > 0).await.map(|_| ()).map_err(ended)
            }
            None => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// The thread never ends, but by a panic.
fn ended(_: watch::error::RecvError) -> io::Error {
    io::Error::other("nobody waits for signals any more")
}

/// Does the work. The first signal throws the switch, the second drops the work where it is:
/// then there is no result.
pub async fn unless_interrupted<T>(
    switch: &StopSwitch,
    work: impl Future<Output = T>,
) -> Option<T> {
    let interrupted_twice = async {
        let Some(mut wishes) = wishes() else {
            // Without handlers signals do what they always do.
            return std::future::pending().await;
        };
        if wishes.wait_for(|count| *count > 0).await.is_err() {
            return std::future::pending().await;
        }
        warn("stopping; press Ctrl-C again to give up the report");
        switch.stop();
        if wishes.wait_for(|count| *count > 1).await.is_err() {
            std::future::pending().await
        }
    };
    tokio::select! {
        biased;
        () = interrupted_twice => None,
        result = work => Some(result),
    }
}
