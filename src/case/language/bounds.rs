//! Numbers and flags within their bounds.

use std::ops::RangeInclusive;

use super::{
    Mistake,
    at::{At, Span},
    problems::{Checked, Problem},
};
use crate::protocol::LengthForm;

/// The form of a frame's length that has this many bits, wide enough for `length`.
pub fn length_form(bits: &At<u64>, length: u64) -> Checked<LengthForm> {
    let (form, most) = match bits.value() {
        7 => (LengthForm::Bits7, 125),
        16 => (LengthForm::Bits16, 0xFFFF),
        64 => (LengthForm::Bits64, u64::MAX),
        other => {
            let range =
                Mistake::Range { key: "length-form", found: *other, allowed: "7, 16 or 64" };
            return Err(Problem::new(bits.span(), range));
        }
    };
    if length > most {
        let allowed = "wide enough for the length";
        let range = Mistake::Range { key: "length-form", found: *bits.value(), allowed };
        return Err(Problem::new(bits.span(), range));
    }
    Ok(form)
}

/// The number, if it is within the bounds.
pub fn in_range(
    key: &'static str,
    number: &At<u64>,
    bounds: RangeInclusive<u64>,
    allowed: &'static str,
) -> Checked<u64> {
    range(key, *number.value(), number.span(), bounds, allowed)
}

/// `found`, if it is within the bounds.
pub fn range(
    key: &'static str,
    found: u64,
    span: Span,
    bounds: RangeInclusive<u64>,
    allowed: &'static str,
) -> Checked<u64> {
    if bounds.contains(&found) {
        Ok(found)
    } else {
        Err(Problem::new(span, Mistake::Range { key, found, allowed }))
    }
}

/// `found`, if it is 0 or within the bounds.
pub fn in_range_or_zero(
    key: &'static str,
    found: u64,
    span: Span,
    bounds: RangeInclusive<u64>,
    allowed: &'static str,
) -> Checked<u64> {
    if found == 0 { Ok(0) } else { range(key, found, span, bounds, allowed) }
}

/// That a value which can only be `true` is.
pub fn only_true(key: &'static str, value: &At<bool>) -> Checked<()> {
    if *value.value() { Ok(()) } else { Err(Problem::new(value.span(), Mistake::OnlyTrue(key))) }
}
