//! TLS as wstest has it: no authority is ever trusted unless a name is given to check.

use std::path::Path;

use crate::{
    cli::Trouble,
    run::{ClientTls, ClientTlsOptions, Identity, ServerTls},
    wstest::ListenUrl,
};

/// TLS for a server of ours, if its URL asks for it, with the certificate and the key in these
/// files.
///
/// # Errors
/// Files that are missing, or of no use.
pub fn of_server(
    url: ListenUrl,
    certificate: Option<&Path>,
    key: Option<&Path>,
) -> Result<Option<ServerTls>, Trouble> {
    if !url.secure {
        return Ok(None);
    }
    let (Some(certificate), Some(key)) = (certificate, key) else {
        return Err(Trouble::Input(
            "a wss:// URL needs a certificate and its key; name the PEM files with `key` and \
             `cert` in the spec, or with -k and -c"
                .to_owned(),
        ));
    };
    let identity = Identity { certificate: certificate.to_owned(), key: key.to_owned() };
    ServerTls::new(&identity).map(Some).map_err(Trouble::input)
}

/// TLS towards a server: with this name, or with whatever certificate there is.
///
/// # Errors
/// What is no name of a server.
pub fn towards_server(name: Option<&str>) -> Result<ClientTls, Trouble> {
    let options = ClientTlsOptions {
        insecure: name.is_none(),
        server_name: name.map(str::to_owned),
        ..ClientTlsOptions::default()
    };
    ClientTls::new(&options).map_err(Trouble::input)
}
