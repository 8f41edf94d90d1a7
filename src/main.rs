//! The `wspec` command.

fn main() {}
