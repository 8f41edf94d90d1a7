//! Writes the list of the case files, so that a new chapter needs no code.

use std::{env, error::Error, fmt::Write, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=cases");
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("cases");
    let mut chapters = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name =
            entry?.file_name().into_string().map_err(|_| "a case file's name is not UTF-8")?;
        if name.ends_with(".toml") && name != "requirements.toml" {
            chapters.push(name);
        }
    }
    chapters.sort();

    let mut list = String::from("[\n");
    for name in chapters {
        let path = folder.join(&name);
        writeln!(
            list,
            "    SourceFile {{ name: \"cases/{name}\", text: include_str!({path:?}) }},"
        )?;
    }
    list.push_str("]\n");
    let path = PathBuf::from(env::var("OUT_DIR")?).join("chapters.rs");
    // A copy of the build's folder may share the file; that one must keep its own list.
    if path.exists() {
        fs::remove_file(&path)?;
    }
    fs::write(path, list)?;
    Ok(())
}
