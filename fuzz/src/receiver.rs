//! Our reading of all that one side sends: any split gives the same, as either side, with
//! compression and without; and what it hands over is what it promises.

use wspec::{
    protocol::{CONTROL_PAYLOAD_MAX, Role, Violation, deflate::DeflateParameters},
    reference::{Answer, Fault, MessageType, Reading},
};

use super::split;

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 4096;

/// Reads the octets, which panics where the reading is wrong.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    for sender in [Role::Client, Role::Server] {
        for deflate in [None, Some(DeflateParameters::default())] {
            let whole = Reading::of(sender, deflate, octets);
            let split = Reading::of_pieces(sender, deflate, octets, &split::sizes(octets));
            assert_same(&whole, &split);
            assert_promises(&whole);
        }
    }
}

fn assert_same(whole: &Reading, split: &Reading) {
    assert_eq!(split.frames, whole.frames, "the split made a difference in the frames");
    assert_eq!(split.unfinished, whole.unfinished);
    assert_eq!(split.frames_to_close, whole.frames_to_close);
    // How much of a message comes out of a stream that is none is chance.
    let up_to_rubbish = |reading: &Reading| -> Vec<Fault> {
        let is_rubbish = |fault: &Fault| fault.violation == Violation::InvalidDeflate;
        let rubbish = reading.faults.iter().position(is_rubbish);
        reading.faults[..rubbish.unwrap_or(reading.faults.len())].to_vec()
    };
    assert_eq!(up_to_rubbish(split), up_to_rubbish(whole));
    let has_rubbish = whole.faults.iter().any(|it| it.violation == Violation::InvalidDeflate);
    if !has_rubbish {
        assert_eq!(split.found, whole.found, "the split made a difference in the messages");
    }
}

fn assert_promises(reading: &Reading) {
    assert_eq!(reading.compare(&Answer::agreeing_with(reading)), Ok(()));
    for fault in &reading.faults {
        assert!(fault.frame <= reading.frames.len());
    }
    if !reading.faults.is_empty() {
        return;
    }
    for found in &reading.found {
        match found.kind {
            MessageType::Text => {
                std::str::from_utf8(&found.payload).expect("nothing is wrong with the text");
            }
            MessageType::Ping | MessageType::Pong | MessageType::Close => {
                assert!(found.payload.len() as u64 <= CONTROL_PAYLOAD_MAX);
            }
            MessageType::Binary => {}
        }
    }
}
