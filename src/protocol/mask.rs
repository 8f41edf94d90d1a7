//! Masking of payloads (RFC 6455 §5.3).

use super::frame::MaskingKey;

/// Masks or unmasks `octets` in place; `offset` is the position of the first of them in the
/// frame's payload.
pub fn apply(octets: &mut [u8], key: MaskingKey, offset: u64) {
    let mut rotated = key;
    rotated.rotate_left((offset % 4) as usize);
    let wide = u64::from_ne_bytes([
        rotated[0], rotated[1], rotated[2], rotated[3], rotated[0], rotated[1], rotated[2],
        rotated[3],
    ]);
    let mut words = octets.chunks_exact_mut(8);
    for word in &mut words {
        let mut value = [0; 8];
        value.copy_from_slice(word);
        word.copy_from_slice(&(u64::from_ne_bytes(value) ^ wide).to_ne_bytes());
    }
    for (octet, key_octet) in words.into_remainder().iter_mut().zip(rotated.iter().cycle()) {
        *octet ^= key_octet;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_the_definition(
            payload in prop::collection::vec(any::<u8>(), 0..100),
            key in any::<MaskingKey>(),
            offset in 0_u64..9,
        ) {
            let mut masked = payload.clone();
            apply(&mut masked, key, offset);
            for (i, octet) in payload.iter().enumerate() {
                prop_assert_eq!(masked[i], octet ^ key[(i + offset as usize) % 4]);
            }
        }
    }
}
