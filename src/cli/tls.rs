//! The arguments that are about TLS, and about the way to a server.

use std::{fs, net::IpAddr, path::PathBuf};

use clap::Args;

use super::Trouble;
use crate::{
    report::escape::shell_argument,
    run::{ClientTls, ClientTlsOptions, Identity, Proxy, ServerTls, Target, ThrowAway},
};

/// How to reach a server.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to reach it")]
pub struct ReachArguments {
    /// With wss: trust this authority's certificate (PEM) besides those of the web, or the
    /// server's own; may be repeated.
    #[arg(long, value_name = "FILE")]
    ca: Vec<PathBuf>,
    /// With wss: accept any certificate. The report will say so.
    #[arg(long, conflicts_with = "ca")]
    insecure: bool,
    /// With wss: the certificate (PEM) to show when the server asks for one.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
    /// Go through this HTTP proxy, such as http://user:password@host:3128. What the environment
    /// says of proxies is not used.
    #[arg(long, value_name = "URL")]
    proxy: Option<Proxy>,
}

impl ReachArguments {
    /// Lets the target be reached in this way.
    ///
    /// # Errors
    /// Files of no use; what does not go with the target's URL.
    pub fn apply_to(&self, target: &mut Target) -> Result<(), Trouble> {
        if let Some(option) = self.tls_option().filter(|_| !target.is_secure()) {
            let url = target.url();
            return Err(Trouble::Input(format!(
                "--{option} is about TLS, and `{url}` has none; expected a wss:// URL"
            )));
        }
        if self.proxy.is_some() && target.socket().is_some() {
            return Err(Trouble::Input(
                "--proxy does not lead to a Unix socket; leave it out".to_owned(),
            ));
        }
        target.go_through(self.proxy.clone());
        if target.is_secure() {
            let options = self.tls_options();
            target.tls = Some(ClientTls::new(&options).map_err(Trouble::input)?);
        }
        Ok(())
    }

    /// The arguments again, for a shell; without the proxy's password.
    pub fn repeated(&self) -> Vec<String> {
        let file = |name: &str, path: &PathBuf| {
            format!("--{name} {}", shell_argument(path.to_string_lossy()))
        };
        let mut words: Vec<String> = self.ca.iter().map(|path| file("ca", path)).collect();
        words.extend(self.insecure.then(|| "--insecure".to_owned()));
        words.extend(self.client_cert.iter().map(|path| file("client-cert", path)));
        words.extend(self.client_key.iter().map(|path| file("client-key", path)));
        words.extend(self.proxy.iter().map(|proxy| format!("--proxy http://{proxy}")));
        words
    }

    /// The first option that is about TLS.
    fn tls_option(&self) -> Option<&'static str> {
        let given = [
            ("ca", !self.ca.is_empty()),
            ("insecure", self.insecure),
            ("client-cert", self.client_cert.is_some()),
        ];
        given.into_iter().find_map(|(name, given)| given.then_some(name))
    }

    fn tls_options(&self) -> ClientTlsOptions {
        let identity = self.client_cert.as_ref().zip(self.client_key.as_ref());
        ClientTlsOptions {
            authorities: self.ca.clone(),
            insecure: self.insecure,
            identity: identity.map(|(certificate, key)| Identity {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            server_name: None,
        }
    }
}

/// Whether to listen with TLS, and with which certificate.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
pub struct ListenTlsArguments {
    /// Listen with TLS (wss); without --cert a certificate is made for this run only.
    #[arg(long)]
    tls: bool,
    /// The certificate to show (PEM), with those up to its authority behind it; implies --tls.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Write the authority of the certificate that is made for this run to this file (PEM), for
    /// clients to trust.
    #[arg(long, value_name = "FILE", requires = "tls", conflicts_with = "cert")]
    write_ca: Option<PathBuf>,
}

impl ListenTlsArguments {
    /// The arguments again, for a shell.
    pub fn repeated(&self) -> Vec<String> {
        let files = [("cert", &self.cert), ("key", &self.key), ("write-ca", &self.write_ca)];
        let file = |(name, path): (&str, &Option<PathBuf>)| {
            let path = shell_argument(path.as_ref()?.to_string_lossy());
            Some(format!("--{name} {path}"))
        };
        let tls = self.tls.then(|| "--tls".to_owned());
        let files = files.into_iter().filter_map(file);
        tls.into_iter().chain(files).collect()
    }

    /// TLS for a listener at this address, if it is wanted.
    ///
    /// # Errors
    /// Files of no use; a file that cannot be written.
    pub fn for_listener(&self, address: Option<IpAddr>) -> Result<Option<ServerTls>, Trouble> {
        if let (Some(certificate), Some(key)) = (&self.cert, &self.key) {
            let identity = Identity { certificate: certificate.clone(), key: key.clone() };
            return ServerTls::new(&identity).map(Some).map_err(Trouble::input);
        }
        if !self.tls {
            return Ok(None);
        }
        let address = address.filter(|address| !address.is_unspecified());
        let made = ThrowAway::make(address.as_slice()).map_err(Trouble::input)?;
        if let Some(path) = &self.write_ca {
            fs::write(path, &made.authority).map_err(|source| Trouble::System {
                what: format!("cannot write `{}`", path.display()),
                source,
            })?;
        }
        Ok(Some(made.tls))
    }
}
