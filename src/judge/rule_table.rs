//! The wire rules there are, by name.

use crate::protocol::Role;

/// A wire rule: what no endpoint of a kind may do on any connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The requirements that it enforces.
    pub requirements: &'static [&'static str],
    /// The kind of testee that can break it; `None`: either.
    pub testee: Option<Role>,
}

const fn rule(name: &'static str, requirements: &'static [&'static str]) -> Rule {
    Rule {
        name,
        requirements,
        testee: None,
    }
}

/// All wire rules.
pub const RULES: &[Rule] = &[
    rule("reserved-bits", &["rfc6455-5.2-2"]),
    rule("reserved-opcode", &["rfc6455-5.2-5"]),
    Rule {
        testee: Some(Role::Client),
        ..rule("unmasked-client-frame", &["rfc6455-5.1-1"])
    },
    Rule {
        testee: Some(Role::Server),
        ..rule("masked-server-frame", &["rfc6455-5.1-4"])
    },
    rule("fragmented-control", &["rfc6455-5.4-8"]),
    rule("oversized-control", &["rfc6455-5.5-1"]),
    rule("compressed-control", &["rfc7692-6.1-3"]),
    rule("compressed-continuation", &["rfc7692-6.1-4"]),
    rule("length-not-minimal", &["rfc6455-5.2-10"]),
    rule("length-top-bit", &["rfc6455-5.2-8"]),
    rule("continuation-without-start", &["rfc6455-5.4-4"]),
    rule("data-inside-message", &["rfc6455-5.4-10"]),
    rule("invalid-utf8", &["rfc6455-5.6-1"]),
    rule("incomplete-utf8", &["rfc6455-5.6-1"]),
    rule("close-body-of-one-octet", &["rfc6455-5.5.1-2"]),
    rule(
        "close-code-forbidden",
        &[
            "rfc6455-7.4.1-5",
            "rfc6455-7.4.1-6",
            "rfc6455-7.4.1-13",
            "rfc6455-7.4.2-1",
        ],
    ),
    rule(
        "close-code-undefined",
        &["rfc6455-7.4.1-4", "rfc6455-7.4.2-3", "rfc6455-7.4.2-7"],
    ),
    rule("close-reason-not-utf8", &["rfc6455-5.5.1-5"]),
    rule(
        "frame-after-close",
        &["rfc6455-5.5.1-8", "rfc6455-5.5.1-10"],
    ),
    rule("invalid-deflate", &["rfc7692-6.1-1"]),
    rule("inflated-too-large", &["rfc6455-10.4-1"]),
    rule("tls-cut", &["rfc6455-7.1.1-2"]),
];
