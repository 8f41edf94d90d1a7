//! An echo server with TLS that is not ours: rustls driven by tokio-rustls, with tungstenite.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::WebPkiClientVerifier,
        version::{TLS12, TLS13},
    },
    server::TlsStream,
};
use tokio_tungstenite::accept_async;

use super::certificates::{Authority, Certificate};

/// How the server behaves.
#[derive(Default)]
pub struct Conduct<'a> {
    /// It wants a certificate of this authority.
    pub wants_certificate_of: Option<&'a Authority>,
    /// It knows no TLS after 1.2.
    pub old: bool,
    /// It closes TCP without `close_notify`.
    pub cuts: bool,
}

/// A running server; it goes on as long as the tests do.
pub struct Server {
    pub address: SocketAddr,
    greetings: Arc<Mutex<Vec<Greeting>>>,
}

/// What a client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    pub server_name: Option<String>,
    pub protocol: Option<String>,
}

impl Server {
    pub fn start(certificate: &Certificate, conduct: &Conduct<'_>) -> Self {
        let config = Arc::new(config(certificate, conduct));
        let cuts = conduct.cuts;
        let greetings: Arc<Mutex<Vec<Greeting>>> = Arc::default();
        let heard = Arc::clone(&greetings);
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    let acceptor = TlsAcceptor::from(Arc::clone(&config));
                    let greetings = Arc::clone(&greetings);
                    tokio::spawn(async move {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            greetings.lock().unwrap().push(greeting(&stream));
                            echo(stream, cuts).await;
                        }
                    });
                }
            });
        });
        Self { address: receiver.recv().unwrap(), greetings: heard }
    }

    /// Its URL by the name `localhost`.
    pub fn url(&self) -> String {
        format!("wss://localhost:{}/", self.address.port())
    }

    /// What its clients asked for.
    pub fn greetings(&self) -> Vec<Greeting> {
        self.greetings.lock().unwrap().clone()
    }
}

fn config(certificate: &Certificate, conduct: &Conduct<'_>) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let versions = if conduct.old { vec![&TLS12] } else { vec![&TLS12, &TLS13] };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .unwrap();
    let builder = match conduct.wants_certificate_of {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            let der = CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap();
            roots.add(der).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = CertificateDer::from_pem_slice(certificate.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).unwrap();
    let mut config = builder.with_single_cert(vec![chain], key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

fn greeting(stream: &TlsStream<TcpStream>) -> Greeting {
    let (_, session) = stream.get_ref();
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    Greeting {
        server_name: session.server_name().map(str::to_owned),
        protocol: session.alpn_protocol().map(text),
    }
}

async fn echo(stream: TlsStream<TcpStream>, cuts: bool) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
            break;
        }
    }
    if cuts {
        let (tcp, _) = socket.into_inner().into_inner();
        drop(tcp);
    } else {
        let _ = tokio::io::AsyncWriteExt::shutdown(socket.get_mut()).await;
    }
}
