//! Where to cut an input into pieces: it follows from the input, so that inputs stay plain octets.

/// Sizes of pieces, to be taken in turn. Inputs of a fuzzer that differ in one octet mostly differ
/// in these.
pub fn sizes(octets: &[u8]) -> [usize; 4] {
    let mix = |sum: u64, octet: &u8| (sum ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01B3);
    let mut number = octets.iter().take(64).fold(0xCBF2_9CE4_8422_2325, mix);
    [(); 4].map(|()| {
        number = number.rotate_left(16);
        // Mostly small ones; a header has 14 octets at most.
        match number & 7 {
            0 => 1 + (number >> 8 & 0x7F) as usize,
            size => size as usize,
        }
    })
}
