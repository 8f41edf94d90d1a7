//! Where to cut an input into pieces: it follows from the input, so that inputs stay plain octets.

/// Sizes of pieces, to be taken in turn. Inputs of a fuzzer that differ in one octet mostly differ
/// in these.
pub fn sizes(octets: &[u8]) -> [usize; 4] {
    let mix = |sum: u64, octet: &u8| (sum ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01B3);
    let mut number = octets.iter().take(64).fold(0xCBF2_9CE4_8422_2325, mix);
    // A header has 14 octets at most, so small pieces matter most; long ones keep it fast.
    [0xF, 0x3F, 0x7, 0xFF].map(|mask| {
        number = number.rotate_left(16);
        1 + (number & mask) as usize
    })
}
