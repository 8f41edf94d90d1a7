//! A simpler opening handshake.

use crate::case::{
    AcceptRule, Case, DeflateScript, HandshakeScript, HeadEdits, HeadText, OurHead, RequestEdits,
    ResponseEdits,
};

/// Without edits and compression, and without each of their parts.
///
/// Where the case says what may come of its edits, they stay as they are: what may come of others
/// nobody knows.
pub(super) fn simpler(case: &Case) -> Vec<Case> {
    let mut candidates = Vec::new();
    if case.handshake.ours.is_some() {
        candidates.push(Case { handshake: HandshakeScript::default(), ..case.clone() });
    }
    if case.deflate.is_some() {
        candidates.push(Case { deflate: None, ..case.clone() });
    }
    let heads: Vec<OurHead> = match &case.handshake.ours {
        _ if !case.handshake.outcomes.is_empty() => without_chop(case).into_iter().collect(),
        Some(OurHead::Request(edits)) => {
            let simpler = requests(edits).into_iter();
            simpler.map(|one| OurHead::Request(Box::new(one))).collect()
        }
        Some(OurHead::Response(edits)) => {
            let simpler = responses(edits).into_iter();
            simpler.map(|one| OurHead::Response(Box::new(one))).collect()
        }
        None => Vec::new(),
    };
    candidates.extend(heads.into_iter().map(|ours| Case {
        handshake: HandshakeScript { ours: Some(ours), outcomes: case.handshake.outcomes.clone() },
        ..case.clone()
    }));
    let scripts = case.deflate.iter().flat_map(simpler_deflate);
    candidates.extend(scripts.map(|script| Case { deflate: Some(script), ..case.clone() }));
    candidates
}

/// Without the pieces in which the head is written.
fn without_chop(case: &Case) -> Option<OurHead> {
    case.handshake.chop()?;
    let mut ours = case.handshake.ours.clone()?;
    match &mut ours {
        OurHead::Request(edits) => edits.head.chop = None,
        OurHead::Response(edits) => edits.head.chop = None,
    }
    Some(ours)
}

fn requests(edits: &RequestEdits) -> Vec<RequestEdits> {
    let edited = |edit: fn(&mut RequestEdits)| {
        let mut edits = edits.clone();
        edit(&mut edits);
        edits
    };
    let mut candidates = vec![
        edited(|edits| edits.method = None),
        edited(|edits| edits.target = None),
        edited(|edits| edits.version = None),
        edited(|edits| edits.subprotocols.clear()),
        edited(|edits| edits.eager = false),
    ];
    candidates
        .extend(heads(&edits.head).into_iter().map(|head| RequestEdits { head, ..edits.clone() }));
    candidates
}

fn responses(edits: &ResponseEdits) -> Vec<ResponseEdits> {
    let right = ResponseEdits { accept: None, ..edits.clone() };
    let heads = heads(&edits.head).into_iter().map(|head| ResponseEdits { head, ..edits.clone() });
    [right].into_iter().chain(heads).collect()
}

fn heads(head: &HeadEdits) -> Vec<HeadEdits> {
    let edited = |edit: fn(&mut HeadEdits)| {
        let mut head = head.clone();
        edit(&mut head);
        head
    };
    let mut candidates = vec![
        edited(|head| head.chop = None),
        edited(|head| head.line = None),
        edited(|head| head.line_end = None),
        edited(|head| head.end = None),
        edited(|head| head.before = HeadText::default()),
        edited(|head| head.body = HeadText::default()),
        edited(|head| head.without.clear()),
        edited(|head| head.with.clear()),
        edited(|head| head.also.clear()),
        edited(|head| head.first.clear()),
    ];
    let mut without_each = |list: fn(&mut HeadEdits) -> &mut Vec<HeadText>| {
        for position in 0..list(&mut head.clone()).len() {
            let mut fewer = head.clone();
            list(&mut fewer).remove(position);
            candidates.push(fewer);
        }
    };
    without_each(|head| &mut head.with);
    without_each(|head| &mut head.also);
    without_each(|head| &mut head.first);
    for position in 0..head.without.len() {
        let mut fewer = head.clone();
        fewer.without.remove(position);
        candidates.push(fewer);
    }
    candidates
}

fn simpler_deflate(script: &DeflateScript) -> Vec<DeflateScript> {
    let with_offers = |offers: Vec<String>| DeflateScript { offers, accept: script.accept.clone() };
    let with_accept =
        |accept: Vec<AcceptRule>| DeflateScript { offers: script.offers.clone(), accept };
    let mut candidates = Vec::new();
    if !script.offers.is_empty() {
        candidates.push(with_offers(Vec::new()));
        candidates.push(with_offers(vec![String::new()]));
    }
    if !script.accept.is_empty() {
        candidates.push(with_accept(Vec::new()));
        candidates.push(with_accept(vec![AcceptRule::default()]));
    }
    for position in 0..script.offers.len() {
        let mut offers = script.offers.clone();
        offers.remove(position);
        candidates.push(with_offers(offers));
    }
    for position in 0..script.accept.len() {
        let mut accept = script.accept.clone();
        accept.remove(position);
        candidates.push(with_accept(accept));
    }
    // One with neither offers nor rules is none.
    candidates.retain(|script| !(script.offers.is_empty() && script.accept.is_empty()));
    candidates
}
