//! House rules that a machine can check. Each says what to do instead.

use std::{collections::BTreeSet, fs, path::Path};

/// Lines of a source file, its tests not counted.
const FILE_LINES_MAX: usize = 400;

/// Lines of a function.
const FUNCTION_LINES_MAX: usize = 70;

/// Files that are longer, and why that is better than two files.
const LONG_FILES: [(&str, &str); 2] = [
    ("src/play/player.rs", "the state of a case and all that enters it"),
    ("src/play/outbox.rs", "one queue, from its items to their octets"),
];

/// Functions that are longer, and why that is better than two functions.
const LONG_FUNCTIONS: [(&str, &str, &str); 2] = [
    ("src/judge/rules/frames.rs", "broken", "a table: an arm a rule"),
    ("src/protocol/handshake/violation.rs", "is_lethal", "a table: an arm an answer"),
];

/// Rooms, and the rooms that each may know.
const ROOMS: [(&str, &[&str]); 18] = [
    ("foreign", &[]),
    ("input", &[]),
    ("protocol", &["foreign"]),
    ("requirement", &["foreign", "protocol"]),
    ("transcript", &["foreign", "protocol"]),
    ("case", &["foreign", "input", "requirement", "transcript", "protocol"]),
    ("judge", &["foreign", "case", "transcript", "protocol"]),
    ("words", &["foreign", "judge", "case", "transcript", "protocol"]),
    ("play", &["foreign", "judge", "case", "transcript", "protocol"]),
    ("reference", &["foreign", "judge", "case", "protocol"]),
    ("control", &["foreign", "judge", "case", "transcript", "protocol"]),
    (
        "run",
        &[
            "foreign",
            "input",
            "fuzz",
            "testee",
            "control",
            "play",
            "judge",
            "case",
            "transcript",
            "protocol",
        ],
    ),
    ("report", &["foreign", "input", "words", "judge", "case", "transcript", "protocol"]),
    ("coverage", &["foreign", "report", "judge", "case", "requirement", "protocol"]),
    ("wstest", &["foreign", "report", "play", "case", "protocol"]),
    ("fuzz", &["foreign", "words", "judge", "case", "requirement", "transcript", "protocol"]),
    ("testee", &["foreign", "play", "case", "transcript", "protocol"]),
    (
        "cli",
        &[
            "foreign",
            "input",
            "coverage",
            "reference",
            "fuzz",
            "wstest",
            "testee",
            "report",
            "run",
            "control",
            "words",
            "play",
            "judge",
            "case",
            "requirement",
            "transcript",
            "protocol",
        ],
    ),
];

/// Words that must not stand in some places.
struct Ban {
    words: &'static [&'static str],
    /// Where: beginnings of paths.
    under: &'static [&'static str],
    /// But not here.
    except: &'static [&'static str],
    instead: &'static str,
}

const BANS: [Ban; 5] = [
    Ban {
        words: &["io::stdout", "io::stderr", "ProgressDrawTarget::stderr"],
        under: &["src/"],
        // It gives standard error to a testee.
        except: &["src/cli/output/", "src/run/child.rs"],
        instead: "print through src/cli/output, which no reader can stop",
    },
    Ban {
        words: &["tokio", "std::net", "std::io::Read", "std::io::Write"],
        under: &[
            "src/protocol/",
            "src/transcript/",
            "src/requirement/",
            "src/case/",
            "src/coverage/",
            "src/control/",
            "src/judge/",
            "src/play/",
            "src/reference/",
            "src/report/",
            "src/words/",
            "src/testee/",
            "src/fuzz/",
        ],
        // It listens.
        except: &["src/testee/listen.rs"],
        instead: "take and give octets as arguments, and let src/run/ own the socket",
    },
    Ban {
        words: &["Instant", "SystemTime"],
        under: &[
            "src/protocol/",
            "src/transcript/",
            "src/requirement/",
            "src/case/",
            "src/coverage/",
            "src/control/",
            "src/judge/",
            "src/play/",
            "src/reference/",
            "src/report/",
            "src/words/",
            "src/testee/",
            "src/fuzz/",
        ],
        except: &[],
        instead: "take the time as an argument (a Duration since the start of the connection)",
    },
    Ban {
        words: &["sleep(", "sleep_until("],
        under: &["src/"],
        // The pace of a testee that floods its log, the patience with a refusal, with a system out of descriptors and with a server that we
        // started, the wait for the player's own timers, the tick of their clock, the rate of connections, and the end of a
        // campaign.
        except: &[
            "src/run/child.rs",
            "src/run/child_log.rs",
            "src/run/client/listen.rs",
            "src/run/client/page/serve.rs",
            "src/run/clock.rs",
            "src/run/connect.rs",
            "src/run/drive.rs",
            "src/run/fuzz/clock.rs",
            "src/run/echo/drive.rs",
            "src/run/echo/server.rs",
            "src/run/pace.rs",
        ],
        instead: "wait for what is to happen; a wait that a case needs is a timer of its player",
    },
    Ban {
        words: &["sleep("],
        under: &["tests/"],
        // The pace is what makes them hostile, and the lag what hides the death's reason.
        except: &[
            "tests/hostile/",
            "tests/dying_servers/mortal.rs",
            "tests/fragile_servers/server.rs",
            "tests/tidy.rs",
        ],
        instead: "wait for the event itself: a channel, a connection, the end of a process",
    },
];

