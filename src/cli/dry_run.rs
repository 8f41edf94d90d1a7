//! `--dry-run`: what a run against a server would send.

use std::sync::Arc;

use super::{Trouble, output::print};
use crate::{
    case::{Case, LeftOut, counted, explain_sending},
    run::{Pace, Rate, Target},
};

/// What a run would do.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The server.
    pub target: &'a Target,
    /// The cases.
    pub cases: &'a [Arc<Case>],
    /// The cases that were left out, and why.
    pub left_out: Option<LeftOut>,
    /// How fast.
    pub pace: Pace,
    /// What all random octets follow from.
    pub seed: u64,
}

impl Plan<'_> {
    /// Prints it: how much at once, and each case's request and frames.
    ///
    /// # Errors
    /// Standard output that cannot be written.
    pub fn print(&self) -> Result<(), Trouble> {
        let mut text = self.whole();
        for case in self.cases {
            let request = self.target.request_octets(case, self.seed);
            let shown = self.target.hide_secrets(&request);
            text += &format!("\n{}", explain_sending(case, &shown));
        }
        print(&text)
    }

    fn whole(&self) -> String {
        let cases = counted(self.cases.len(), "case");
        let rate = match self.pace.rate {
            Some(Rate(rate)) => format!("{rate} begun in a second at most"),
            None => "as many in a second as come".to_owned(),
        };
        let mut text = format!(
            "{cases} for {}, a connection each: {} at once, {rate}\n",
            self.target.url(),
            self.pace.open,
        );
        if let Some(left_out) = self.left_out.filter(|left_out| left_out.total() > 0) {
            text += &format!("{left_out}\n");
        }
        text += "First of all a connection with a few Pings, which measure the round trip.\n";
        let live = self.target.live.as_ref();
        if let Some(hello) = live.and_then(|live| live.hello.as_deref()) {
            text += &format!("On each connection that opens, first a text message: {hello:?}\n");
        }
        text + "Besides, Pings and Closes are answered, and a Close ends each connection.\n"
    }
}
