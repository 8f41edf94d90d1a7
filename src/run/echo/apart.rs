//! The built-in echo server on a thread of its own.

use std::{io, net::SocketAddr, thread};

use tokio::{runtime::Builder, sync::oneshot};

use super::{EchoServer, EchoStack};

/// A running echo server that shares no thread with whoever tests it, so that the two work at the
/// same time where there are two cores. It ends when this is dropped.
#[derive(Debug)]
pub struct EchoThread {
    url: String,
    /// Dropped first, which lets the thread end.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl EchoThread {
    /// Listens there and serves in the background.
    ///
    /// # Errors
    /// The address is not to be had, or the system has no thread to give.
    pub async fn start(address: SocketAddr, stack: EchoStack) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (told, started) = oneshot::channel();
        let serve = async move {
            match EchoServer::start(address, stack).await {
                Ok(server) => {
                    let _ = told.send(Ok(server.url().to_owned()));
                    // Nothing is ever sent: the other end is dropped.
                    let _ = stopped.await;
                }
                Err(error) => {
                    let _ = told.send(Err(error));
                }
            }
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new()
            .name("echo-server".to_owned())
            .spawn(move || runtime.block_on(serve))?;
        let ended = |_| Err(io::Error::other("the server's thread ended"));
        Ok(Self {
            url: started.await.unwrap_or_else(ended)?,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The URL at which it can be reached from here.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for EchoThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has nobody to tell that it panicked.
            let _ = thread.join();
        }
    }
}
