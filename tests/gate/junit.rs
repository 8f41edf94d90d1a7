//! The common schema of JUnit's XML, as Jenkins and others check it: which elements may be where,
//! and which attributes they have.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// An element, its attributes (those that it needs, those that it may have) and its children.
struct Element(
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const SCHEMA: [Element; 10] = [
    Element("testsuites", &[], &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    Element(
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["time", "skipped", "timestamp", "hostname", "id", "package"],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    Element("properties", &[], &[], &["property"]),
    Element("property", &["name", "value"], &[], &[]),
    Element(
        "testcase",
        &["name"],
        &["classname", "time"],
        &[
            "skipped",
            "error",
            "failure",
            "flakyFailure",
            "flakyError",
            "rerunFailure",
            "rerunError",
            "system-out",
            "system-err",
        ],
    ),
    Element("failure", &[], &["type", "message"], &[]),
    Element("error", &[], &["type", "message"], &[]),
    Element("skipped", &[], &["type", "message"], &[]),
    Element("flakyFailure", &["type"], &["message"], &["stackTrace"]),
    Element("system-out", &[], &[], &[]),
];

/// Asserts that the text is well-formed, has only what the schema allows, and that each suite
/// counts its tests right.
#[track_caller]
pub fn assert_follows_the_schema(text: &str) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<&Element> = Vec::new();
    let mut count = (0, 0);
    loop {
        match reader.read_event().expect("the XML is well-formed") {
            Event::Start(start) => {
                let element = allowed(open.last().copied(), &start);
                open.push(element);
                if element.0 == "testsuite" {
                    count = (number(&start, "tests"), 0);
                }
                count.1 += usize::from(element.0 == "testcase");
            }
            Event::End(_) => {
                let closed = open.pop();
                if closed.is_some_and(|element| element.0 == "testsuite") {
                    assert_eq!(count.0, count.1, "tests of a suite");
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
}

fn allowed(parent: Option<&Element>, start: &BytesStart<'_>) -> &'static Element {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    match parent {
        None => assert_eq!(name, "testsuites"),
        Some(parent) => assert!(parent.3.contains(&&*name), "<{name}> in <{}>", parent.0),
    }
    let element = SCHEMA.iter().find(|element| element.0 == name);
    let element = element.unwrap_or_else(|| panic!("<{name}> is not in the schema"));
    let attributes: Vec<String> = start
        .attributes()
        .map(|attribute| attribute.expect("attributes are well-formed"))
        .map(|attribute| String::from_utf8_lossy(attribute.key.as_ref()).into_owned())
        .collect();
    for attribute in &attributes {
        let known = element.1.iter().chain(element.2);
        assert!(known.clone().any(|name| name == attribute), "{attribute} of <{name}>");
    }
    let has = |needed: &&str| attributes.iter().any(|attribute| attribute == needed);
    assert!(element.1.iter().all(has), "<{name}> lacks an attribute");
    element
}

fn number(start: &BytesStart<'_>, name: &str) -> usize {
    let attribute = start.try_get_attribute(name).expect("attributes are well-formed");
    let value = attribute.expect("it was checked to be there").value;
    String::from_utf8_lossy(&value).parse().expect("it is a number")
}
