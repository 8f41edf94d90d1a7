//! A real browser as testee: the page plays all quick cases in it.

mod listener;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use listener::Listener;
use wspec::{
    case::{Case, Profile, embedded_cases},
    control::Visitors,
    judge::Verdict,
    protocol::Role,
    run::{Page, PageServer},
    words,
};

/// How long a browser may take to start and to play everything.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn chromium_plays_every_quick_case() {
    let Some(program) = installed(&["chromium", "chromium-browser", "google-chrome"]) else {
        eprintln!("skipped: no Chromium is installed");
        return;
    };
    let profile = Profiles::new("chromium");
    let mut command = Command::new(program);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"])
        .args(["--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--v=0"])
        .arg(format!("--user-data-dir={}", profile.0.display()));
    let console = plays_everything(command, "chromium", &profile).await;
    // That a case makes the browser fail a connection, which it says, is what cases are there for.
    let errors: Vec<&str> = console
        .lines()
        .filter(|line| line.contains("CONSOLE") && !line.contains("WebSocket connection to"))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[tokio::test]
async fn firefox_plays_every_quick_case() {
    let Some(program) = installed(&["firefox", "firefox-esr"]) else {
        eprintln!("skipped: no Firefox is installed");
        return;
    };
    let profile = Profiles::new("firefox");
    // After a connection that failed, which is what many cases want, Firefox lets a server wait for
    // longer and longer before it comes again (RFC 6455 §7.2.3).
    let delay = "user_pref(\"network.websocket.delay-failed-reconnects\", false);\n";
    std::fs::write(profile.0.join("user.js"), delay).unwrap();
    let mut command = Command::new(program);
    command.args(["--headless", "--no-remote", "--profile"]).arg(&profile.0);
    plays_everything(command, "firefox", &profile).await;
}

/// Starts the browser on the page and waits until it has played all cases. Returns what it
/// printed.
async fn plays_everything(mut command: Command, name: &str, profile: &Profiles) -> String {
    let cases = quick_cases();
    let count = cases.len();
    let listener = Listener::start(cases, None, |_| false).await;
    let page = Page {
        port: listener.address.port(),
        tls: None,
        reports: None,
        visitors: Visitors::at([127, 0, 0, 1].into(), false, &[]).of_pages(),
    };
    let server = PageServer::start(([127, 0, 0, 1], 0).into(), page).await.unwrap();
    let printed = profile.0.join("printed");
    command
        .arg(format!("http://{}/?autostart=1&agent={name}", server.address()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&printed).unwrap());
    let browser = Browser(command.spawn().unwrap());
    let results = tokio::time::timeout(PATIENCE, listener.results()).await;
    drop(browser);
    let printed = String::from_utf8_lossy(&std::fs::read(&printed).unwrap()).into_owned();
    let results = results.unwrap_or_else(|_| panic!("{name} does not come to an end: {printed}"));
    assert_eq!(results.len(), count, "{printed}");
    let mut failed = Vec::new();
    for result in &results {
        if matches!(result.judgement.verdict, Verdict::Fail | Verdict::Error) {
            let message = words::message(&result.judgement, Role::Client);
            failed.push(format!("{}: {message}", result.case.id));
        }
    }
    eprintln!("{name}: {} of {count} cases failed: {failed:#?}", failed.len());
    // Browsers are good clients; if many fail, we are not.
    assert!(failed.len() <= count / 20, "{failed:#?}");
    printed
}

fn quick_cases() -> Vec<Arc<Case>> {
    let cases = embedded_cases().cases.iter();
    cases
        .filter(|case| case.profile == Profile::Quick && case.is_for(Role::Client))
        .cloned()
        .map(Arc::new)
        .collect()
}

fn installed(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|program| program.is_file())
}

/// A folder for a browser's profile; gone when this is dropped.
struct Profiles(PathBuf);

impl Profiles {
    fn new(name: &str) -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Profiles {
    fn drop(&mut self) {
        // What a dying browser still holds may stay.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A browser's process; killed when this is dropped.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
