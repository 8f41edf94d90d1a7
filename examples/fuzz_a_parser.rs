//! A fuzz target for somebody's parser of frames, here that of sockudo-ws, beside the
//! reference. Under cargo-fuzz it stands in `fuzz_targets/`, and libFuzzer calls it:
//!
//! ```text
//! #![no_main]
//! libfuzzer_sys::fuzz_target!(|octets: &[u8]| target(octets));
//! ```
//!
//! Here it is called for the files that are named, as AFL++ and honggfuzz do:
//!
//! ```text
//! wspec corpus seeds
//! cargo run --example fuzz_a_parser seeds/client-frames/*
//! ```

use bytes::BytesMut;
use sockudo_ws::frame::FrameParser;
use wspec::{
    protocol::Role,
    reference::{Answer, AnsweredFrame, Reading},
};

fn target(octets: &[u8]) {
    let mut parser = FrameParser::new(1 << 20, true);
    let (mut rest, mut frames) = (BytesMut::from(octets), Vec::new());
    let error = loop {
        match parser.parse(&mut rest) {
            Ok(Some(frame)) => frames.push(said(&frame)),
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        }
    };
    let answer = Answer { frames: Some(frames), error, messages: None };
    Reading::of(Role::Client, None, octets).compare(&answer).expect("the parser is right");
}

fn said(frame: &sockudo_ws::frame::Frame) -> AnsweredFrame {
    AnsweredFrame {
        fin: frame.header.fin,
        rsv: u8::from(frame.header.rsv1) << 2,
        opcode: frame.header.opcode as u8,
        payload: frame.payload.to_vec(),
    }
}

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        target(&std::fs::read(file)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use wspec::reference::{SeedKind, seeds};

    #[test]
    fn the_parser_agrees_on_the_seeds() {
        let is_input = |kind| kind == SeedKind::ClientFrames;
        for seed in seeds().iter().filter(|seed| is_input(seed.kind)) {
            super::target(&seed.octets);
        }
    }
}
