//! Servers that do everything but what a server should: each connection in a thread of its own,
//! with blocking sockets, so that they cannot slow down who tests them.

mod before;
mod frames;
mod listen;
mod opened;

pub use before::{
    answer, answer_slowly, answer_without_end, close_at_once, never_answer, never_read_nor_answer,
    rubbish_without_end,
};
pub use frames::{
    deflate_bomb, drip_frames, endless_fragments, endless_frame, flood, half_close, never_read,
    reset_in_mid_frame, well_behaved,
};
pub use listen::{Hostile, Where};
