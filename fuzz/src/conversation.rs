//! Frames that mean something: what was sent is what is read, and what keeps to the RFC breaks no
//! rule.

use arbitrary::Unstructured;
use wspec::{
    protocol::Role,
    reference::{Answer, Conversation, Frame, Reading},
};

/// Makes conversations of the octets and reads them.
pub fn run(octets: &[u8]) {
    for sender in [Role::Client, Role::Server] {
        let Ok(right) = Conversation::right(sender, &mut Unstructured::new(octets)) else {
            return;
        };
        let reading = Reading::of(sender, None, &right.encode());
        assert_eq!(reading.faults, [], "{right:?}");
        assert_eq!(reading.frames, right.frames);
        assert_eq!(reading.unfinished, None);
    }
    let mut source = Unstructured::new(octets);
    if let Ok(sent) = source.arbitrary::<Conversation>() {
        let reading = Reading::of(sent.sender, None, &sent.encode());
        assert_eq!(reading.compare(&Answer::agreeing_with(&reading)), Ok(()));
    }
    if let Ok(frame) = Unstructured::new(octets).arbitrary::<Frame>() {
        assert_frame(&frame);
    }
}

/// A frame whose header tells the truth comes back as it was.
fn assert_frame(frame: &Frame) {
    let mut octets = Vec::new();
    frame.encode(&mut octets);
    assert_eq!(octets.len(), frame.header.encoded_len() + frame.payload.len());
    let reading = Reading::of(Role::Client, None, &octets);
    if frame.header.length == frame.payload.len() as u64 {
        assert_eq!(reading.frames, std::slice::from_ref(frame));
    }
}
