//! What the RFCs demand of WebSocket endpoints: the catalogue in `cases/requirements.toml`.
//!
//! A case and a wire rule name the requirements that they exercise; `coverage` puts both beside
//! the catalogue. This room knows neither: it says what is demanded, of whom, and on which kind of
//! testee a violation can be seen from outside.
//!
//! ```text
//! id         the name of a requirement, and what it tells: RFC and section
//! model      a requirement
//! catalogue  all of them, read once and checked
//! error      what can be wrong in the catalogue
//! ```

mod catalogue;
mod error;
mod id;
mod model;

pub use catalogue::{Catalogue, known_requirements};
pub use error::CatalogueError;
pub use id::RequirementId;
pub use model::{Basis, Binds, Http, Level, Observable, Requirement, Severity};
