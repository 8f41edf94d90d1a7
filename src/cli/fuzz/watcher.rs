//! Watches a campaign: shows how it goes, writes what it finds, and says at the end what came of it.

use super::{arguments::CampaignArguments, keep::Keeper, status::StatusLine, summary::Summary};
use crate::{
    cli::{
        Exit, Trouble,
        output::{print, show, warn},
    },
    fuzz::campaign::Campaign,
    run::{FuzzError, Stop},
};

/// Watches a campaign.
pub struct Watcher<'a> {
    arguments: &'a CampaignArguments,
    status: StatusLine,
    keeper: Keeper,
    /// What kept us from writing.
    trouble: Option<Trouble>,
}

impl<'a> Watcher<'a> {
    /// For a campaign that this command began.
    pub fn new(arguments: &'a CampaignArguments, command: String) -> Self {
        Self {
            status: StatusLine::new(!arguments.quiet),
            keeper: Keeper::new(arguments.findings.clone(), arguments.corpus.clone(), command),
            arguments,
            trouble: None,
        }
    }

    /// Takes a look.
    pub fn look(&mut self, campaign: &Campaign) {
        self.status.show(campaign.statistics());
        if self.trouble.is_none() {
            self.trouble = self.keeper.keep(campaign).err();
        }
    }

    /// Says what came of it. `replay` is the command that plays the findings.
    ///
    /// # Errors
    /// What cannot be written; a testee that could not be reached at all.
    pub fn conclude(
        self,
        campaign: &Campaign,
        played: Result<(), FuzzError>,
        stop: &Stop,
        replay: &str,
    ) -> Result<Exit, Trouble> {
        let duration = self.status.over();
        if let Some(trouble) = self.trouble {
            return Err(trouble);
        }
        let findings: Vec<_> = campaign
            .findings()
            .into_iter()
            .map(|finding| {
                let path = self.keeper.path_of(&finding);
                (finding, path)
            })
            .collect();
        let summary = Summary {
            statistics: campaign.statistics(),
            seed: campaign.plan().seed,
            duration,
            findings: &findings,
            replay,
        };
        let reached = !matches!(
            played,
            Err(FuzzError::Connect(_) | FuzzError::Child(_) | FuzzError::NoListener { .. })
        );
        if reached && !(self.arguments.quiet && findings.is_empty()) {
            show(print(&summary.to_string()));
        }
        match played {
            Err(FuzzError::Connect(error)) => Err(error.into()),
            Err(FuzzError::Child(error)) => Err(error.into()),
            Err(error @ FuzzError::NoListener { .. }) => Err(Trouble::input(error)),
            Err(error) => {
                warn(error);
                Ok(if findings.is_empty() { Exit::Unreachable } else { Exit::Failures })
            }
            Ok(()) if !findings.is_empty() => Ok(Exit::Failures),
            // Without an end of its own, to be stopped is the usual end.
            Ok(()) if stop.is_stopped() && self.arguments.has_an_end() => Ok(Exit::Interrupted),
            Ok(()) => Ok(Exit::Success),
        }
    }
}
