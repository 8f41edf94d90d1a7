//! Whatever a target does, a run ends in time, in little memory, and says something of each case.

mod hostile;

use std::{
    collections::BTreeMap,
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use hostile::{
    Hostile, Where, answer, answer_slowly, answer_without_end, close_at_once, deflate_bomb,
    drip_frames, endless_fragments, endless_frame, flood, half_close, never_answer, never_read,
    never_read_nor_answer, reset_in_mid_frame, rubbish_without_end, well_behaved,
};
use wspec::{
    case::{Case, embedded_cases},
    judge::Verdict,
    play::Patience,
    protocol::Role,
    run::{CaseResult, Pace, Probe, Route, RunEvent, ServerRun, StopSwitch, Target},
    words,
};

/// The time for a reaction where the target makes us wait for its end. All other waits of a run
/// follow from it: an opening handshake has five times as long, a case ten times.
const SHORT: Duration = Duration::from_millis(25);

/// The same where nothing is waited for, so that a busy machine makes no difference.
const LONG: Duration = Duration::from_secs(2);

/// In which a run of a few quick cases has to be over, on a machine that is busy with much else.
const BOUND: Duration = Duration::from_secs(60);

/// Cases of every kind that are over soon.
const CASES: [&str; 10] =
    ["1.1.1", "1.1.5", "2.1", "2.2", "5.1", "5.5", "5.19", "6.4.1", "7.1.1", "7.3.1"];

/// The same for servers that keep each case until its time is up, and once more when it is played
/// again alone.
const FEW_CASES: [&str; 4] = ["1.1.1", "2.1", "5.1", "7.1.1"];

/// What a server does with a connection.
type Conduct = Box<dyn Fn(TcpStream) + Send + Sync>;

/// Cases by id.
type Results = BTreeMap<String, CaseResult>;

fn cases(ids: &[&str]) -> Vec<Arc<Case>> {
    let case = |id: &&str| embedded_cases().get(&id.parse().unwrap()).unwrap().clone();
    ids.iter().map(case).map(Arc::new).collect()
}

fn run_against(url: &str, ids: &[&str], timeout: Duration) -> ServerRun {
    let target = Target::parse(url).unwrap();
    let address = url.trim_start_matches("ws://").trim_end_matches('/');
    let probe = Probe::at(Route::over_tcp(vec![address.parse().unwrap()]));
    ServerRun {
        target,
        probe,
        cases: cases(ids),
        pace: Pace::LOOPBACK,
        patience: Patience::for_round_trip(Duration::ZERO, Some(timeout)),
        seed: 1,
        trace: false,
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// Runs the cases; they have to be over within the bound, each with a result.
fn results_within(
    bound: Duration,
    timeout: Duration,
    server: &impl Where,
    ids: &[&str],
) -> Results {
    let begun = Instant::now();
    let mut results = Results::new();
    block_on(async {
        let run = run_against(&server.url(), ids, timeout);
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let (_switch, stop) = StopSwitch::new();
        let _ = run.play(sender, stop).await;
        while let Some(event) = events.recv().await {
            if let RunEvent::CaseFinished(result) = event {
                let before = results.insert(result.case.id.to_string(), *result);
                assert!(before.is_none(), "a case has one result");
            }
        }
    });
    let took = begun.elapsed();
    assert!(took < bound, "the run took {took:?}");
    for id in ids {
        assert!(results.contains_key(*id), "nothing is said of {id}");
    }
    results
}

fn results(server: &impl Where) -> Results {
    results_within(BOUND, SHORT, server, &FEW_CASES)
}

fn prompt_results(server: &impl Where) -> Results {
    results_within(BOUND, LONG, server, &CASES)
}

/// Every case failed, for a reason that holds these words.
fn assert_all_fail(results: &Results, words: &str) {
    for (id, result) in results {
        let judgement = &result.judgement;
        let message = words::message(judgement, Role::Server);
        let told = message.contains(words);
        assert!(
            judgement.verdict == Verdict::Fail && told,
            "{id}: {}: {message}",
            judgement.verdict
        );
    }
}

/// A run begins with a first look at the target, which must not depend on its manners either.
#[test]
fn a_first_look_is_over_in_time() {
    let servers = [
        Hostile::start(|stream, _| never_answer(stream)),
        Hostile::start(|stream, _| close_at_once(stream)),
        Hostile::start(|stream, _| rubbish_without_end(stream)),
        Hostile::start(|stream, _| flood(b"\x89\x00")(stream)),
        Hostile::start(|stream, _| endless_frame(stream)),
        Hostile::start(|stream, _| drip_frames(SHORT)(stream)),
        Hostile::start(|stream, _| answer_without_end(b"HTTP/1.1 101 X\r\nX: ", b"a")(stream)),
    ];
    let begun = Instant::now();
    block_on(async {
        let looks = servers.iter().map(async |server| {
            let target = Target::parse(&server.url()).unwrap();
            Probe::of(&target, [7; 16]).await.unwrap();
        });
        futures_util::future::join_all(looks).await;
    });
    assert!(begun.elapsed() < BOUND);
}

#[test]
fn who_accepts_and_never_answers_fails() {
    let server = Hostile::start(|stream, _| never_answer(stream));
    assert_all_fail(&results(&server), "to open the connection");
}

#[test]
fn who_accepts_and_does_nothing_fails() {
    let server = Hostile::start(|stream, _| never_read_nor_answer(stream));
    assert_all_fail(&results(&server), "to open the connection");
}

#[test]
fn who_closes_at_once_fails() {
    let server = Hostile::start(|stream, _| close_at_once(stream));
    assert_all_fail(&prompt_results(&server), "");
}

#[test]
fn who_answers_with_something_else_fails() {
    for octets in [
        &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
        b"\x16\x03\x01\x00\xff\x00\x00\x00",
        b"HTTP/1.1 101\r\n\0\xff\xfe: \r\n\r\n",
        b"HTTP/1.1 999999 ?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 302 Found\r\nLocation: ws://elsewhere.example/\r\n\r\n",
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
          Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
    ] {
        let conduct = answer(octets);
        let server = Hostile::start(move |stream, _| conduct(stream));
        assert_all_fail(&prompt_results(&server), "");
    }
}

#[test]
fn a_redirect_and_a_wish_for_a_password_are_told_by_their_status() {
    for (octets, status) in [
        (&b"HTTP/1.1 302 Found\r\nLocation: /ws\r\n\r\n"[..], "302"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "401"),
    ] {
        let conduct = answer(octets);
        let server = Hostile::start(move |stream, _| conduct(stream));
        assert_all_fail(&prompt_results(&server), status);
    }
}

#[test]
fn a_header_that_never_ends_is_cut_off() {
    let start = b"HTTP/1.1 101 Switching Protocols\r\nX-More: ";
    let conduct = answer_without_end(start, &[b'a'; 4096]);
    let server = Hostile::start(move |stream, _| conduct(stream));
    for result in prompt_results(&server).values() {
        assert_eq!(result.judgement.verdict, Verdict::Fail);
        let head = result.transcript.handshake.response.len();
        assert!(head <= 64 * 1024, "{head} octets of header kept");
    }
}

#[test]
fn header_fields_that_never_end_are_cut_off() {
    let start = b"HTTP/1.1 101 Switching Protocols\r\n";
    let conduct = answer_without_end(start, b"X-More: and more\r\n");
    let server = Hostile::start(move |stream, _| conduct(stream));
    assert_all_fail(&prompt_results(&server), "");
}

#[test]
fn rubbish_without_end_fails() {
    let server = Hostile::start(|stream, _| rubbish_without_end(stream));
    assert_all_fail(&prompt_results(&server), "");
}

/// At an octet a second no handshake is done in time.
#[test]
fn a_response_of_an_octet_a_second_fails() {
    let conduct = answer_slowly(Duration::from_secs(1));
    let server = Hostile::start(move |stream, _| conduct(stream));
    assert_all_fail(&results(&server), "to open the connection");
}

/// Slow is not wrong.
#[test]
fn a_response_octet_by_octet_opens_the_connection() {
    let conduct = answer_slowly(Duration::from_micros(100));
    let server = Hostile::start(move |stream, _| conduct(stream));
    for (id, result) in results_within(BOUND, LONG / 4, &server, &["1.1.1"]) {
        assert!(result.transcript.handshake.opened(), "{id}");
    }
}

/// A peer that is never silent for as long as a reaction may take would hold a case for ever.
#[test]
fn frames_of_an_octet_now_and_then_do_not_hold_a_case() {
    for pace in [SHORT / 2, Duration::from_secs(1)] {
        let conduct = drip_frames(pace);
        let server = Hostile::start(move |stream, _| conduct(stream));
        let results = results(&server);
        assert!(results.values().all(|result| {
            result.transcript.duration_us < u64::try_from(BOUND.as_micros()).unwrap()
        }));
    }
}

#[test]
fn text_without_end_ends() {
    let conduct = flood(b"\x81\x05Hello\x81\x00");
    let server = Hostile::start(move |stream, _| conduct(stream));
    results(&server);
}

#[test]
fn pings_without_end_end() {
    let conduct = flood(b"\x89\x00\x89\x04ping");
    let server = Hostile::start(move |stream, _| conduct(stream));
    results(&server);
}

#[test]
fn closes_without_end_end() {
    let conduct = flood(b"\x88\x02\x03\xe8");
    let server = Hostile::start(move |stream, _| conduct(stream));
    results(&server);
}

#[test]
fn every_rule_broken_without_end_ends() {
    let conduct = flood(b"\xff\x80abcd\x0f\x00\x89\x7e\x00\x7e\x81\x01\xff\x80\x00");
    let server = Hostile::start(move |stream, _| conduct(stream));
    assert_all_fail(&prompt_results(&server), "");
}

#[test]
fn a_message_without_end_ends() {
    let server = Hostile::start(|stream, _| endless_fragments(stream));
    results(&server);
}

#[test]
fn a_frame_of_four_exbioctets_ends() {
    let server = Hostile::start(|stream, _| endless_frame(stream));
    results(&server);
}

#[test]
fn messages_that_inflate_without_end_end() {
    let server = Hostile::start(|stream, _| deflate_bomb(stream));
    let results = results_within(BOUND, SHORT, &server, &["12.1.1", "13.1.1"]);
    assert!(results.values().all(|result| result.judgement.verdict == Verdict::Fail));
}

#[test]
fn a_reset_in_mid_frame_is_told() {
    let server = Hostile::start(|stream, _| reset_in_mid_frame(stream));
    for (id, result) in prompt_results(&server) {
        let verdict = result.judgement.verdict;
        assert!(verdict != Verdict::Pass && verdict != Verdict::Error, "{id}: {verdict}");
    }
}

#[test]
fn who_will_send_nothing_more_but_reads_on_fails() {
    let server = Hostile::start(|stream, _| half_close(stream));
    prompt_results(&server);
}

/// 16 MiB do not fit between us and a peer that does not read.
#[test]
fn a_peer_that_never_reads_does_not_hold_a_case() {
    let server = Hostile::start(|stream, _| never_read(stream));
    let results = results_within(BOUND, SHORT, &server, &["9.1.6", "1.1.1"]);
    assert_all_fail(&results, "");
}

#[test]
fn a_target_that_goes_away_takes_its_cases_with_it() {
    let server = Hostile::for_the_first(4, |stream, _| well_behaved(stream));
    let report = tempdir("gone");
    let output = wspec(&server.url())
        .args(["--cases", "1.*", "--jobs", "1", "--report", &report])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(text(&output).contains("went away"), "{}", text(&output));
    let verdicts = verdicts(&report);
    assert_eq!(verdicts.len(), 16);
    let count = |wanted: &str| verdicts.values().filter(|v| *v == wanted).count();
    // The first connection was the first look. A few more are taken and reset when the listener
    // closes.
    assert_eq!(count("pass"), 3, "{verdicts:?}");
    assert!(count("error") >= 6, "{verdicts:?}");
}

#[test]
fn nobody_there_is_one_line_and_exit_status_3() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let output = wspec(&address.url()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.stdout.is_empty());
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains(&address.to_string()), "{errors}");
}

#[test]
fn a_host_without_address_is_one_line_and_exit_status_3() {
    let output = wspec("ws://nobody.invalid/").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains("nobody.invalid"), "{errors}");
}

