//! A client's Sec-WebSocket-Key and Sec-WebSocket-Version (RFC 6455 §4.1).

use crate::testee::defect::entry::defects;

/// The fixed key of the RFC's own examples.
const SAMPLE_NONCE: [u8; 16] = *b"the sample nonce";

defects! {
    Fault Client "no-key" ["rfc6455-4.1-28"] "leaves out Sec-WebSocket-Key"
        => EditRequest(|head| head.remove("Sec-WebSocket-Key"));
    Fault Client "malformed-key" ["rfc6455-4.1-29"] "sends a key that is not base64"
        => EditRequest(|head| head.set("Sec-WebSocket-Key", "too short"));
    Fault Client "short-key" ["rfc6455-4.1-29"] "sends a key of eight octets"
        => EditRequest(|head| head.edit("Sec-WebSocket-Key", |key| format!("{}w=", &key[..10])));
    Fault Client "key-without-padding" ["rfc6455-4.1-29"] "leaves out the padding of its key"
        => EditRequest(|head| {
            head.edit("Sec-WebSocket-Key", |key| key.trim_end_matches('=').to_owned())
        });
    Fault Client "key-with-loose-bits" ["rfc6455-4.1-29"]
        "sends a key whose last bits, which stand for nothing, are not zero"
        => EditRequest(|head| head.edit("Sec-WebSocket-Key", |key| format!("{}B==", &key[..21])));
    Fault Client "two-keys-in-request" ["rfc6455-11.3.1-1"] "sends Sec-WebSocket-Key twice"
        => EditRequest(|head| {
            let key = head.value("Sec-WebSocket-Key").unwrap_or_default().to_owned();
            head.add("Sec-WebSocket-Key", &key);
        });
    Fault Client "sample-key" ["rfc6455-4.1-30"]
        "sends the key of the RFC's example on every connection"
        => Change(|it| it.opening.nonce = |_| SAMPLE_NONCE);
    Fault Client "zero-key" ["rfc6455-4.1-30"] "sends a key of zeros on every connection"
        => Change(|it| it.opening.nonce = |_| [0; 16]);
    Fault Client "one-of-four-keys" ["rfc6455-4.1-30"] "has four keys, and takes one of them"
        => Change(|it| it.opening.nonce = |random| [random[0] & 3; 16]);
    Fault Client "key-of-one-octet" ["rfc6455-4.1-30"]
        "makes a key of one random octet, sixteen times"
        => Change(|it| it.opening.nonce = |random| [random[0]; 16]);
    Fault Client "key-almost-constant" ["rfc6455-4.1-30"]
        "sends keys of which only the last two octets are random"
        => Change(|it| {
            it.opening.nonce = |random| {
                let mut nonce = SAMPLE_NONCE;
                (nonce[14], nonce[15]) = (random[14], random[15]);
                nonce
            };
        });
    Fault Client "no-version" ["rfc6455-4.1-34"] "leaves out Sec-WebSocket-Version"
        => EditRequest(|head| head.remove("Sec-WebSocket-Version"));
    Fault Client "version-8" ["rfc6455-4.1-35"] "asks for version 8"
        => EditRequest(|head| head.set("Sec-WebSocket-Version", "8"));
    Fault Client "version-99" ["rfc6455-4.1-35"] "asks for version 99"
        => EditRequest(|head| head.set("Sec-WebSocket-Version", "99"));
    Fault Client "version-list" ["rfc6455-4.1-35"] "asks for version 13 or 8"
        => EditRequest(|head| head.set("Sec-WebSocket-Version", "13, 8"));
    Fault Client "two-versions-in-request" ["rfc6455-11.3.5-2"] "sends Sec-WebSocket-Version twice"
        => EditRequest(|head| head.add("Sec-WebSocket-Version", "13"));
}
