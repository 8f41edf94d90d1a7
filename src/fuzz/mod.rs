//! Conversations that nobody thought of, and what the RFCs say about them.

pub mod shrink;
