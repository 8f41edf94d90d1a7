//! Reports that clients want written: one write at a time, and all who ask while one is under way
//! share the next.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use super::Written;

/// The writes that clients have asked for.
#[derive(Debug, Default)]
pub struct Reports {
    /// Held while one is under way; it is handed on in the order of asking.
    turn: Mutex<()>,
    begun: AtomicU64,
}

impl Reports {
    /// Waits for a write that began after this was called, and asks for one if nobody else does.
    pub async fn written(&self, ask: impl FnOnce(Written)) {
        let begun_before = self.begun.load(Ordering::Relaxed);
        let _turn = self.turn.lock().await;
        if self.begun.load(Ordering::Relaxed) > begun_before {
            return;
        }
        self.begun.fetch_add(1, Ordering::Relaxed);
        let (written, wait) = Written::new();
        ask(written);
        // The other end is never used but dropped.
        let _ = wait.await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{sync::mpsc, task::JoinSet};

    use super::*;

    #[tokio::test]
    async fn all_who_ask_during_a_write_share_the_next() {
        let reports = Arc::new(Reports::default());
        let (sender, mut asked) = mpsc::unbounded_channel();
        let mut clients = JoinSet::new();
        let mut come = |count: usize| {
            for _ in 0..count {
                let (reports, sender) = (Arc::clone(&reports), sender.clone());
                clients.spawn(async move {
                    reports.written(|written| sender.send(written).unwrap()).await;
                });
            }
        };
        come(1);
        let first = asked.recv().await.unwrap();
        come(200);
        tokio::task::yield_now().await;
        drop(first);
        let second = asked.recv().await.unwrap();
        assert!(second.is_wanted());
        drop(second);
        while clients.join_next().await.is_some() {}
        assert!(asked.try_recv().is_err(), "a third write was asked for");
    }

    #[tokio::test]
    async fn a_client_that_has_gone_wants_nothing_and_keeps_nobody_waiting() {
        let reports = Reports::default();
        let (sender, mut asked) = mpsc::unbounded_channel();
        let gone = reports.written(|written| sender.send(written).unwrap());
        tokio::select! {
            biased;
            () = gone => unreachable!("nobody has written anything"),
            () = tokio::task::yield_now() => {}
        }
        assert!(!asked.recv().await.unwrap().is_wanted());
        let next = reports.written(drop);
        next.await;
    }
}
