//! Our DEFLATE: any split gives the same, what a sink does not want does not come, and what we
//! compress comes out as it went in and keeps to what was agreed.

use wspec::protocol::{
    Role, Violation,
    deflate::{DeflateParameters, Deflater, InflateError, Inflater, Inspector},
};

use super::split;

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 4096;

/// Octets after which the sink has had enough.
const INFLATED_MAX: usize = 256 * 1024;

/// The most that one call to the sink may bring.
const PIECE_MAX: usize = 64 * 1024;

/// Inflates and inspects the octets, and compresses them.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    for agreed in [DeflateParameters::default(), narrow()] {
        let sizes = split::sizes(octets);
        let whole = inflate(agreed, octets, &[octets.len().max(1)]);
        let split = inflate(agreed, octets, &sizes);
        match (&whole, &split) {
            (Ok(whole), Ok(split)) => assert_eq!(whole, split, "the split made a difference"),
            (Err(_), Err(_)) => {}
            _ => panic!("the split made a difference: {whole:?}, {split:?}"),
        }
        assert_eq!(
            inspect(agreed, octets, &sizes),
            inspect(agreed, octets, &[octets.len().max(1)]),
            "the split made a difference"
        );
        assert_round_trip(agreed, octets);
    }
}

fn narrow() -> DeflateParameters {
    DeflateParameters {
        client_no_context_takeover: true,
        client_max_window_bits: 8,
        ..DeflateParameters::default()
    }
}

fn pieces<'a>(octets: &'a [u8], sizes: &[usize], take: &mut dyn FnMut(&'a [u8])) {
    let mut rest = octets;
    for size in sizes.iter().cycle() {
        let (piece, behind) = rest.split_at(rest.len().min(*size));
        take(piece);
        if behind.is_empty() {
            return;
        }
        rest = behind;
    }
}

/// What comes out, cut at [`INFLATED_MAX`].
fn inflate(
    agreed: DeflateParameters,
    octets: &[u8],
    sizes: &[usize],
) -> Result<Vec<u8>, InflateError> {
    let mut inflater = Inflater::new(Role::Client, agreed);
    let mut message = Vec::new();
    let mut enough = false;
    let mut result = Ok(());
    let mut sink = |data: &[u8]| {
        assert!(!enough, "the sink had enough");
        assert!(data.len() <= PIECE_MAX);
        message.extend_from_slice(data);
        enough = message.len() > INFLATED_MAX;
        !enough
    };
    pieces(octets, sizes, &mut |piece| {
        if result.is_ok() {
            result = inflater.inflate(piece, &mut sink);
        }
    });
    result?;
    inflater.end_message(&mut sink)?;
    message.truncate(INFLATED_MAX);
    Ok(message)
}

fn inspect(agreed: DeflateParameters, octets: &[u8], sizes: &[usize]) -> Vec<Violation> {
    let mut inspector = Inspector::new(Role::Client, agreed);
    let mut violations = Vec::new();
    let mut note = |violation| violations.push(violation);
    pieces(octets, sizes, &mut |piece| inspector.inspect(piece, &mut note));
    inspector.end_message(&mut note);
    violations
}

fn assert_round_trip(agreed: DeflateParameters, octets: &[u8]) {
    let mut deflater = Deflater::new(Role::Client, agreed);
    let mut inflater = Inflater::new(Role::Client, agreed);
    let mut inspector = Inspector::new(Role::Client, agreed);
    // The second message may refer to the first.
    for _ in 0..2 {
        let mut compressed = Vec::new();
        deflater.compress_message(octets, &mut compressed);
        let mut message = Vec::new();
        let mut sink = |data: &[u8]| {
            message.extend_from_slice(data);
            true
        };
        let inflated = inflater.inflate(&compressed, &mut sink);
        let ended = inflated.and_then(|()| inflater.end_message(&mut sink));
        assert_eq!((ended, &message[..]), (Ok(()), octets));
        let mut violated = |violation| panic!("we broke a rule: {violation:?}");
        inspector.inspect(&compressed, &mut violated);
        inspector.end_message(&mut violated);
    }
}
