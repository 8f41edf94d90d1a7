//! A head as an endpoint writes it: right at first, and then at times not.

/// A request or response up to its empty line, and what is written right behind it.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The request line or status line.
    pub start: String,
    /// The fields, in order.
    pub fields: Vec<(String, String)>,
    /// Octets behind the empty line.
    pub behind: Vec<u8>,
    /// What ends each line.
    pub line_end: &'static str,
}

impl Head {
    /// One with these fields.
    pub fn new(start: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let field = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            start: start.into(),
            fields: fields.iter().map(field).collect(),
            behind: Vec::new(),
            line_end: "\r\n",
        }
    }

    /// Adds a field at the end.
    pub fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|(field, _)| field != name);
    }

    /// Gives a field another value, or adds it.
    pub fn set(&mut self, name: &str, value: &str) {
        self.edit(name, |_| value.to_owned());
    }

    /// Makes another value of a field's; one that is not there has been empty, and is added.
    pub fn edit(&mut self, name: &str, edit: impl FnOnce(&str) -> String) {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, value)) => *value = edit(value),
            None => self.add(name, &edit("")),
        }
    }

    /// A field's value.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut text = self.start.clone();
        text.push_str(self.line_end);
        for (name, value) in &self.fields {
            text.push_str(&format!("{name}: {value}{}", self.line_end));
        }
        text.push_str(self.line_end);
        let mut octets = text.into_bytes();
        octets.extend_from_slice(&self.behind);
        octets
    }
}
