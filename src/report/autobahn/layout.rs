//! JSON as Autobahn's Python lays it out, since scripts go through it with `grep` and `sed`.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

/// The value as JSON: three blanks a level, `","` at line ends, `": "`, ASCII only, no line end
/// behind it. Keys stand in the value's own order, which has to be the sorted one.
#[must_use]
pub fn to_text(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, Layout::default());
    value.serialize(&mut serializer).expect("reports have text keys, and memory does not fail");
    String::from_utf8(out).expect("the layout is ASCII")
}

struct Layout(PrettyFormatter<'static>);

impl Default for Layout {
    fn default() -> Self {
        Self(PrettyFormatter::with_indent(b"   "))
    }
}

impl Formatter for Layout {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for character in fragment.chars() {
            if matches!(character, ' '..='~') {
                writer.write_all(&[character as u8])?;
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn looks_like_pythons() {
        let value = json!({
            "a": { "empty": {}, "list": [1, [], null] },
            "é": "κ \u{1F600} \u{7f} \u{1b} \n \" \\ /",
        });
        // python3 -c 'print(json.dumps(value, sort_keys=True, indent=3, separators=(",", ": ")))'
        let expected = r#"{
   "a": {
      "empty": {},
      "list": [
         1,
         [],
         null
      ]
   },
   "\u00e9": "\u03ba \ud83d\ude00 \u007f \u001b \n \" \\ /"
}"#;
        assert_eq!(to_text(&value), expected);
    }
}
