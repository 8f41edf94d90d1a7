//! The opening handshake: edits of our head, and what may come of it.

use super::{
    inline::{Table, ids, list, string, word},
    payload::head_text,
};
use crate::case::{
    HandshakeExpectation, HeadEdits, HeadText, Reaction, RequestEdits, ResponseEdits,
    StatusPattern, language::Seeds,
};

/// Edits of a request.
pub fn request(edits: &RequestEdits, seeds: &mut Seeds) -> String {
    let mut table = Table::default();
    for (key, text) in
        [("method", &edits.method), ("target", &edits.target), ("version", &edits.version)]
    {
        table = table.with_some(key, text.as_ref().map(|text| head_text(text, seeds)));
    }
    let table = head(table, &edits.head, seeds);
    table
        .with_list("subprotocols", &strings(&edits.subprotocols))
        .with_flag("eager", edits.eager)
        .with_flag("clear-text", edits.clear_text)
        .to_string()
}

/// Edits of a response.
pub fn response(edits: &ResponseEdits, seeds: &mut Seeds) -> String {
    head(Table::default(), &edits.head, seeds)
        .with_some("accept", edits.accept.map(word))
        .to_string()
}

/// The keys of both, in the order in which the reader takes them.
fn head(mut table: Table, edits: &HeadEdits, seeds: &mut Seeds) -> Table {
    table = table.with_some("line", edits.line.as_ref().map(|text| head_text(text, seeds)));
    table = table.with_list("without", &strings(&edits.without));
    for (key, texts) in [("with", &edits.with), ("also", &edits.also), ("first", &edits.first)] {
        let lines: Vec<String> = texts.iter().map(|text| head_text(text, seeds)).collect();
        table = table.with_list(key, &lines);
    }
    let around =
        [&edits.before, &edits.body].map(|text| (!text.parts().is_empty()).then_some(text));
    let [before, body]: [Option<&HeadText>; 2] = around;
    for (key, text) in [
        ("line-end", edits.line_end.as_ref()),
        ("end", edits.end.as_ref()),
        ("before", before),
        ("body", body),
    ] {
        table = table.with_some(key, text.map(|text| head_text(text, seeds)));
    }
    table.with_some("chop", edits.chop)
}

/// What may come of the opening handshake.
pub fn expectation(expectation: &HandshakeExpectation) -> String {
    let table = Table::of("verdict", word(expectation.verdict));
    let table = match &expectation.reaction {
        Reaction::Opened => table.with("opened", true),
        Reaction::Status(patterns) => {
            let patterns: Vec<String> = patterns.iter().map(|one| status(*one)).collect();
            table.with("status", list(&patterns))
        }
        Reaction::Dropped => table.with("dropped", true),
        Reaction::Closed => table.with("closed", true),
        Reaction::Silent => table.with("silent", true),
    };
    let [has, lacks] = [&expectation.has, &expectation.lacks].map(|conditions| {
        let texts = conditions.iter().map(|one| string(&one.to_string()));
        texts.collect::<Vec<String>>()
    });
    table
        .with_list("has", &has)
        .with_list("lacks", &lacks)
        .with_some("interim", expectation.interim)
        .with_list("breaks", &ids(&expectation.breaks))
        .to_string()
}

fn status(pattern: StatusPattern) -> String {
    match pattern {
        StatusPattern::Exactly(status) => status.to_string(),
        StatusPattern::Class(_) => string(&pattern.to_string()),
    }
}

fn strings(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| string(text)).collect()
}
