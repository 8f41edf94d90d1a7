//! Mistakes in case files and what is said about them: `tests/golden/case-errors/NAME.toml` and
//! the message in `NAME.err`. `UPDATE_GOLDEN=1 cargo test --test case_language` writes the messages
//! anew; read the difference before you commit it.

use std::{env, fs, path::Path};

use wspec::case::{SourceFile, known_requirements, read_case_dir, read_cases, schema};

#[test]
fn every_mistake_is_explained_where_it_stands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/case-errors");
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let file = SourceFile { name: name.to_owned(), text: fs::read_to_string(&path).unwrap() };
        let found = match read_cases(&[file], known_requirements()) {
            Ok(_) => "no mistake was found\n".to_owned(),
            Err(errors) => format!("{errors}\n"),
        };
        let golden = path.with_extension("err");
        if update {
            fs::write(&golden, &found).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if found != expected || found.starts_with("no mistake") {
            wrong.push(format!("{name}: expected\n{expected}\nfound\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_directory_is_reported_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/case-errors");
    let errors = read_case_dir(&folder, known_requirements()).unwrap_err().to_string();
    for name in ["no-verb.toml", "unknown-key.toml"] {
        assert!(errors.contains(name), "{name} is not in\n{errors}");
    }
}

#[test]
fn the_checked_in_schema_is_that_of_the_language() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/cases.json");
    let expected = format!("{:#}\n", schema());
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "schemas/cases.json is out of date; refresh it: wspec cases schema > schemas/cases.json"
    );
}

/// What is said of a file of this text; that it is not much is part of what is tested.
fn said_of(text: &str) -> String {
    let file = SourceFile { name: "hostile.toml", text };
    let errors = read_cases(&[file], known_requirements()).expect_err("it is wrong");
    let said = errors.to_string();
    assert!(said.len() < 64 << 10, "{} octets are said", said.len());
    said
}

const HEAD: &str = "chapter = \"1\"\ntitle = \"t\"\n";

#[test]
fn mistakes_are_counted_and_not_looked_for_without_end() {
    for lines in [1_000, 10_000, 100_000] {
        let said = said_of(&format!("{HEAD}{}", "[[case]]\n".repeat(lines)));
        assert_eq!(said.matches("hostile.toml:").count(), 50, "{lines}");
        assert!(said.ends_with("and at least 950 more mistakes"), "{said}");
    }
}

#[test]
fn long_lines_are_not_quoted_whole() {
    let event = r#"{ verdict = "pass", saw = [{ echo = true, optional = true }] },"#;
    for outcomes in [500, 4_000, 16_000] {
        said_of(&format!(
            "{HEAD}[[case]]\nid = \"1\"\ntitle = \"t\"\nrequirements = []\nsteps = []\n\
             outcomes = [{}]\nclose = {{ by = \"us\" }}\n",
            event.repeat(outcomes)
        ));
    }
    let long = "x".repeat(1 << 19);
    for text in [
        format!("{HEAD}{long} = 1\n"),
        format!("{HEAD}[[case]]\nid = \"{long}\"\n"),
        format!("{HEAD}[[case]]\n{long} = 1\n"),
        format!("{HEAD}[[case]]\nrequirements = [\"{long}\"]\n"),
        format!("{HEAD}[[case]]\nsteps = [{{ text = {{ hex = \"{long}\" }} }}]\n"),
        format!("{HEAD}[[case]]\nsteps = [{{ drop = \"{long}\" }}]\n"),
        format!("title = {long}\n"),
    ] {
        let said = said_of(&text);
        assert!(said.len() < 4 << 10, "{} octets are said", said.len());
    }
}

#[test]
fn families_have_a_size() {
    let rows: String = (0..20_000).map(|row| format!("{{ id = \"1.{row}\" }},")).collect();
    let family = |description: &str, rows: &str| {
        format!(
            "{HEAD}[[case]]\ntitle = \"t\"\ndescription = \"{description}\"\nrequirements = []\n\
             each = [{rows}]\nsteps = []\noutcomes = []\nclose = {{ by = \"us\" }}\n"
        )
    };
    assert!(said_of(&family(&"d".repeat(1 << 19), &rows)).contains("the rows of this family make"));
    let row = format!("{{ id = \"1\", long = \"{}\" }}", "r".repeat(1 << 19));
    assert!(said_of(&family(&"{long}".repeat(10_000), &row)).contains("the rows of this family"));
    // Looking for the end of each place must not take the square of the text.
    let open = family(&"{".repeat(1 << 19), "{ id = \"1\" }");
    assert!(read_cases(&[SourceFile { name: "open", text: &open }], known_requirements()).is_ok());
}

#[test]
fn what_a_case_does_has_a_size() {
    let case = |steps: &str| {
        format!(
            "{HEAD}[[case]]\nid = \"1\"\ntitle = \"t\"\nrequirements = []\nsteps = [{steps}]\n\
             outcomes = [{{ verdict = \"pass\", saw = [] }}]\nclose = {{ by = \"us\" }}\n"
        )
    };
    let pauses: String = (0..101).map(|pause| format!("{{ pause = \"p{pause}\" }},")).collect();
    for (steps, said) in [
        (
            "{ ping = \"\", repeat = 1000000 }, { pong = \"\", repeat = 1 }".to_owned(),
            "`repeat` makes",
        ),
        ("{ fence = true },".repeat(10_001), "too many steps"),
        (pauses, "too many pauses"),
        (
            "{ cont = { fill = \"*\", len = 4294967296 }, fin = false, repeat = 1 }".to_owned(),
            "65536",
        ),
    ] {
        assert!(said_of(&case(&steps)).contains(said), "{said}");
    }
    // A thousand echoes of a message of a hundred thousand parts.
    let text = case(&format!("{{ text = [{}] }}", "\"\",".repeat(100_000)));
    let echo = "{ verdict = \"pass\", saw = [{ echo = true }] },";
    let text = text.replace("outcomes = [", &format!("outcomes = [{}", echo.repeat(1_000)));
    assert!(
        read_cases(&[SourceFile { name: "echoes", text: &text }], known_requirements()).is_ok()
    );
}