/// A source file as the rules see it.
struct Source {
    path: String,
    /// Without comments and its tests.
    lines: Vec<String>,
}

impl Source {
    fn place(&self, line: usize) -> String {
        format!("{}:{}", self.path, line + 1)
    }

    fn is_under(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }

    fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// Files that only tests know.
const OF_TESTS: [&str; 3] =
    ["src/coverage/example.rs", "src/report/example.rs", "src/wstest/spec_tests.rs"];

/// Literals that look like case ids and are not.
const NO_CASE_IDS: [(&str, &str); 1] =
    [("src/wstest/console.rs", "the versions of Autobahn that scripts read off the first lines")];

fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join(folder)];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap();
            let name = name.to_str().unwrap().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !OF_TESTS.contains(&name.as_str()) {
                let text = fs::read_to_string(&path).unwrap();
                sources.push(Source { path: name, lines: without_tests_and_comments(&text) });
            }
        }
    }
    assert!(!sources.is_empty());
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn without_tests_and_comments(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| pair == ["#[cfg(test)]", "mod tests {"]);
    let code = &lines[..tests.unwrap_or(lines.len())];
    let code = code.iter().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    code.map(str::to_owned).collect()
}

#[track_caller]
fn assert_tidy(troubles: &[String]) {
    assert!(troubles.is_empty(), "\n{}\n", troubles.join("\n"));
}

#[test]
fn a_file_is_read_in_one_sitting() {
    let sources = sources("src");
    let is_long = |source: &Source| source.lines.len() > FILE_LINES_MAX;
    let is_listed = |path: &str| LONG_FILES.iter().any(|(listed, _)| *listed == path);
    let mut troubles = Vec::new();
    for source in &sources {
        if is_long(source) && !is_listed(&source.path) {
            troubles.push(format!(
                "{}: {} lines without tests, at most {FILE_LINES_MAX}; move one of its ideas into \
                 a file of its own",
                source.path,
                source.lines.len()
            ));
        }
    }
    for (path, _) in LONG_FILES {
        if !sources.iter().any(|s| s.path == path && is_long(s)) {
            troubles.push(format!("{path} is not long: take it off LONG_FILES"));
        }
    }
    assert_tidy(&troubles);
}

#[test]
fn a_function_does_one_thing() {
    let mut long = BTreeSet::new();
    let mut troubles = Vec::new();
    for source in sources("src") {
        for (name, line, length) in functions(&source.lines) {
            if length <= FUNCTION_LINES_MAX {
                continue;
            }
            long.insert((source.path.clone(), name.clone()));
            let listed = |(path, function, _): &(&str, &str, &str)| {
                *path == source.path && *function == name
            };
            if !LONG_FUNCTIONS.iter().any(listed) {
                troubles.push(format!(
                    "{}: `{name}` has {length} lines, at most {FUNCTION_LINES_MAX}; give its parts \
                     names",
                    source.place(line)
                ));
            }
        }
    }
    for (path, name, _) in LONG_FUNCTIONS {
        if !long.contains(&(path.to_owned(), name.to_owned())) {
            troubles.push(format!("{path}: `{name}` is not long: take it off LONG_FUNCTIONS"));
        }
    }
    assert_tidy(&troubles);
}

