//! A document: short descriptions in text around long streams that are compressed already.

use super::dice::Dice;

/// Of the whole file.
pub const OCTETS: usize = 1_042_328;
/// Octets that are kept free for the table at the end; the streams use half of it at most.
const RESERVE: usize = 48 * 1024;
/// Objects that only describe, between two that hold a stream.
const DESCRIPTIONS: usize = 5;

/// The document, in the manner of a PDF file.
pub fn document() -> Vec<u8> {
    let mut dice = Dice::new(5);
    let mut file = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    while file.len() < OCTETS - RESERVE {
        for _ in 0..DESCRIPTIONS {
            offsets.push(file.len());
            let number = offsets.len();
            let [parent, width, height] =
                [number / 8 + 1, 200 + dice.below(400), 300 + dice.below(500)];
            file.extend_from_slice(
                format!(
                    "{number} 0 obj\n<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {width} {height}] \
                     /Resources << /ProcSet [/PDF /Text] /Font << /F1 {} 0 R >> >> >>\nendobj\n",
                    parent + 1,
                )
                .as_bytes(),
            );
        }
        let length = (4096 + dice.below(8192)).min(OCTETS - RESERVE / 2 - file.len());
        offsets.push(file.len());
        let number = offsets.len();
        let head = format!("{number} 0 obj\n<< /Filter /FlateDecode /Length {length} >>\nstream\n");
        file.extend_from_slice(head.as_bytes());
        file.extend((0..length).map(|_| dice.roll() as u8));
        file.extend_from_slice(b"\nendstream\nendobj\n");
    }
    finish(file, &offsets)
}

/// Adds the table of objects, and fills up with a comment before it.
fn finish(mut file: Vec<u8>, offsets: &[usize]) -> Vec<u8> {
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1);
    for offset in offsets {
        table += &format!("{offset:010} 00000 n \n");
    }
    table += &format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n", offsets.len() + 1);
    let end_length = "0000000000\n%%EOF\n".len();
    let filling = OCTETS.saturating_sub(file.len() + table.len() + end_length + 1);
    file.resize(file.len() + filling, b'%');
    file.push(b'\n');
    let table_offset = file.len();
    file.extend_from_slice(table.as_bytes());
    file.extend_from_slice(format!("{table_offset:010}\n%%EOF\n").as_bytes());
    file
}
