//! Targets as they are named on the command line.

use super::{Trouble, output::warn};
use crate::{foreign::without_passwords, run::Target};

/// The target of this URL. Says so if it is understood as another one.
///
/// # Errors
/// Text that names no target.
pub fn read_target(url: &str) -> Result<Target, Trouble> {
    let target = Target::parse(url)?;
    if is_http(url) {
        warn(format_args!("note: {} is taken as {}", without_passwords(url), target.url()));
    }
    Ok(target)
}

/// Whether an argument looks like the URL of a target.
pub fn is_url(argument: &str) -> bool {
    let mut schemes = ["ws://", "wss://", "unix:", "ws+unix:"].iter();
    is_http(argument) || schemes.any(|scheme| argument.starts_with(scheme))
}

fn is_http(url: &str) -> bool {
    let mut schemes = ["http://", "https://"].iter();
    schemes.any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}
