//! Serves the page and the reports.

use std::{
    fs::File,
    io::{self, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::{
    io::AsyncWriteExt,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{
    super::request_head::{NoHead, read_head},
    answer::{self, Wanted},
};
use crate::{
    control::Visitors,
    run::{
        Listener, ServerTls,
        transport::{Arrival, Stream},
    },
};

/// Connections at once; browsers open some ahead of need.
const CONNECTIONS_MAX: usize = 64;

/// How long a request may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// How long a response may take to be fetched.
const ANSWER_PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait when the system has no connection to give.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Octets of a file that are in memory at once.
const FILE_OCTETS: usize = 64 * 1024;

/// What there is to serve.
#[derive(Clone, Debug)]
pub struct Page {
    /// The port where cases are played, on the host that the page is fetched from.
    pub port: u16,
    /// TLS, if the cases are played with it; then the page is served with it, too.
    pub tls: Option<ServerTls>,
    /// Where the reports are, if they are written.
    pub reports: Option<PathBuf>,
    /// Who may read it.
    pub visitors: Visitors,
}

/// Serves a [`Page`] until this is dropped.
#[derive(Debug)]
pub struct PageServer {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl PageServer {
    /// Listens there and serves in the background.
    ///
    /// # Errors
    /// The address is not to be had.
    pub async fn start(address: SocketAddr, page: Page) -> io::Result<Self> {
        let listener = Listener::bind(&address.into(), page.tls.clone()).await?;
        let address = listener.address().unwrap_or(address);
        Ok(Self { address, serving: tokio::spawn(serve(listener, Arc::new(page))) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for PageServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: Listener, page: Arc<Page>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok(arrival) => {
                    connections.spawn(answer(arrival, Arc::clone(&page)));
                }
                Err(_) => sleep(ACCEPT_AGAIN_AFTER).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(arrival: Arrival, page: Arc<Page>) {
    let Ok(Ok(mut stream)) = timeout(HEAD_PATIENCE, arrival.welcome()).await else {
        return;
    };
    let wanted = match read_head(&mut stream, HEAD_PATIENCE).await {
        Ok(request) => match page.visitors.admit(&request.head) {
            Ok(()) => answer::wanted(&request.head),
            Err(stranger) => Some(Wanted::ByStranger(stranger)),
        },
        Err(NoHead::TooLong) => None,
        Err(NoHead::Gone) => return,
    };
    // Whoever does not fetch the answer does without it.
    let _ = timeout(ANSWER_PATIENCE, page.answer(wanted, &mut stream)).await;
}

impl Page {
    async fn answer(&self, wanted: Option<Wanted>, stream: &mut Stream) -> io::Result<()> {
        let reports = self.reports.as_deref();
        match wanted {
            Some(Wanted::Page) => self.page(stream).await?,
            Some(Wanted::Reports) => report(reports, &["index.html", "index.json"], stream).await?,
            Some(Wanted::Report(name)) => report(reports, &[&name], stream).await?,
            Some(Wanted::Unknown) => {
                refuse("404 Not Found", "There is no such page.", stream).await?;
            }
            Some(Wanted::WrongMethod) => {
                let why = "Pages can only be read.";
                refuse("405 Method Not Allowed", why, stream).await?;
            }
            Some(Wanted::ByStranger(stranger)) => {
                refuse("403 Forbidden", &stranger.to_string(), stream).await?;
            }
            None => refuse("400 Bad Request", "This is not HTTP.", stream).await?,
        }
        stream.shutdown().await
    }

    async fn page(&self, stream: &mut Stream) -> io::Result<()> {
        let nonce = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
        let (text, policy) = answer::page(self.port, self.tls.is_some(), &nonce);
        let length = text.len() as u64;
        let head = answer::head("200 OK", "text/html; charset=utf-8", &policy, length);
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(text.as_bytes()).await
    }
}

async fn refuse(status: &str, why: &str, stream: &mut Stream) -> io::Result<()> {
    let response = answer::refusal(status, why);
    stream.write_all(response.as_bytes()).await
}

/// Sends the first of these files that the reports have.
async fn report(reports: Option<&Path>, names: &[&str], stream: &mut Stream) -> io::Result<()> {
    let found = reports.and_then(|folder| {
        let mut names = names.iter();
        names.find_map(|name| Some((*name, open(folder, name).ok()?)))
    });
    let Some((name, file)) = found else {
        let why = "There is no such report, or none has been written yet.";
        return refuse("404 Not Found", why, stream).await;
    };
    let length = file.metadata()?.len();
    let media_type = answer::media_type(name);
    let head = answer::head("200 OK", media_type, answer::REPORT_POLICY, length);
    stream.write_all(head.as_bytes()).await?;
    let mut rest = file.take(length);
    let mut buffer = vec![0; FILE_OCTETS];
    loop {
        let count = rest.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..count]).await?;
    }
}

/// Opens a file that lies in the folder itself; a link may lead elsewhere.
fn open(folder: &Path, name: &str) -> io::Result<File> {
    let path = folder.join(name);
    if path.symlink_metadata()?.is_file() {
        File::open(path)
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}
