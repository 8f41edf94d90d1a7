//! A whole case, from its title to what Autobahn makes of it.

use crate::{
    case::{
        AutobahnView, Case, CloseExpectation, CloseGrade, Closer, Company, Compare, DeflateScript,
        Event, Expected, GiveUp, Need, Outcome, OutcomeVerdict, Profile,
    },
    requirement::RequirementId,
};

use super::{
    handshake::{after, our_head},
    prose::{enumerate, push_line, push_wrapped},
    step::{event_in_words, step},
};

/// The case in words and octets, in lines of at most 100 columns where nothing longer is quoted.
#[must_use]
pub fn explain(case: &Case) -> String {
    let mut out = String::new();
    push_wrapped(&mut out, &format!("{}  ", case.id), &case.title);
    if !case.description.is_empty() {
        out.push('\n');
        push_wrapped(&mut out, "", &case.description);
    }
    if !case.requirements.is_empty() {
        let ids: Vec<&str> = case.requirements.iter().map(|id| id.0.as_str()).collect();
        heading(&mut out, "Requirements");
        push_wrapped(&mut out, "  ", &ids.join(", "));
    }
    if !case.bugs.is_empty() {
        heading(&mut out, "Bugs that it would have found");
        push_wrapped(&mut out, "  ", &case.bugs.join(", "));
    }
    if let Some((sentence, lines)) = our_head(case) {
        heading(&mut out, "Head (in an example)");
        push_wrapped(&mut out, "  ", &sentence);
        for line in lines {
            push_line(&mut out, &format!("    {line}"));
        }
    }
    if let Some(deflate) = &case.deflate {
        heading(&mut out, "Compression");
        push_deflate(&mut out, deflate);
    }
    heading(&mut out, "Steps (octets before masking, unless the key is given)");
    push_steps(&mut out, case);
    if !case.handshake.outcomes.is_empty() {
        heading(&mut out, "Opening handshake");
        push_handshake(&mut out, case);
    }
    if case.handshake.may_open() {
        heading(&mut out, "Outcomes");
        push_outcomes(&mut out, &case.outcomes, case.informational);
        heading(&mut out, "Close");
        push_close(&mut out, &case.close);
        push_wrapped(&mut out, "  ", give_up(case.give_up));
    }
    push_conditions(&mut out, case);
    if let Some(view) = &case.autobahn {
        heading(&mut out, "Autobahn");
        push_autobahn(&mut out, case, view);
    }
    out
}

fn heading(out: &mut String, title: &str) {
    out.push('\n');
    push_line(out, title);
}

fn push_deflate(out: &mut String, deflate: &DeflateScript) {
    for offer in &deflate.offers {
        let offer = if offer.is_empty() { "permessage-deflate" } else { offer };
        push_wrapped(out, "  ", &format!("As client we offer: {offer}"));
    }
    for rule in &deflate.accept {
        let takeover =
            if rule.client_no_context_takeover { "client_no_context_takeover" } else { "" };
        let window = match rule.client_window {
            0 => String::new(),
            bits => format!("client_max_window_bits={bits}"),
        };
        let asked: Vec<String> = [takeover.to_owned(), window]
            .into_iter()
            .filter(|parameter| !parameter.is_empty())
            .collect();
        let asked = if asked.is_empty() { "nothing".to_owned() } else { enumerate(&asked, "and") };
        push_wrapped(out, "  ", &format!("As server we accept and ask for {asked}."));
    }
}

pub(super) fn push_steps(out: &mut String, case: &Case) {
    if case.steps.is_empty() {
        push_line(out, "  None.");
    }
    for (number, script) in (1..).zip(&case.steps) {
        let (sentence, lines) = step(script);
        push_wrapped(out, &format!("{number:>3}. "), &sentence);
        for line in lines {
            push_line(out, &format!("       {line}"));
        }
    }
}

