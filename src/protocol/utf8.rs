//! Incremental UTF-8 (RFC 3629): octets in any split, the first wrong one named at once.

/// Checks a text that comes in pieces.
///
/// ```
/// use wspec::protocol::Utf8Checker;
///
/// let mut checker = Utf8Checker::default();
/// assert_eq!(checker.push(b"\xCE"), Ok(()));
/// assert!(!checker.is_complete());
/// assert_eq!(checker.push(b"\xBA"), Ok(()));
/// assert!(checker.is_complete());
/// assert_eq!(checker.push(b"\xF4\x90"), Err(3));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Utf8Checker {
    /// Octets before the sequence that is open.
    checked: u64,
    open: [u8; 4],
    open_len: usize,
}

impl Utf8Checker {
    /// Takes the next octets.
    ///
    /// # Errors
    /// The position, in the whole text, of the first octet that cannot stand where it does. What
    /// later calls say means nothing.
    pub fn push(&mut self, mut octets: &[u8]) -> Result<(), u64> {
        while self.open_len > 0 {
            let Some((first, rest)) = octets.split_first() else {
                return Ok(());
            };
            self.open[self.open_len] = *first;
            self.open_len += 1;
            octets = rest;
            match std::str::from_utf8(&self.open[..self.open_len]) {
                Ok(_) => {
                    self.checked += self.open_len as u64;
                    self.open_len = 0;
                }
                // A sequence has four octets at most, so a fourth one completes or breaks it.
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(self.checked + self.open_len as u64 - 1),
            }
        }
        let Err(error) = std::str::from_utf8(octets) else {
            self.checked += octets.len() as u64;
            return Ok(());
        };
        let (valid, rest) = octets.split_at(error.valid_up_to());
        self.checked += valid.len() as u64;
        match error.error_len() {
            None => {
                self.open[..rest.len()].copy_from_slice(rest);
                self.open_len = rest.len();
                Ok(())
            }
            Some(_) if !may_lead(rest[0]) => Err(self.checked),
            Some(good) => Err(self.checked + good as u64),
        }
    }

    /// Whether the text so far does not end inside a sequence.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.open_len == 0
    }
}

/// Whether a multi-octet sequence can begin with this octet.
const fn may_lead(octet: u8) -> bool {
    matches!(octet, 0xC2..=0xF4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition: the shortest prefix that no valid text begins with.
    fn first_wrong(octets: &[u8]) -> Option<u64> {
        (0..octets.len())
            .find(|&end| {
                std::str::from_utf8(&octets[..=end]).is_err_and(|error| error.error_len().is_some())
            })
            .map(|end| end as u64)
    }

    proptest! {
        #[test]
        fn any_split_finds_the_first_wrong_octet(
            octets in prop::collection::vec(
                prop_oneof![
                    any::<u8>(),
                    prop::sample::select(&b"\xCE\xBA\xE0\x80\xED\xA0\xF4\x90\x8F\xBF\xEFa"[..]),
                ],
                0..24,
            ),
            step in 1_usize..9,
        ) {
            let mut checker = Utf8Checker::default();
            let found = octets.chunks(step).find_map(|chunk| checker.push(chunk).err());
            prop_assert_eq!(found, first_wrong(&octets));
            if found.is_none() {
                prop_assert_eq!(checker.is_complete(), std::str::from_utf8(&octets).is_ok());
            }
        }
    }
}
