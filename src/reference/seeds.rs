//! What a fuzzer starts from: what the cases send, cut into the inputs of parsers.

use std::collections::BTreeSet;

use super::{heads, wire};
use crate::{
    case::{Case, embedded_cases},
    protocol::{
        Role,
        deflate::{DeflateParameters, Deflater},
        handshake::{HEAD_MAX, HeaderFields, check_request},
    },
};

/// What a seed is input for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeedKind {
    /// Octets that a client sends after the opening handshake: what a server has to read.
    ClientFrames,
    /// Octets that a server sends after the opening handshake: what a client has to read.
    ServerFrames,
    /// A request.
    Request,
    /// A response to the request of [`Seed::right_request`].
    Response,
    /// The value of a `Sec-WebSocket-Extensions` field.
    Extensions,
    /// A message of permessage-deflate.
    Deflate,
    /// A case file.
    CaseFile,
}

impl SeedKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::ClientFrames,
        Self::ServerFrames,
        Self::Request,
        Self::Response,
        Self::Extensions,
        Self::Deflate,
        Self::CaseFile,
    ];

    /// The name of its folder.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::ClientFrames => "client-frames",
            Self::ServerFrames => "server-frames",
            Self::Request => "requests",
            Self::Response => "responses",
            Self::Extensions => "extensions",
            Self::Deflate => "deflate",
            Self::CaseFile => "case-files",
        }
    }
}

/// An input to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// What it is input for.
    pub kind: SeedKind,
    /// A name, good for a file, unique within its kind.
    pub name: String,
    /// The input.
    pub octets: Vec<u8>,
}

impl Seed {
    /// The request that seeds of responses answer.
    #[must_use]
    pub fn right_request() -> Vec<u8> {
        embedded_cases()
            .cases
            .first()
            .map(|case| heads::right_request(case).encode())
            .unwrap_or_default()
    }
}

/// Messages that [`SeedKind::Deflate`] compresses, besides the RFC's own.
const MESSAGES: [&[u8]; 5] = [
    b"",
    b"a",
    b"Hello",
    b"*****************************************************************",
    b"{\"numbers\": [1, 2, 3, 1, 2, 3], \"text\": \"1, 2, 3, 1, 2, 3\"}",
];

/// Messages of RFC 7692 §7.2.3.
const OF_THE_RFC: [&[u8]; 7] = [
    b"\xF2\x48\xCD\xC9\xC9\x07\x00",
    b"\xF2\x00\x11\x00\x00",
    b"\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00",
    b"\xF3\x48\xCD\xC9\xC9\x07\x00\x00",
    b"\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00",
    b"\x00",
    b"\x02\x00",
];

/// A case file with something of everything.
const CASE_FILE: &str = include_str!("seed-case.toml");

/// The seeds of all kinds, each input once in its kind, in an order that stays.
#[must_use]
pub fn seeds() -> Vec<Seed> {
    let mut seeds = Seeds::default();
    for case in &embedded_cases().cases {
        seeds.of_case(case);
    }
    seeds.add(SeedKind::Response, "right", heads::right_response().encode());
    for (number, octets) in OF_THE_RFC.into_iter().enumerate() {
        seeds.add(SeedKind::Deflate, &format!("rfc-{number}"), octets.to_vec());
    }
    for (number, message) in MESSAGES.into_iter().enumerate() {
        let mut octets = Vec::new();
        Deflater::new(Role::Client, DeflateParameters::default())
            .compress_message(message, &mut octets);
        seeds.add(SeedKind::Deflate, &format!("message-{number}"), octets);
    }
    seeds.add(SeedKind::CaseFile, "everything", CASE_FILE.into());
    seeds.all
}

#[derive(Default)]
struct Seeds {
    all: Vec<Seed>,
    known: BTreeSet<(SeedKind, Vec<u8>)>,
}

impl Seeds {
    fn add(&mut self, kind: SeedKind, name: &str, octets: Vec<u8>) {
        // Some cases send heads without end.
        let fits = octets.len() <= HEAD_MAX;
        if fits && self.known.insert((kind, octets.clone())) {
            self.all.push(Seed { kind, name: name.to_owned(), octets });
        }
    }

    fn of_case(&mut self, case: &Case) {
        let name = case.id.as_str();
        for (sender, kind) in
            [(Role::Client, SeedKind::ClientFrames), (Role::Server, SeedKind::ServerFrames)]
        {
            if let Some(octets) = wire::octets(case, sender) {
                self.add(kind, name, octets);
            }
        }
        let right = heads::right_request(case).encode();
        let request = heads::request(case).unwrap_or(right);
        self.extensions_in(&check_request(&request).fields, name);
        self.add(SeedKind::Request, name, request);
        if let Some(response) = heads::response(case) {
            self.extensions_in(&check_request(&response).fields, &format!("{name}-answer"));
            self.add(SeedKind::Response, name, response);
        }
    }

    fn extensions_in(&mut self, fields: &HeaderFields, name: &str) {
        if let Some(value) = fields.joined("Sec-WebSocket-Extensions") {
            self.add(SeedKind::Extensions, name, value.into_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case::SourceFile, case::read_cases, requirement::known_requirements};

    #[test]
    fn each_kind_has_seeds_with_names_of_their_own() {
        let seeds = seeds();
        for kind in SeedKind::ALL {
            let of_kind: Vec<_> = seeds.iter().filter(|seed| seed.kind == kind).collect();
            let names: BTreeSet<_> = of_kind.iter().map(|seed| &seed.name).collect();
            assert!(!of_kind.is_empty(), "{kind:?}");
            assert_eq!(names.len(), of_kind.len(), "{kind:?}");
        }
        assert!(seeds.iter().filter(|seed| seed.kind == SeedKind::ClientFrames).count() > 300);
    }

    #[test]
    fn the_case_file_is_right() {
        let file = SourceFile { name: "seed-case.toml", text: CASE_FILE };
        if let Err(errors) = read_cases(&[file], known_requirements()) {
            panic!("\n{errors}");
        }
    }
}