fn push_outcomes(out: &mut String, outcomes: &[Outcome], informational: bool) {
    for outcome in outcomes {
        let verdict = verdict(outcome.verdict);
        let events: Option<Vec<String>> =
            outcome.saw.as_ref().map(|saw| saw.iter().map(expected).collect());
        match events.as_deref() {
            None => push_outcome(out, verdict, "whatever is seen"),
            Some([]) => push_outcome(out, verdict, "if no message, Pong or silence is seen"),
            Some([only]) => push_outcome(out, verdict, &format!("if all that is seen is {only}")),
            Some(many) => {
                push_outcome(out, verdict, "if all that is seen is, in this order:");
                many.iter().for_each(|event| push_outcome(out, "", &format!("- {event}")));
            }
        }
        if let Some(close) = &outcome.close {
            let words = format!("and the connection ends so: {}", close_in_words(close));
            push_outcome(out, "", &words);
        }
        push_breaks(out, &outcome.breaks);
    }
    if informational {
        push_outcome(out, "informational", "in any case, unless a wire rule is broken");
    } else {
        push_outcome(out, "fail", if outcomes.is_empty() { "in any case" } else { "otherwise" });
    }
}

fn push_handshake(out: &mut String, case: &Case) {
    for expected in &case.handshake.outcomes {
        let condition = format!("if {}", expected.in_words(case.testee));
        push_outcome(out, verdict(expected.verdict), &condition);
        push_breaks(out, &expected.breaks);
    }
    push_outcome(out, "fail", "otherwise");
    push_wrapped(out, "  ", after(&case.handshake));
}

fn push_outcome(out: &mut String, verdict: &str, condition: &str) {
    push_wrapped(out, &format!("  {verdict:<14}"), condition);
}

fn push_breaks(out: &mut String, breaks: &[RequirementId]) {
    if !breaks.is_empty() {
        push_outcome(out, "", &format!("(breaks {})", in_series(breaks)));
    }
}

fn in_series(breaks: &[RequirementId]) -> String {
    let ids: Vec<String> = breaks.iter().map(|id| id.0.clone()).collect();
    enumerate(&ids, "and")
}

const fn verdict(verdict: OutcomeVerdict) -> &'static str {
    match verdict {
        OutcomeVerdict::Pass => "pass",
        OutcomeVerdict::NonStrict => "non-strict",
        OutcomeVerdict::Informational => "informational",
        OutcomeVerdict::Fail => "fail",
    }
}

fn expected(expected: &Expected) -> String {
    let is_echo = expected.echo && matches!(expected.event, Event::Message(..));
    let echo = if is_echo { " (echo)" } else { "" };
    let optional = if expected.optional { ", perhaps" } else { "" };
    format!("{}{echo}{optional}", event_in_words(&expected.event))
}

fn push_close(out: &mut String, close: &CloseExpectation) {
    push_wrapped(out, "  ", &close_in_words(close));
    for grade in &close.grades {
        push_wrapped(out, "  ", &grade_in_words(grade));
    }
    push_wrapped(
        out,
        "  ",
        &format!(
            "Another code: {}. TCP closed without a Close: {}.",
            verdict(close.wrong_code),
            verdict(close.dropped)
        ),
    );
}

fn close_in_words(close: &CloseExpectation) -> String {
    let by = match close.by {
        Closer::Us => {
            "Once what is wanted was seen, we start the closing handshake and the peer answers."
        }
        Closer::Peer => "The peer must fail the connection.",
        Closer::Either => "Either side may close.",
    };
    let codes: Vec<String> = close.codes.iter().map(u16::to_string).collect();
    let codes = if codes.is_empty() {
        "A Close of the peer carries no code.".to_owned()
    } else {
        format!("A Close of the peer carries {}, or no code.", enumerate(&codes, "or"))
    };
    format!("{by} {codes}")
}