#[test]
fn a_hostile_target_is_exit_status_1() {
    let server = Hostile::start(|stream, _| flood(b"\x83\x00")(stream));
    let output = wspec(&server.url()).args(["--cases", "1.*", "7.1.*"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

/// The kernel takes a few connections for a server that accepts none, and then leaves us waiting.
#[test]
fn a_target_that_accepts_nothing_is_told_in_time() {
    let (_listener, address) = block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        (listener.into_std().unwrap(), address)
    });
    results(&address);
}

#[test]
fn a_stop_ends_cases_that_wait_for_a_connection() {
    block_on(async {
        let server = Hostile::start(|stream, _| never_answer(stream));
        let mut run = run_against(&server.url(), &CASES, Duration::from_secs(60));
        // An address that swallows what is sent to it (RFC 5737).
        run.probe.route = Route::over_tcp(vec!["192.0.2.1:9".parse().unwrap()]);
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let (switch, stop) = StopSwitch::new();
        let begun = Instant::now();
        let stopping = async {
            events.recv().await;
            switch.stop();
        };
        let (_, ()) = tokio::join!(run.play(sender, stop), stopping);
        assert!(begun.elapsed() < Duration::from_secs(2));
    });
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_report_of_what_was_run() {
    let (seen, waiting) = mpsc::channel();
    let seen = Mutex::new(seen);
    let server = Hostile::start(move |stream, number| {
        if number < 4 {
            well_behaved(stream);
        } else {
            seen.lock().unwrap().send(()).unwrap();
            never_answer(stream);
        }
    });
    let report = tempdir("interrupted");
    let child = wspec_with_timeout(&server.url(), "60")
        .args(["--jobs", "1", "--cases", "1.*", "--report", &report])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    waiting.recv().unwrap();
    interrupt(&child);
    let begun = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(begun.elapsed() < BOUND);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    let written = read(&report);
    assert_eq!(written["interrupted"], true);
    let passed = verdicts(&report).values().filter(|v| *v == "pass").count();
    assert_eq!(passed, 3, "{}", text(&output));
}

#[test]
fn a_hostile_run_takes_little_memory() {
    const MAX_KIB: u64 = 64 * 1024;
    if !cfg!(target_os = "linux") {
        println!("skipped: the peak memory of another process is read from Linux's /proc");
        return;
    }
    let kinds: [(&str, Conduct); 7] = [
        ("inflating messages", Box::new(deflate_bomb)),
        ("texts", Box::new(flood(b"\x81\x05Hello"))),
        ("pings", Box::new(flood(b"\x89\x00"))),
        ("closes", Box::new(flood(b"\x88\x02\x03\xe8"))),
        ("a frame without end", Box::new(endless_frame)),
        ("a message without end", Box::new(endless_fragments)),
        ("rubbish", Box::new(rubbish_without_end)),
    ];
    let peaks: BTreeMap<&str, u64> = thread::scope(|scope| {
        let runs = kinds.map(|(kind, conduct)| {
            let cases = match kind {
                "inflating messages" => &["12.1.1", "13.1.1"],
                // More than there are connections at once.
                _ => &["5.1*", "7.1.*"],
            };
            let peak = scope.spawn(move || peak_of_a_run_against(conduct, cases));
            (kind, peak)
        });
        let peaks = runs.map(|(kind, peak)| (kind, peak.join().unwrap()));
        peaks.into_iter().collect()
    });
    println!("peak memory in KiB: {peaks:?}");
    assert!(peaks.values().all(|peak| *peak < MAX_KIB), "{peaks:?} KiB");
}

/// The peak memory of the command when it plays a few cases against such a server, in KiB.
fn peak_of_a_run_against(conduct: Conduct, cases: &[&str]) -> u64 {
    let process: Arc<OnceLock<u32>> = Arc::default();
    let (sender, peaks) = mpsc::channel();
    let sender = Mutex::new(sender);
    let server = {
        let process = Arc::clone(&process);
        Hostile::start(move |stream, number| {
            match number {
                // The first look has to find something to test.
                0 => well_behaved(stream),
                _ => conduct(stream),
            }
            // The case is over; the process is not, while others are played.
            let peak = peak_memory_kib(*process.wait());
            let _ = sender.lock().unwrap().send(peak);
        })
    };
    let mut child = wspec(&server.url())
        .args(["--profile", "full", "--jobs", "16"])
        .arg("--cases")
        .args(cases)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    process.set(child.id()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    peaks.try_iter().flatten().max().expect("somebody looked")
}

/// What Linux calls the high water mark of the resident set; `None`: the process is gone.
fn peak_memory_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

fn wspec(url: &str) -> Command {
    wspec_with_timeout(url, "0.05")
}

fn wspec_with_timeout(url: &str, seconds: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    command.args(["server", url, "--timeout", seconds]);
    command
}

fn interrupt(child: &Child) {
    let process = child.id().to_string();
    let status = Command::new("kill").args(["-INT", &process]).status();
    assert!(status.unwrap().success());
}

/// An empty directory of this test.
fn tempdir(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn read(report: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(format!("{report}/report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn verdicts(report: &str) -> BTreeMap<String, String> {
    let cases = read(report)["agents"][0]["cases"].clone();
    let cases = cases.as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    cases.map(|case| (text(&case["id"]), text(&case["verdict"]))).collect()
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
