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