/// Name, first line and length of each function: rustfmt puts its closing brace below its
/// beginning.
fn functions(lines: &[String]) -> Vec<(String, usize, usize)> {
    let mut functions = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let end_of = |line: &String| line.len() == indent + 1 && line.ends_with('}');
        // One without a body ends before the next begins.
        let next = lines[start + 1..].iter().position(|line| {
            function_name(line).is_some() && line.len() - line.trim_start().len() <= indent
        });
        let rest = &lines[start + 1..next.map_or(lines.len(), |next| start + 1 + next)];
        if let Some(end) = rest.iter().position(end_of) {
            functions.push((name.to_owned(), start, end + 2));
        }
    }
    functions
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let modifier = |word: &str| word.starts_with("pub") || ["const", "async"].contains(&word);
    if !before.split_whitespace().all(modifier) && !before.trim_start().starts_with("pub(") {
        return None;
    }
    after.split(['(', '<']).next()
}

#[test]
fn nothing_stands_where_it_must_not() {
    let mut troubles = Vec::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        for ban in &BANS {
            if !source.is_under(ban.under) || source.is_under(ban.except) {
                continue;
            }
            for (number, line) in source.lines.iter().enumerate() {
                if let Some(word) = ban.words.iter().find(|word| line.contains(**word)) {
                    let place = source.place(number);
                    troubles.push(format!("{place}: `{word}`; {}", ban.instead));
                }
            }
        }
    }
    assert_tidy(&troubles);
}

#[test]
fn rooms_know_only_those_below_them() {
    let mut troubles = Vec::new();
    for source in sources("src") {
        let Some((room, _)) = source.path["src/".len()..].split_once('/') else {
            continue;
        };
        let known = ROOMS.iter().find(|(name, _)| *name == room);
        let Some((_, known)) = known else {
            troubles.push(format!("{}: a new room; give it a line in ROOMS", source.path));
            continue;
        };
        for other in rooms_named_in(&source.text()) {
            if other != room && !known.contains(&other.as_str()) {
                troubles.push(format!(
                    "{}: {room} must not know {other}; pass what it needs as an argument, or move \
                     the idea to a room that both know",
                    source.path
                ));
            }
        }
    }
    assert_tidy(&troubles);
}

/// The first names of all paths that begin with `crate::`, also in `use crate::{…}`.
fn rooms_named_in(text: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(is_part).collect()
    };
    let mut rooms = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let Some(tree) = rest.strip_prefix('{') else {
            rooms.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        rooms.insert(name(tree));
        for (position, character) in tree.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    rooms.insert(name(&tree[position + 1..]));
                }
                _ => {}
            }
        }
    }
    rooms.remove("");
    rooms
}

/// What a case needs stands in its file, where whoever reads it sees it.
#[test]
fn no_code_is_for_one_case() {
    let mut troubles = Vec::new();
    let exempt = |source: &Source| NO_CASE_IDS.iter().any(|(path, _)| *path == source.path);
    for source in sources("src").iter().filter(|source| !exempt(source)) {
        for (number, line) in source.lines.iter().enumerate() {
            let literals = line.split('"').skip(1).step_by(2);
            for literal in literals.filter(|literal| is_case_id(literal)) {
                troubles.push(format!(
                    "{}: `\"{literal}\"` looks like a case's id; give the case language a word for \
                     what is special to this case",
                    source.place(number)
                ));
            }
        }
    }
    assert_tidy(&troubles);
}

/// `9.1.6`, and beginnings like `9.` and `9.*`.
fn is_case_id(literal: &str) -> bool {
    let mut parts = literal.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    literal.contains('.')
        && parts.next().is_some_and(is_number)
        && parts.all(|part| part.is_empty() || part == "*" || is_number(part))
}

#[test]
fn the_rules_see_what_they_should() {
    assert_eq!(
        rooms_named_in("use crate::{\n    case::{Case, Id},\n    run,\n}; crate::play::x()"),
        ["case", "play", "run"].map(str::to_owned).into()
    );
    let ids = ["9.1.6", "9.", "9.*", "7.1"].map(is_case_id);
    let others = ["", "HTTP/1.1", "wss", ".", "13"].map(is_case_id);
    assert_eq!((ids, others), ([true; 4], [false; 5]));
    let lines = "impl A {\n    pub fn one(\n    ) {\n    }\n\n    fn two();\n}\n\nfn three() {\n}";
    let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    let named = functions(&lines).into_iter();
    let named: Vec<(String, usize)> = named.map(|(name, _, length)| (name, length)).collect();
    assert_eq!(named, [("one".to_owned(), 3), ("three".to_owned(), 2)]);
}
