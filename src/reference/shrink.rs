//! From an input that shows something to a short one that shows the same.

use super::{Frame, Reading, reading::Unfinished};
use crate::protocol::{LengthForm, Role};

/// Makes octets shorter and plainer while they still show what matters, asking at most `tries`
/// times. Whole frames and their payloads go first, then pieces of any kind, long ones first; what
/// remains becomes zeros where it may.
pub fn shrink(
    mut octets: Vec<u8>,
    mut tries: usize,
    mut shows_it: impl FnMut(&[u8]) -> bool,
) -> Vec<u8> {
    let mut ask = |octets: &[u8]| {
        let may_ask = tries > 0;
        tries = tries.saturating_sub(1);
        may_ask && shows_it(octets)
    };
    octets = shrink_frames(octets, &mut ask);
    loop {
        let before = octets.clone();
        leave_out(&mut octets, &mut ask);
        make_zeros(&mut octets, &mut ask);
        // What could not go before may go now.
        if octets == before {
            return octets;
        }
    }
}

fn leave_out(octets: &mut Vec<u8>, ask: &mut dyn FnMut(&[u8]) -> bool) {
    let mut size = octets.len().next_power_of_two();
    while size > 0 {
        let mut start = 0;
        while start < octets.len() {
            let end = (start + size).min(octets.len());
            let without = [&octets[..start], &octets[end..]].concat();
            if ask(&without) {
                *octets = without;
            } else {
                start = end;
            }
        }
        size /= 2;
    }
}

fn make_zeros(octets: &mut [u8], ask: &mut dyn FnMut(&[u8]) -> bool) {
    for place in 0..octets.len() {
        let octet = std::mem::replace(&mut octets[place], 0);
        if octet != 0 && !ask(octets) {
            octets[place] = octet;
        }
    }
}

/// Leaves out frames and parts of payloads, and keeps the headers true that were.
fn shrink_frames(octets: Vec<u8>, ask: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let reading = Reading::of(Role::Client, None, &octets);
    let mut frames = reading.frames;
    let rest = match reading.unfinished {
        None => Vec::new(),
        Some(Unfinished::Header(begun)) => begun,
        Some(Unfinished::Payload(frame)) => encode(&[frame], &[]),
    };
    let mut number = frames.len();
    while number > 0 {
        number -= 1;
        let mut without = frames.clone();
        let frame = without.remove(number);
        if ask(&encode(&without, &rest)) {
            frames = without;
            continue;
        }
        for length in [0, 1, 2, frame.payload.len() / 2] {
            let mut shorter = frames.clone();
            shorter[number] = shortened(&frame, length);
            if length < frame.payload.len() && ask(&encode(&shorter, &rest)) {
                frames = shorter;
                break;
            }
        }
    }
    let short = encode(&frames, &rest);
    // Octets that are no frames may not come back as they were.
    if short.len() < octets.len() { short } else { octets }
}

fn shortened(frame: &Frame, length: usize) -> Frame {
    let mut frame = frame.clone();
    frame.payload.truncate(length);
    let header = &mut frame.header;
    let was_shortest = header.form == LengthForm::shortest(header.length);
    header.length = length as u64;
    if was_shortest {
        header.form = LengthForm::shortest(header.length);
    }
    frame
}

fn encode(frames: &[Frame], rest: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    for frame in frames {
        frame.encode(&mut octets);
    }
    octets.extend_from_slice(rest);
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_remains() {
        let octets: Vec<u8> = (0..=255).collect();
        let shows_it = |octets: &[u8]| octets.contains(&7) && octets.contains(&200);
        assert_eq!(shrink(octets.clone(), 1000, shows_it), [7, 200]);
        let asked = std::cell::Cell::new(0);
        let short = shrink(octets, 5, |octets| {
            asked.set(asked.get() + 1);
            octets.contains(&7)
        });
        assert_eq!(asked.get(), 5);
        assert!(short.contains(&7));
    }

    #[test]
    fn frames_stay_frames() {
        let rsv1 = |octets: &[u8]| {
            let reading = Reading::of(Role::Client, None, octets);
            reading.frames.iter().any(|frame| frame.header.rsv.rsv1())
        };
        let octets = b"\x81\x85abcdhello\xc1\x85abcdhello\x81\x85abcdhel";
        assert_eq!(shrink(octets.to_vec(), 1000, rsv1), b"\xC1\x00");
    }
}
