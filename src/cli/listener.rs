//! Listens to a run: prints what is to be seen of it, and keeps what the report needs.

use tokio::sync::mpsc::UnboundedReceiver;

use super::output::print;
use crate::{
    report::{
        CaseReport, Gate,
        terminal::{Progress, ProgressEvent},
        trace,
    },
    run::{CaseResult, RunEvent},
};

/// How to listen.
#[derive(Clone, Copy, Debug)]
pub struct Listener {
    /// Whose verdict the progress bar counts.
    pub gate: Gate,
    /// Whether there is a progress bar.
    pub progress: bool,
    /// Whether frames are printed as they pass.
    pub trace: bool,
}

impl Listener {
    /// Takes events until there are no more, and returns the cases that are over, by id.
    pub async fn listen(
        self,
        agent: String,
        cases: usize,
        mut events: UnboundedReceiver<RunEvent>,
    ) -> Vec<CaseReport> {
        let mut progress = self.progress.then(Progress::on_stderr);
        if let Some(progress) = &mut progress {
            progress.note(&ProgressEvent::Began {
                agent,
                cases: cases as u64,
            });
        }
        let mut reports = Vec::new();
        while let Some(event) = events.recv().await {
            match event {
                RunEvent::CaseStarted(_) => {}
                RunEvent::Entry(case, entry) => {
                    print_above(progress.as_ref(), &trace::line(&case, &entry))
                }
                RunEvent::CaseFinished(result) => {
                    let CaseResult {
                        case,
                        transcript,
                        judgement,
                    } = *result;
                    if self.trace {
                        let end = trace::end(&case.id, transcript.duration_us, transcript.end);
                        print_above(progress.as_ref(), &end);
                    }
                    let report = CaseReport::new(&case, judgement, transcript);
                    if let Some(progress) = &mut progress {
                        progress.note(&ProgressEvent::CaseOver(self.gate.verdict(&report)));
                    }
                    reports.push(report);
                }
            }
        }
        if let Some(progress) = &mut progress {
            progress.note(&ProgressEvent::Over);
        }
        reports.sort_by(|a, b| a.id.cmp(&b.id));
        reports
    }
}

fn print_above(progress: Option<&Progress>, line: &str) {
    // Trouble with the output comes again with the report, and is told there.
    let print_line = || drop(print(&format!("{line}\n")));
    match progress {
        Some(progress) => progress.above(print_line),
        None => print_line(),
    }
}
