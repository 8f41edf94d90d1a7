//! What `wstest`, the command of Autobahn|Testsuite, takes and says: modes, spec files, case
//! patterns, console lines. Pure; `cli/wstest/` acts on it.
//!
//! ```text
//! mode           fuzzingclient, fuzzingserver, …
//! spec           text of a spec file ─▶ ClientSpec or ServerSpec, and warnings
//!   keys         JSON objects, key by key, so that no key is passed over in silence
//!   options      protocol options: those honoured, and warnings about the rest
//!   pattern      case patterns
//!   choice       which cases are to be played, and with whom not
//! listen         the URL of a server of ours
//! warning        what was in a spec file and is not done
//! default_spec   the spec files that wstest makes where there are none
//! console        the lines that scripts read
//! ```

mod choice;
pub mod console;
mod default_spec;
mod keys;
mod listen;
mod mode;
mod options;
mod pattern;
mod spec;
mod warning;

pub use choice::CaseChoice;
pub use default_spec::default_spec;
pub use listen::{ListenError, ListenUrl};
pub use mode::{Mode, ModeError};
pub use options::Options;
pub use pattern::{Pattern, PatternError};
pub use spec::{ClientSpec, Read, ServerEntry, ServerSpec, SpecError};
pub use warning::Warning;
