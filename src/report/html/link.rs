//! Links to sections of RFCs.

/// A section of an RFC, and where to read it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Link {
    /// The section, as in `RFC 6455 §5.2`.
    pub text: String,
    /// Its address; empty if it is no section of an RFC.
    pub href: String,
}

impl Link {
    /// The link to a section.
    pub fn to(section: String) -> Self {
        let place = section.strip_prefix("RFC ").and_then(|place| {
            let (rfc, section) = place.split_once(" §")?;
            let is_section = section.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
            let rfc: u16 = rfc.parse().ok()?;
            is_section.then(|| format!("https://www.rfc-editor.org/rfc/rfc{rfc}#section-{section}"))
        });
        Self { text: section, href: place.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_an_address() {
        let href = |section: &str| Link::to(section.to_owned()).href;
        assert_eq!(href("RFC 6455 §5.2"), "https://www.rfc-editor.org/rfc/rfc6455#section-5.2");
        assert_eq!(href("house-rule"), "");
        assert_eq!(href("RFC 6455 §5\" onclick=\"x"), "");
    }
}
