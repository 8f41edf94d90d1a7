//! Autobahn's pages: `index.html` with all agents and cases, and a page a case and agent.
//!
//! Class names and places are those of Autobahn, since scripts count them: `case_failed` is in an
//! index twice (its rule and its cell in the legend) and once more for each cell that failed.
//! Texts are ours. A page is one file, and fetches nothing. Templates stand beside the code that
//! fills them, and escape all that they are given.
//!
//! ```text
//! cell           CaseReport ─▶ class and text of its cells
//! index_page     Report, Suite ─▶ index.html
//! detail_page    CaseReport ─▶ the page of a case
//! ```

mod cell;
mod detail_page;
mod index_page;

pub use detail_page::DetailPage;
pub use index_page::IndexPage;
