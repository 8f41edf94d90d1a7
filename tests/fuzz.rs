//! Campaigns: in memory, where everything can be repeated exactly, and over real sockets.

#[path = "bench/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod bench;
#[path = "fuzz/memory.rs"]
mod memory;
#[expect(dead_code, reason = "other tests use the rest")]
mod simulation;
#[path = "fuzz/sockets.rs"]
mod sockets;
