//! A way to a server that takes its time.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// Octets taken by one read.
const READ_OCTETS: usize = 16 * 1024;

/// A proxy that passes everything on a while later, in both directions, without an order of reads
/// and writes of its own: how much is under way at a time has no bound.
pub struct Distance {
    pub address: SocketAddr,
    serving: JoinSet<()>,
}

impl Distance {
    /// To the server there, with this round trip time.
    pub async fn to(server: SocketAddr, round_trip: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                connections.spawn(pass(near, server, round_trip));
            }
        });
        Self { address, serving }
    }
}

impl Drop for Distance {
    fn drop(&mut self) {
        self.serving.abort_all();
    }
}

/// One connection. The system has accepted it at once, so the round trip that this takes over the
/// distance comes on top of the way of the first octets.
async fn pass(near: TcpStream, server: SocketAddr, round_trip: Duration) {
    let there = round_trip / 2;
    let open = Instant::now() + round_trip;
    let far = TcpStream::connect(server).await.unwrap();
    for side in [&near, &far] {
        side.set_nodelay(true).unwrap();
    }
    let (near_reads, near_writes) = near.into_split();
    let (far_reads, far_writes) = far.into_split();
    tokio::join!(
        carry(near_reads, far_writes, there, open),
        carry(far_reads, near_writes, there, open),
    );
}

/// What came, or the end, and when it has to arrive.
type Parcel = (Instant, Option<Vec<u8>>);

async fn carry<R, W>(mut from: R, mut to: W, takes: Duration, not_before: Instant)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (sender, mut under_way) = mpsc::unbounded_channel::<Parcel>();
    let reading = async move {
        loop {
            let mut octets = vec![0; READ_OCTETS];
            let count = from.read(&mut octets).await.unwrap_or(0);
            octets.truncate(count);
            let parcel = (count > 0).then_some(octets);
            let arrives = Instant::now().max(not_before) + takes;
            if sender.send((arrives, parcel)).is_err() || count == 0 {
                return;
            }
        }
    };
    let writing = async move {
        while let Some((arrives, parcel)) = under_way.recv().await {
            sleep_until(arrives).await;
            let written = match parcel {
                Some(octets) => to.write_all(&octets).await,
                None => to.shutdown().await,
            };
            if written.is_err() {
                return;
            }
        }
    };
    tokio::join!(reading, writing);
}
