//! A run with a server: once, and once more for what has failed; and what that means for the exit
//! status.

use super::{Exit, listener::Listener, output::warn};
use crate::run::{ChildExit, Keeper, RunError, ServerRun, Stop, Summary, TargetGone};

/// Plays the run and listens to it; then what has failed again, if that is wanted.
pub(super) async fn play(
    run: ServerRun,
    retries: u8,
    keeper: &mut Keeper,
    listener: &mut Listener,
    agent: &str,
    stop: Stop,
) -> Result<Summary, RunError> {
    let mut summary = attempt(run.clone(), keeper, listener, agent, stop.clone()).await?;
    for _ in 0..retries {
        let cases = listener.failed(&run.cases);
        if cases.is_empty() || summary.interrupted {
            break;
        }
        listener.try_again(cases.len());
        let again = ServerRun { cases, ..run.clone() };
        let again = attempt(again, keeper, listener, agent, stop.clone()).await?;
        summary.interrupted = again.interrupted;
        summary.unexplained += again.unexplained;
        summary.unexamined += again.unexamined;
        summary.left_down = again.left_down;
    }
    Ok(summary)
}

async fn attempt(
    run: ServerRun,
    keeper: &mut Keeper,
    listener: &mut Listener,
    agent: &str,
    stop: Stop,
) -> Result<Summary, RunError> {
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let listening = async {
        while let Some(event) = events.recv().await {
            listener.note(agent, event);
        }
    };
    let (played, ()) = tokio::join!(run.play_confirmed(keeper, sender, stop), listening);
    played
}

/// How the command ends with a run that went like this, and a server of ours that ended by itself
/// like this.
pub(super) fn ending(
    played: Result<Summary, RunError>,
    died: Option<ChildExit>,
    has_failures: bool,
) -> Exit {
    match played {
        Ok(summary) if summary.interrupted => Exit::Interrupted,
        Ok(summary) if summary.left_down || died.is_none() => {
            of_a_whole_run(&summary, has_failures)
        }
        Err(RunError::Shortage(shortage)) => {
            warn(shortage);
            Exit::Usage
        }
        Ok(_) | Err(RunError::TargetGone(_)) => {
            let why = died.map_or_else(
                || TargetGone.to_string(),
                |exit| format!("the server ended in the middle of the run ({exit})"),
            );
            warn(why);
            Exit::Unreachable
        }
    }
}

/// How a run ends that came to its end.
fn of_a_whole_run(summary: &Summary, has_failures: bool) -> Exit {
    if summary.unexplained > 0 {
        warn(format_args!(
            "no case made the server go away again when it was played alone (times: {})",
            summary.unexplained
        ));
    }
    if summary.unexamined > 0 {
        warn(format_args!(
            "the server went away, and there was no time to play all of the suspected cases again alone; \
             these keep their first verdict (cases: {})",
            summary.unexamined
        ));
    }
    if has_failures || summary.unexplained > 0 { Exit::Failures } else { Exit::Success }
}
