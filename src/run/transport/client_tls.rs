//! Our side of TLS towards a server.

use std::{io, path::PathBuf, sync::Arc};

use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, Connection, RootCertStore,
        client::WebPkiServerVerifier,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};

use super::{
    Socket, Stream, TlsFileError, TlsProblem,
    pem::{certificates, private_key, refused, unusable},
    session::Session,
    verifier::{AcceptingAnything, Trusting},
};

/// The protocol that we offer inside TLS (RFC 7301): no HTTP/2.
pub(super) const ALPN: &[u8] = b"http/1.1";

/// What to accept from a server, and what to show to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientTlsOptions {
    /// Files of certificates, in PEM: authorities to trust besides those of the web, or the
    /// servers' own certificates.
    pub authorities: Vec<PathBuf>,
    /// Accept any certificate.
    pub insecure: bool,
    /// What to show when the server asks who we are.
    pub identity: Option<Identity>,
    /// The name to ask for (SNI) and to verify, where it is not the URL's host.
    pub server_name: Option<String>,
}

/// The files of a certificate and its key, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, and those up to its authority behind it.
    pub certificate: PathBuf,
    /// Its private key, without a password.
    pub key: PathBuf,
}

/// TLS towards servers.
#[derive(Clone, Debug)]
pub struct ClientTls {
    config: Arc<ClientConfig>,
    server_name: Option<ServerName<'static>>,
    insecure: bool,
}

impl ClientTls {
    /// TLS of these options.
    ///
    /// # Errors
    /// Files of no use; a server's name that is none.
    pub fn new(options: &ClientTlsOptions) -> Result<Self, TlsFileError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("ring has cipher suites for TLS 1.2 and 1.3");
        let builder = builder.dangerous();
        let builder = if options.insecure {
            builder.with_custom_certificate_verifier(Arc::new(AcceptingAnything(provider)))
        } else {
            builder.with_custom_certificate_verifier(Arc::new(trusting(&options.authorities)?))
        };
        let mut config = match &options.identity {
            None => builder.with_no_client_auth(),
            Some(Identity { certificate, key }) => builder
                .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
                .map_err(|error| refused(certificate, key, &error))?,
        };
        config.alpn_protocols = vec![ALPN.to_vec()];
        let server_name = options.server_name.as_ref().map(|name| {
            ServerName::try_from(name.clone()).map_err(|_| TlsFileError::ServerName(name.clone()))
        });
        Ok(Self {
            config: Arc::new(config),
            server_name: server_name.transpose()?,
            insecure: options.insecure,
        })
    }

    /// Whether any certificate is accepted.
    #[must_use]
    pub const fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// Makes TLS of a connection to this host.
    pub(in crate::run) async fn connect(
        &self,
        host: &str,
        socket: Socket,
    ) -> Result<Stream, TlsProblem> {
        let name = match &self.server_name {
            Some(name) => name.clone(),
            None => ServerName::try_from(host.to_owned()).map_err(|_| TlsProblem::NoServerName)?,
        };
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let connected = connector.connect(name, socket).await;
        let (socket, tls) =
            connected.map_err(|error| TlsProblem::with_server(&error))?.into_inner();
        let session = Session::new(Connection::from(tls));
        session
            .map(|session| Stream::secure(socket, session))
            .map_err(|error: io::Error| TlsProblem::with_server(&error))
    }
}

impl Default for ClientTls {
    /// Trusts the authorities of the web.
    fn default() -> Self {
        Self::new(&ClientTlsOptions::default()).expect("nothing is read from a file")
    }
}

/// Trusts the authorities of the web, and these.
fn trusting(files: &[PathBuf]) -> Result<Trusting, TlsFileError> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let mut given: Vec<CertificateDer<'static>> = Vec::new();
    for file in files {
        for certificate in certificates(file)? {
            roots.add(certificate.clone()).map_err(|error| unusable(file, &error))?;
            given.push(certificate);
        }
    }
    let provider = Arc::new(ring::default_provider());
    let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .expect("there are roots, and no revocation lists");
    Ok(Trusting { authorities, given })
}
