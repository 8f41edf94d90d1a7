//! A server that we start, and start again.

use std::time::Duration;

use tokio::time::timeout;

use crate::run::{Child, ChildError, ChildExit, ChildOutput, DEATH_LAG, Target, ensure_free};

/// How a testee is started.
#[derive(Debug)]
pub struct Testee {
    /// Its command.
    pub command: Vec<String>,
    /// Where its output goes.
    pub output: ChildOutput,
    /// How long it may take until it accepts connections.
    pub patience: Duration,
}

/// A testee that we started.
#[derive(Debug)]
pub(super) struct Running {
    testee: Testee,
    child: Child,
}

impl Running {
    pub(super) async fn start(testee: Testee, target: &Target) -> Result<Self, ChildError> {
        ensure_free(target).await?;
        let child = child_of(&testee, target).await?;
        Ok(Self { testee, child })
    }

    /// How it ended, if it has; `closely`: if it is about to, that is waited for.
    pub(super) async fn death(&mut self, closely: bool) -> Option<ChildExit> {
        if closely {
            timeout(DEATH_LAG, self.child.ended()).await.ok()
        } else {
            self.child.has_ended()
        }
    }

    /// Starts it again.
    pub(super) async fn restart(&mut self, target: &Target) -> Result<(), ChildError> {
        self.child.kill().await;
        self.child = child_of(&self.testee, target).await?;
        Ok(())
    }

    pub(super) const fn group(&self) -> Option<i32> {
        self.child.group_number()
    }

    pub(super) async fn stop(self) {
        self.child.stop().await;
    }
}

async fn child_of(testee: &Testee, target: &Target) -> Result<Child, ChildError> {
    let mut child = start(testee, target.whole_url())?;
    child.first_answer(target, testee.patience).await?.testable()?;
    Ok(child)
}

/// Starts a testee with this URL.
pub(super) fn start(testee: &Testee, url: &str) -> Result<Child, ChildError> {
    Child::start(&testee.command, url, &testee.output)
}
