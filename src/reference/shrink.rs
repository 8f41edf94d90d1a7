//! From an input that shows something to a short one that shows the same.

/// Makes octets shorter and plainer while they still show what matters, asking at most `tries`
/// times. Pieces are left out, long ones first; what remains becomes zeros where it may.
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
    let mut size = octets.len().next_power_of_two();
    while size > 0 {
        let mut start = 0;
        let before = octets.len();
        while start < octets.len() {
            let end = (start + size).min(octets.len());
            let without = [&octets[..start], &octets[end..]].concat();
            if ask(&without) {
                octets = without;
            } else {
                start = end;
            }
        }
        // What could not go before may go now.
        if size > 1 || octets.len() == before {
            size /= 2;
        }
    }
    for place in 0..octets.len() {
        let octet = std::mem::replace(&mut octets[place], 0);
        if octet != 0 && !ask(&octets) {
            octets[place] = octet;
        }
    }
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
}
