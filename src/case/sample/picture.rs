//! A picture: a grey-scale bitmap of soft shapes with the noise of a camera.

use super::dice::Dice;

const SIDE: usize = 512;
const PALETTE_OFFSET: usize = 54;
const PIXEL_OFFSET: usize = PALETTE_OFFSET + 256 * 4;
/// Of the whole file.
pub const OCTETS: usize = PIXEL_OFFSET + SIDE * SIDE;
/// How far a pixel may lie from its neighbours' course; decides how well the picture compresses.
const NOISE: usize = 26;

/// The picture as a Windows bitmap of 512 x 512 pixels, 8 bits each.
pub fn bitmap() -> Vec<u8> {
    let mut file = Vec::with_capacity(OCTETS);
    file.extend_from_slice(b"BM");
    file.extend_from_slice(&(OCTETS as u32).to_le_bytes());
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(&(PIXEL_OFFSET as u32).to_le_bytes());
    file.extend_from_slice(&40_u32.to_le_bytes());
    file.extend_from_slice(&(SIDE as u32).to_le_bytes());
    file.extend_from_slice(&(SIDE as u32).to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&8_u16.to_le_bytes());
    file.resize(PALETTE_OFFSET, 0);
    for grey in 0..=255 {
        file.extend_from_slice(&[grey, grey, grey, 0]);
    }
    let mut dice = Dice::new(2);
    for y in 0..SIDE {
        for x in 0..SIDE {
            file.push(pixel(x, y, &mut dice));
        }
    }
    file
}

fn pixel(x: usize, y: usize, dice: &mut Dice) -> u8 {
    // Integers only: floating point functions differ between machines.
    let distance = (x.abs_diff(300).pow(2) + y.abs_diff(200).pow(2)) / 700;
    let sky = (x + 2 * y) / 9;
    let shape = if distance < 90 { 200 - distance } else { 40 + sky };
    // The sum of two is more often near the middle, as noise is.
    let noise = dice.below(NOISE) + dice.below(NOISE);
    (shape + noise).saturating_sub(NOISE).min(255) as u8
}
