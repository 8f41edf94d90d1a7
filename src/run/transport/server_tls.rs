//! Our side of TLS towards clients.

use std::{io, sync::Arc};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        Connection, Error, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use super::{
    Identity, Socket, Stream, TlsFileError, TlsProblem,
    client_tls::ALPN,
    pem::{certificates, private_key, refused},
    session::Session,
};

/// TLS towards clients, with one certificate.
#[derive(Clone, Debug)]
pub struct ServerTls(Arc<ServerConfig>);

impl ServerTls {
    /// TLS with the certificate of these files.
    ///
    /// # Errors
    /// Files of no use.
    pub fn new(identity: &Identity) -> Result<Self, TlsFileError> {
        let Identity { certificate, key } = identity;
        Self::with(certificates(certificate)?, private_key(key)?)
            .map_err(|error| refused(certificate, key, &error))
    }

    /// TLS with this certificate.
    pub(super) fn with(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has cipher suites for TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// Makes TLS of a client's connection.
    pub(in crate::run) async fn accept(&self, socket: Socket) -> Result<Stream, TlsProblem> {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.0));
        let accepted = acceptor.accept(socket).await;
        let (socket, tls) = accepted.map_err(|error| TlsProblem::with_client(&error))?.into_inner();
        let session = Session::new(Connection::from(tls));
        session
            .map(|session| Stream::secure(socket, session))
            .map_err(|error: io::Error| TlsProblem::with_client(&error))
    }
}
