//! A client's Sec-WebSocket-Key and Sec-WebSocket-Version (RFC 6455 §4.1).

use crate::testee::{
    conduct::Conduct,
    defect::entry::{Entry, Testees::Client, fault},
    opening::Head,
};

/// The fixed key of the RFC's own examples.
const SAMPLE_NONCE: [u8; 16] = *b"the sample nonce";

pub(super) const ENTRIES: &[Entry] = &[
    fault("no-key", Client, &["rfc6455-4.1-28"], "leaves out Sec-WebSocket-Key", |it| {
        edit(it, |head| head.remove("Sec-WebSocket-Key"))
    }),
    fault("malformed-key", Client, &["rfc6455-4.1-29"], "sends a key that is not base64", |it| {
        edit(it, |head| head.set("Sec-WebSocket-Key", "too short"))
    }),
    fault("short-key", Client, &["rfc6455-4.1-29"], "sends a key of eight octets", |it| {
        edit(it, |head| head.edit("Sec-WebSocket-Key", |key| format!("{}w=", &key[..10])))
    }),
    fault(
        "key-without-padding",
        Client,
        &["rfc6455-4.1-29"],
        "leaves out the padding of its key",
        |it| {
            edit(it, |head| {
                head.edit("Sec-WebSocket-Key", |key| key.trim_end_matches('=').to_owned())
            })
        },
    ),
    fault(
        "key-with-loose-bits",
        Client,
        &["rfc6455-4.1-29"],
        "sends a key whose last bits, which stand for nothing, are not zero",
        |it| edit(it, |head| head.edit("Sec-WebSocket-Key", |key| format!("{}B==", &key[..21]))),
    ),
    fault(
        "two-keys-in-request",
        Client,
        &["rfc6455-11.3.1-1"],
        "sends Sec-WebSocket-Key twice",
        |it| {
            edit(it, |head| {
                let key = head.value("Sec-WebSocket-Key").unwrap_or_default().to_owned();
                head.add("Sec-WebSocket-Key", &key);
            });
        },
    ),
    fault(
        "sample-key",
        Client,
        &["rfc6455-4.1-30"],
        "sends the key of the RFC's example on every connection",
        |it| it.opening.nonce = |_| SAMPLE_NONCE,
    ),
    fault(
        "zero-key",
        Client,
        &["rfc6455-4.1-30"],
        "sends a key of zeros on every connection",
        |it| it.opening.nonce = |_| [0; 16],
    ),
    fault(
        "one-of-four-keys",
        Client,
        &["rfc6455-4.1-30"],
        "has four keys, and takes one of them",
        |it| it.opening.nonce = |random| [random[0] & 3; 16],
    ),
    fault(
        "key-of-one-octet",
        Client,
        &["rfc6455-4.1-30"],
        "makes a key of one random octet, sixteen times",
        |it| it.opening.nonce = |random| [random[0]; 16],
    ),
    fault(
        "key-almost-constant",
        Client,
        &["rfc6455-4.1-30"],
        "sends keys of which only the last two octets are random",
        |it| {
            it.opening.nonce = |random| {
                let mut nonce = SAMPLE_NONCE;
                (nonce[14], nonce[15]) = (random[14], random[15]);
                nonce
            };
        },
    ),
    fault("no-version", Client, &["rfc6455-4.1-34"], "leaves out Sec-WebSocket-Version", |it| {
        edit(it, |head| head.remove("Sec-WebSocket-Version"))
    }),
    fault("version-8", Client, &["rfc6455-4.1-35"], "asks for version 8", |it| {
        edit(it, |head| head.set("Sec-WebSocket-Version", "8"))
    }),
    fault("version-99", Client, &["rfc6455-4.1-35"], "asks for version 99", |it| {
        edit(it, |head| head.set("Sec-WebSocket-Version", "99"))
    }),
    fault("version-list", Client, &["rfc6455-4.1-35"], "asks for version 13 or 8", |it| {
        edit(it, |head| head.set("Sec-WebSocket-Version", "13, 8"))
    }),
    fault(
        "two-versions-in-request",
        Client,
        &["rfc6455-11.3.5-2"],
        "sends Sec-WebSocket-Version twice",
        |it| edit(it, |head| head.add("Sec-WebSocket-Version", "13")),
    ),
];

fn edit(conduct: &mut Conduct, edit: fn(&mut Head)) {
    conduct.opening.request_edits.push(edit);
}