fn grade_in_words(grade: &CloseGrade) -> String {
    let mut codes: Vec<String> = grade
        .codes
        .iter()
        .map(|codes| match (codes.start(), codes.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first} to {last}"),
        })
        .collect();
    codes.extend(grade.no_code.then(|| "no code".to_owned()));
    let side = match grade.by {
        Closer::Us => " in answer to ours",
        Closer::Peer => " before ours",
        Closer::Either => "",
    };
    let breaks = match grade.breaks.as_slice() {
        [] => String::new(),
        breaks => format!(" (breaks {})", in_series(breaks)),
    };
    format!(
        "Whatever else is said, a Close{side} with {}: {}{breaks}.",
        enumerate(&codes, "or"),
        verdict(grade.verdict)
    )
}

const fn give_up(how: GiveUp) -> &'static str {
    match how {
        GiveUp::FailSoon => {
            "If no reaction comes, we send Close 1001 after the usual waiting time."
        }
        GiveUp::FailLate => {
            "If no reaction comes, we send Close 1001, after a time that allows for much work."
        }
        GiveUp::CloseSoon => {
            "If no reaction comes, we send an empty Close after the usual waiting time."
        }
        GiveUp::CloseLate => {
            "If no reaction comes, we send an empty Close, after a time that allows for much work."
        }
    }
}

fn push_conditions(out: &mut String, case: &Case) {
    let company = match case.company {
        Company::Any => None,
        Company::Delicate => {
            Some("How TCP groups segments decides, so little else runs at the same time.")
        }
        Company::Alone => Some("It measures time, so nothing else runs at the same time."),
    };
    let testee = case.testee.map(|testee| format!("It is for {testee}s only."));
    let profile = (case.profile == Profile::Full)
        .then_some("It is in the profile `full`: runs leave it out unless they ask for it.");
    let echo = case
        .needs
        .contains(&Need::Echo)
        .then_some("The testee has to take messages and send them back.");
    let hostile =
        case.hostile.then_some("It could crash or exhaust the testee, or harm others who use it.");
    let sentences = [testee.as_deref(), echo, hostile, company, profile];
    if sentences.iter().any(Option::is_some) {
        heading(out, "Conditions");
    }
    for sentence in sentences.into_iter().flatten() {
        push_wrapped(out, "  ", sentence);
    }
}

