//! The parameters of permessage-deflate (RFC 7692 §7.1), in an offer or in an answer.

use crate::protocol::{
    deflate::DeflateParameters,
    handshake::{Extension, Parameter},
};

/// Something about an element for which an offer has to be declined, or an answer refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterFlaw {
    /// A parameter that there is not.
    Unknown(String),
    /// A parameter that stood before.
    Repeated(String),
    /// A value that a parameter cannot have, or none where it needs one.
    Value(String, Option<String>),
}

/// Who wrote the element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The client: its own window may be left to the server.
    Offer,
    /// The server.
    Answer,
}

/// What stands in an element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// server_no_context_takeover.
    pub server_forgets: bool,
    /// client_no_context_takeover.
    pub client_forgets: bool,
    /// server_max_window_bits.
    pub server_window: Option<u8>,
    /// client_max_window_bits, perhaps without a value.
    pub client_window: Option<Option<u8>>,
}

impl Parameters {
    /// Reads an element; a parameter with an overlooked flaw is taken as if it were not there.
    ///
    /// # Errors
    /// The first flaw that is not overlooked.
    pub fn read(
        element: &Extension,
        part: Part,
        overlooked: &dyn Fn(&ParameterFlaw) -> bool,
    ) -> Result<Self, ParameterFlaw> {
        let mut parameters = Self::default();
        for parameter in &element.parameters {
            match parameters.take(parameter, part) {
                Err(flaw) if !overlooked(&flaw) => return Err(flaw),
                _ => {}
            }
        }
        Ok(parameters)
    }

    fn take(&mut self, parameter: &Parameter, part: Part) -> Result<(), ParameterFlaw> {
        let repeated = || Err(ParameterFlaw::Repeated(parameter.name.clone()));
        match parameter.name.to_ascii_lowercase().as_str() {
            "server_no_context_takeover" if self.server_forgets => return repeated(),
            "server_no_context_takeover" => self.server_forgets = flag(parameter)?,
            "client_no_context_takeover" if self.client_forgets => return repeated(),
            "client_no_context_takeover" => self.client_forgets = flag(parameter)?,
            "server_max_window_bits" if self.server_window.is_some() => return repeated(),
            "server_max_window_bits" => self.server_window = Some(window(parameter)?),
            "client_max_window_bits" if self.client_window.is_some() => return repeated(),
            "client_max_window_bits" if part == Part::Offer && parameter.value.is_none() => {
                self.client_window = Some(None);
            }
            "client_max_window_bits" => self.client_window = Some(Some(window(parameter)?)),
            _ => return Err(ParameterFlaw::Unknown(parameter.name.clone())),
        }
        Ok(())
    }

    /// What an answer with these agrees to.
    pub fn agreed(self) -> DeflateParameters {
        DeflateParameters {
            server_no_context_takeover: self.server_forgets,
            client_no_context_takeover: self.client_forgets,
            server_max_window_bits: self.server_window.unwrap_or(15),
            client_max_window_bits: self.client_window.flatten().unwrap_or(15),
        }
    }
}

fn wrong(parameter: &Parameter) -> ParameterFlaw {
    ParameterFlaw::Value(parameter.name.clone(), parameter.value.clone())
}

fn flag(parameter: &Parameter) -> Result<bool, ParameterFlaw> {
    match parameter.value {
        None => Ok(true),
        Some(_) => Err(wrong(parameter)),
    }
}

/// "A decimal integer value without leading zeroes between 8 and 15" (RFC 7692 §7.1.2).
fn window(parameter: &Parameter) -> Result<u8, ParameterFlaw> {
    match parameter.value.as_deref() {
        Some("8") => Ok(8),
        Some("9") => Ok(9),
        Some(value) if value.len() == 2 && value.bytes().all(|b| b.is_ascii_digit()) => {
            let bits = value.parse().map_err(|_| wrong(parameter))?;
            if (10..=15).contains(&bits) { Ok(bits) } else { Err(wrong(parameter)) }
        }
        _ => Err(wrong(parameter)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::handshake::parse_extensions;

    fn read(parameters: &str, part: Part) -> Result<Parameters, ParameterFlaw> {
        let element = format!("permessage-deflate; {parameters}");
        Parameters::read(&parse_extensions(&element).unwrap()[0], part, &|_| false)
    }

    #[test]
    fn right_elements_are_read() {
        let read = read(
            "server_max_window_bits=8; client_max_window_bits; server_no_context_takeover",
            Part::Offer,
        );
        let expected = Parameters {
            server_forgets: true,
            client_forgets: false,
            server_window: Some(8),
            client_window: Some(None),
        };
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn wrong_ones_are_not_unless_that_is_overlooked() {
        for parameter in [
            "server_max_window_bits",
            "server_max_window_bits=7",
            "server_max_window_bits=16",
            "server_max_window_bits=09",
            "client_max_window_bits=+9",
            "client_max_window_bits=100",
            "client_no_context_takeover=1",
            "client_no_context_takeover; client_no_context_takeover",
            "server_max_window_bits=9; server_max_window_bits=9",
            "window",
        ] {
            assert!(read(parameter, Part::Offer).is_err(), "{parameter}");
        }
        assert!(read("client_max_window_bits", Part::Answer).is_err());
        let element = parse_extensions("permessage-deflate; x; server_max_window_bits=10");
        let lenient = Parameters::read(&element.unwrap()[0], Part::Answer, &|_| true).unwrap();
        assert_eq!(lenient.agreed().server_max_window_bits, 10);
    }
}
