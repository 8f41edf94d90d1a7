//! Chromium, driven by its DevTools protocol: opens a file, and says what the page does.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// A page in a browser of its own.
pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: String,
    last_id: u64,
    /// What went to the console as an error or a warning, and what was thrown.
    pub complaints: Vec<String>,
    /// What was asked for over any network, or from any file.
    pub requests: Vec<String>,
    profile: PathBuf,
    _browser: Child,
}

/// The Chromium of this machine.
pub fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

impl Page {
    /// Starts the browser and opens the file in it.
    pub async fn open(chromium: &Path, file: &Path) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("report-{}-{number}", std::process::id());
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut browser = Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync"])
            .args(["--remote-debugging-port=0", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(browser.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let line = line.expect("Chromium says where its DevTools listen");
            if let Some((_, address)) = line.split_once("DevTools listening on ") {
                break address.to_owned();
            }
        };
        // Its errors are of no interest, but somebody has to read them.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let (socket, _) = connect_async(address).await.unwrap();
        let mut page = Self {
            socket,
            session: String::new(),
            last_id: 0,
            complaints: Vec::new(),
            requests: Vec::new(),
            profile,
            _browser: browser,
        };
        page.begin(file).await;
        page
    }

    async fn begin(&mut self, file: &Path) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call("Target.attachToTarget", attach).await;
        session["sessionId"].as_str().unwrap().clone_into(&mut self.session);
        for domain in ["Runtime", "Log", "Network", "Page"] {
            self.call(&format!("{domain}.enable"), json!({})).await;
        }
        let url = url::Url::from_file_path(file).unwrap();
        self.call("Page.navigate", json!({"url": url.as_str()})).await;
        self.until("document.readyState === 'complete'").await;
    }

    /// What the expression comes to, promises awaited.
    pub async fn eval(&mut self, expression: &str) -> Value {
        let arguments = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true
        });
        let result = self.call("Runtime.evaluate", arguments).await;
        let thrown = &result["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown}");
        result["result"]["value"].clone()
    }

    /// Waits until the expression is true, frame by frame.
    #[track_caller]
    pub fn until<'a>(&'a mut self, expression: &'a str) -> impl Future<Output = ()> + 'a {
        let promise = format!(
            "new Promise((resolve, reject) => {{ \
             const end = performance.now() + 20000; \
             const look = () => ({expression}) ? resolve(true) \
             : performance.now() > end ? reject(new Error('it never comes to be')) \
             : setTimeout(look, 20); look(); }})"
        );
        async move {
            self.eval(&promise).await;
        }
    }

    /// Presses a key, as a person does.
    pub async fn press(&mut self, key: &str) {
        let text = if key.len() == 1 { key } else { "" };
        let code = match key {
            "Escape" => 27,
            "Enter" => 13,
            _ => 0,
        };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "text": if key == "Enter" { "\r" } else { text },
                "windowsVirtualKeyCode": code, "code": if code == 0 { "" } else { key }
            });
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Makes the window so wide, in CSS pixels, and the system's colours light or dark.
    pub async fn look(&mut self, width: u32, scheme: &str) {
        let metrics = json!({
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", media).await;
    }

    async fn call(&mut self, method: &str, arguments: Value) -> Value {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": arguments});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let message = Message::text(message.to_string());
        self.socket.send(message).await.unwrap();
        loop {
            let message = self.socket.next().await.expect("Chromium is there").unwrap();
            let Message::Text(text) = message else {
                continue;
            };
            let mut message: Value = serde_json::from_str(&text).unwrap();
            if message["id"] == json!(self.last_id) {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].take();
            }
            self.note(&message);
        }
    }

    fn note(&mut self, event: &Value) {
        let details = &event["params"];
        match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => self.complaints.push(details.to_string()),
            Some("Runtime.consoleAPICalled") => self.complaints.push(details["args"].to_string()),
            Some("Log.entryAdded") => self.complaints.push(details["entry"].to_string()),
            Some("Network.requestWillBeSent") => {
                let url = details["request"]["url"].as_str().unwrap_or_default();
                self.requests.push(url.to_owned());
            }
            _ => {}
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // What a dying browser still holds may stay.
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