fn push_autobahn(out: &mut String, case: &Case, view: &AutobahnView) {
    let other_outcomes = view.outcomes != case.outcomes;
    let other_close = view.close != case.close;
    if !other_outcomes && !other_close && view.compare == Compare::Octets {
        push_line(out, "  Judges by the same outcomes and the same close.");
    }
    if let Some(because) = &view.because {
        let because = because.trim_end_matches('.');
        push_wrapped(out, "  ", &format!("Judges differently. {because}."));
    }
    if view.compare == Compare::Length {
        push_line(out, "  Its handler looks at kind and length of an echo only.");
    }
    if other_outcomes {
        push_outcomes(out, &view.outcomes, case.informational);
    }
    if other_close {
        push_close(out, &view.close);
    }
    if view.close.wrong_code_fails {
        push_line(out, "  Another close code makes its `behavior` FAILED too.");
    }
    if view.close.wrong_side_fails {
        push_line(out, "  Closing by the wrong side makes its `behavior` FAILED too.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{SourceFile, known_requirements, read_cases};

    /// A case with one of everything.
    const EVERYTHING: &str = r#"
chapter = "6"
title = "Everything"
autobahn = true
profile = "full"

[[case]]
id = "6.1"
title = "Every step there is"
description = "Not a case that anybody would want to play, but every kind of step and event is in it, so that a change of the words is seen."
requirements = ["rfc6455-5.1-1", "rfc6455-5.1-3"]
deflate = { offer = ["client_max_window_bits"], accept = [{ client-window = 9, client-no-context-takeover = true }, {}] }
steps = [
  { text = { hex = "ce ba" }, length = 4, mask = "01020304", apart = true },
  { more = { hex = "ff fe" } },
  { binary = { fill = "ab", len = 70000 }, fragment = 1000 },
  { frame = 11, payload = "x", rsv = 5, fin = false, mask = false },
  { ping = "p", length-form = 64, mask = true },
  { await = { pong = "p" } },
  { pause = "a while" },
  { octets = { hex = "00" }, chop = 1 },
  { round-trips = 20, text = { sample = "html", len = 100 } },
  { round-trips = 1, binary = { random = 5 }, fragment = 2 },
  { fence = true },
  { reading = false },
  { ping = "flood", repeat = 1000 },
  { reading = true },
  { close = 1000, reason = "bye" },
  { half-close = true },
  { drop = "reset" },
]
outcomes = [
  { verdict = "pass", saw = [{ echo = true, optional = true }, { pong = "p" }, { silence = "a while" }, { echoes = 20 }] },
  { verdict = "non-strict", saw = [] },
  { verdict = "informational", saw-any = true },
]
close = { by = "either", code = [1000, 1001], clean = true, wrong-code = "fail", grades = [{ verdict = "non-strict", code = [1007, "3000-4999", "none"], by = "peer" }] }
bugs = ["ws #2331", "CVE-2026-27889"]
hostile = true
alone = true
autobahn = { outcomes = [{ verdict = "pass", saw = [{ text = "other" }] }], close = { by = "peer", wrong-side-fails = true }, compare = "length", because = "it looks away" }

[[case]]
id = "6.2"
title = "Nothing"
requirements = []
steps = []
informational = true
close = { by = "peer" }
give-up = "close-late"
"#;

    /// Handshakes of both kinds.
    const HANDSHAKES: &str = r#"
chapter = "0"
title = "Handshakes"

[[case]]
id = "0.1"
testee = "server"
title = "Everything that can be done to a request"
requirements = []
request = { method = "POST", target = ["{target}", { hex = "c3 a4" }], version = "HTTP/1.0", without = ["Pragma"], with = ["upgrade:\tWebSocket"], also = ["Host: {host}", "no field"], first = ["X: {subprotocol}"], subprotocols = ["a", "b"], end = "\n", before = "\r\n", body = "{key}", chop = 3, eager = true }
handshake = [
  { verdict = "pass", status = ["4xx", 505], has = ["Sec-WebSocket-Version: 13", "Connection"] },
  { verdict = "non-strict", dropped = true },
  { verdict = "informational", silent = true },
  { verdict = "fail", opened = true, lacks = ["Sec-WebSocket-Protocol"] },
]
steps = [{ ping = "p" }]
outcomes = [{ verdict = "pass", saw = [{ pong = "p" }] }]
close = { by = "us" }

[[case]]
id = "0.2"
testee = "client"
title = "A response that no client may take"
requirements = []
response = { accept = "without-guid", line-end = "\n", also = ["X: {accept}", ["Y: ", { fill = "long ", len = 200 }]], end = "" }
handshake = [{ verdict = "pass", dropped = true }, { verdict = "non-strict", closed = true }]
"#;

    fn explained(id: &str) -> String {
        let file = SourceFile {
            name: "06.toml",
            text: if id.starts_with('0') { HANDSHAKES } else { EVERYTHING },
        };
        let cases = read_cases(&[file], known_requirements()).unwrap_or_else(|e| panic!("\n{e}"));
        explain(cases.get(&id.parse().unwrap()).unwrap())
    }

    #[test]
    fn everything_is_explained_in_words_and_octets() {
        insta::assert_snapshot!(explained("6.1"));
    }

    #[test]
    fn handshakes_are_explained_line_by_line() {
        insta::assert_snapshot!(explained("0.1") + "\n" + &explained("0.2"));
    }

    #[test]
    fn defaults_are_spelled_out() {
        insta::assert_snapshot!(explained("6.2"));
    }
}
