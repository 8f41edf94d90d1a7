//! Our reading of `Sec-WebSocket-Extensions`: what is read can be written and read again, and
//! what is agreed keeps to the bounds of RFC 7692.

use wspec::protocol::{
    deflate::{Acceptance, Offer, accept, agree},
    handshake::{Extension, parse_extensions},
};

/// Reads the octets as the value of a field.
pub fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    let Ok(extensions) = parse_extensions(text) else {
        return;
    };
    let written = write(&extensions);
    assert_eq!(parse_extensions(&written).as_ref(), Ok(&extensions), "{written}");
    let mut violations = Vec::new();
    let offers: Vec<Offer> = extensions
        .iter()
        .filter(|extension| extension.is_deflate())
        .filter_map(|extension| Offer::read(extension, &mut violations))
        .collect();
    let wishes = [
        Acceptance { client_no_context_takeover: true, client_max_window_bits: Some(9) },
        Acceptance::default(),
    ];
    if let Some((agreed, element)) = accept(&wishes, &offers) {
        for bits in [agreed.server_max_window_bits, agreed.client_max_window_bits] {
            assert!((8..=15).contains(&bits), "{agreed:?}");
        }
        let answered = parse_extensions(&element).expect("our own answer");
        let mut violations = Vec::new();
        let as_client = agree(&extensions, &answered, &mut violations);
        assert_eq!((as_client, &violations[..]), (Some(agreed), &[][..]), "{element}");
    }
}

fn write(extensions: &[Extension]) -> String {
    let element = |extension: &Extension| {
        let parameters = extension.parameters.iter();
        let parameters = parameters.map(|parameter| match &parameter.value {
            Some(value) => format!("; {}={value}", parameter.name),
            None => format!("; {}", parameter.name),
        });
        parameters.fold(extension.name.clone(), |text, parameter| text + &parameter)
    };
    let elements: Vec<String> = extensions.iter().map(element).collect();
    elements.join(", ")
}
