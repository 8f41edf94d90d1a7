//! A server that remembers how its guests came in.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Callback, ErrorResponse, Request, Response},
        http::HeaderMap,
    },
};

/// Answers each opening handshake, with the subprotocol that was asked for, and the first message.
pub struct Doorkeeper {
    address: SocketAddr,
    guests: Arc<Mutex<Vec<Guest>>>,
    serving: JoinSet<()>,
}

/// A connection that opened.
#[derive(Clone)]
pub struct Guest {
    fields: HeaderMap,
    /// The first message, if it was text.
    pub hello: Option<String>,
}

impl Guest {
    /// The value of this field of the request, or nothing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Doorkeeper {
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let guests = Arc::default();
        let mut serving = JoinSet::new();
        let book = Arc::clone(&guests);
        serving.spawn(async move {
            let mut rooms = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                rooms.spawn(receive(stream, Arc::clone(&book)));
            }
        });
        Self { address, guests, serving }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    pub fn guests(&self) -> Vec<Guest> {
        self.guests.lock().unwrap().clone()
    }
}

impl Drop for Doorkeeper {
    fn drop(&mut self) {
        self.serving.abort_all();
    }
}

/// Keeps the fields of a request, and grants the subprotocols that it asks for.
struct Welcome<'a>(&'a mut HeaderMap);

impl Callback for Welcome<'_> {
    fn on_request(
        self,
        request: &Request,
        mut response: Response,
    ) -> Result<Response, ErrorResponse> {
        self.0.clone_from(request.headers());
        if let Some(asked) = request.headers().get("sec-websocket-protocol") {
            let fields = response.headers_mut();
            fields.insert("sec-websocket-protocol", asked.clone());
        }
        Ok(response)
    }
}

async fn receive(stream: TcpStream, book: Arc<Mutex<Vec<Guest>>>) {
    let mut fields = HeaderMap::new();
    let Ok(mut socket) = accept_hdr_async(stream, Welcome(&mut fields)).await else {
        return;
    };
    let mut hello = None;
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message
            && hello.is_none()
        {
            hello = Some(text.to_string());
            let _ = socket.send(Message::text("you are in")).await;
        }
    }
    book.lock().unwrap().push(Guest { fields, hello });
}
