//! The colours of `report.html`: whatever is put on whatever else can be told from it, as WCAG 2.2
//! demands at level AA, in the light and in the dark.

use std::collections::BTreeMap;

const COLOURS: &str = include_str!("../src/report/html/style/colours.css");

/// Of text (WCAG 1.4.3), and of what else has a meaning (1.4.11).
const TEXT: f64 = 4.5;
const SHAPE: f64 = 3.0;

/// Texts, and what they stand on. The accent is the ring of the focus as well, and what is faint the
/// border of a field.
const TEXTS: [(&str, &[&str]); 5] = [
    ("text", &["page", "card", "raised"]),
    ("faint", &["page", "card", "raised"]),
    ("accent", &["page", "card", "raised"]),
    ("out", &["card", "raised"]),
    ("in", &["card", "raised"]),
];

const VERDICTS: [&str; 7] =
    ["pass", "informational", "unimplemented", "non-strict", "flaky", "fail", "error"];

/// Name to value in the light and in the dark.
fn colours() -> BTreeMap<&'static str, [[f64; 3]; 2]> {
    let declarations = COLOURS.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
        let value = value.strip_prefix("light-dark(")?.strip_suffix(");")?;
        let (light, dark) = value.split_once(", ")?;
        Some((name, [rgb(light), rgb(dark)]))
    });
    declarations.collect()
}

fn rgb(hex: &str) -> [f64; 3] {
    let digits = hex.strip_prefix('#').expect("colours are in hexadecimal");
    [0, 2, 4].map(|at| {
        let octet = u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        f64::from(octet) / 255.0
    })
}

/// WCAG's relative luminance.
fn luminance(rgb: [f64; 3]) -> f64 {
    let [red, green, blue] =
        rgb.map(
            |part| {
                if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            },
        );
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let [one, other] = [one, other].map(luminance);
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn black_and_white_are_21_apart() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
}

#[test]
fn what_meets_can_be_told_apart() {
    let colours = colours();
    let mut pairs: Vec<(String, String, f64)> = Vec::new();
    for (text, backs) in TEXTS {
        let on = |back: &&str| (text.to_owned(), (*back).to_owned(), TEXT);
        pairs.extend(backs.iter().map(on));
    }
    for verdict in VERDICTS {
        pairs.push((format!("{verdict}-text"), verdict.to_owned(), TEXT));
    }
    for series in 0..6 {
        pairs.push((format!("series-{series}"), "card".to_owned(), SHAPE));
    }
    let mut too_near = Vec::new();
    for (front, back, least) in pairs {
        for (scheme, name) in ["light", "dark"].iter().enumerate() {
            let of = |colour: &str| colours.get(colour).unwrap_or_else(|| panic!("--{colour}"));
            let contrast = contrast(of(&front)[scheme], of(&back)[scheme]);
            if contrast < least {
                too_near.push(format!("{name}: {front} on {back}: {contrast:.2} < {least}"));
            }
        }
    }
    assert!(too_near.is_empty(), "{too_near:#?}");
}

#[test]
fn every_verdict_has_its_colours_and_a_sign() {
    for verdict in wspec::judge::Verdict::ALL {
        let rule = format!("\n.{verdict} {{");
        assert!(COLOURS.contains(&rule), "colours.css lacks {rule}");
        assert!(VERDICTS.contains(&verdict.name()), "{verdict}");
    }
    assert_eq!(COLOURS.matches("--sign: ").count(), VERDICTS.len());
}
