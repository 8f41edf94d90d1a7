//! `report.html` in a real browser.

mod chromium;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use chromium::Page;
use serde_json::{Value, json};
use wspec::{
    coverage,
    judge::Verdict,
    report::{Bar, Report, html, json as report_json},
    transcript::{Happening, PayloadRecord},
};

/// What an agent would like to put into the page.
const HOSTILE: &str =
    "</script><script>window.owned=1</script><img src=x onerror='window.owned=2'>\u{202e}";

/// A run of the built-in server, with a second agent that is hostile and fails in one case.
static PAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html-report");
    let run = Command::new(env!("CARGO_BIN_EXE_wspec"))
        .args(["server", "--quiet", "--profile", "full", "--seed", "7"])
        .args(["--cases", "1.1.*", "2.*", "5.3", "7.1.1", "9.7.1", "--report"])
        .arg(&folder)
        .output()
        .unwrap();
    assert!(folder.join("report.html").is_file(), "{run:?}");
    let mut report = report_json::read(&folder).unwrap();
    with_a_hostile_agent(&mut report);
    let path = folder.join("hostile.html");
    html::write(&path, &report, &Bar::default(), &coverage::rows(&report)).unwrap();
    path
});

fn with_a_hostile_agent(report: &mut Report) {
    let mut hostile = report.agents[0].clone();
    HOSTILE.clone_into(&mut hostile.agent);
    hostile.url = format!("ws://localhost/?{HOSTILE}");
    let case = hostile.cases.iter_mut().find(|case| case.id.as_str() == "5.3");
    let case = case.unwrap();
    case.verdict = Verdict::Fail;
    case.message = format!("saw {HOSTILE}");
    case.title.push_str(HOSTILE);
    case.description.push_str(HOSTILE);
    case.transcript.handshake.response.push_str(HOSTILE);
    for entry in &mut case.transcript.entries {
        if let Happening::Received(frame) = &mut entry.what {
            frame.payload = PayloadRecord::of(HOSTILE.as_bytes());
        }
    }
    report.agents.push(hostile);
}

/// The page in a browser; says why if there is none.
async fn page() -> Option<Page> {
    let Some(chromium) = chromium::installed() else {
        eprintln!("skipped: no Chromium is installed");
        return None;
    };
    Some(Page::open(&chromium, &PAGE).await)
}

#[track_caller]
fn assert_quiet(page: &Page) {
    assert!(page.complaints.is_empty(), "{:#?}", page.complaints);
    let fetched: Vec<&String> = page
        .requests
        .iter()
        .filter(|url| !url.ends_with("/hostile.html") && !url.starts_with("blob:"))
        .collect();
    assert!(fetched.is_empty(), "{fetched:#?}");
}

const SHOWN: &str = "[...document.querySelectorAll('tr[data-case]')].filter(row => row.checkVisibility()).map(row => row.dataset.case)";

#[tokio::test]
async fn says_first_what_failed() {
    let Some(mut page) = page().await else { return };
    let heading = page.eval("document.querySelector('h1').innerText").await;
    let heading = heading.as_str().unwrap();
    assert!(heading.contains("1 of 2 agents fails"), "{heading}");
    let first = page
        .eval("document.querySelector('.finding.fail').getBoundingClientRect().top < 1600")
        .await;
    assert_eq!(first, json!(true));
    let command = page.eval("document.querySelector('.finding.fail code').innerText").await;
    assert!(command.as_str().unwrap().contains("--cases 5.3 --seed 7"), "{command}");
    assert_quiet(&page);
}

#[tokio::test]
async fn filters_and_folds() {
    let Some(mut page) = page().await else { return };
    page.eval("unpacked.then(() => 0)").await;
    let all = page.eval(&format!("{SHOWN}.length")).await;
    assert!(all.as_u64().unwrap() > 15, "{all}");
    let filtered = async |page: &mut Page, name: &str, value: &str| -> Value {
        let fill = format!(
            "filters.reset(); \
             document.getElementById('filter-{name}').value = '{value}'; applyFilters(); {SHOWN}"
        );
        page.eval(&fill).await
    };
    assert_eq!(filtered(&mut page, "text", "two fragments").await, json!(["5.3"]));
    assert_eq!(filtered(&mut page, "text", "window.OWNED").await, json!(["5.3"]));
    assert_eq!(filtered(&mut page, "chapter", "7").await, json!(["7.1.1"]));
    let of_section = filtered(&mut page, "requirement", "rfc6455-5.4").await;
    assert!(of_section.as_array().unwrap().contains(&json!("5.3")), "{of_section}");
    assert!(!of_section.as_array().unwrap().contains(&json!("7.1.1")), "{of_section}");
    let failed = page
        .eval(&format!("filters.reset(); filters.querySelector('[value=fail]').click(); {SHOWN}"))
        .await;
    assert_eq!(failed, json!(["5.3"]));
    let found = page.eval("document.getElementById('found').textContent").await;
    assert!(found.as_str().unwrap().starts_with("1 of "), "{found}");

    page.eval("filters.querySelector('[type=reset]').click()").await;
    page.until(&format!("{SHOWN}.length === {all}")).await;
    page.eval("document.getElementById('fold').click()").await;
    assert_eq!(page.eval(SHOWN).await, json!([]));
    page.eval("document.querySelector('[data-chapter=\"7\"] summary').click()").await;
    assert_eq!(page.eval(SHOWN).await, json!(["7.1.1"]));
    assert_quiet(&page);
}

#[tokio::test]
async fn opens_a_case_by_keys_and_shows_its_frames() {
    let Some(mut page) = page().await else { return };
    page.press("j").await;
    page.press("j").await;
    page.press("Enter").await;
    page.until("sheet.open").await;
    let title = page.eval("document.getElementById('case-title').textContent").await;
    assert!(title.as_str().unwrap().starts_with("1.1.2 "), "{title}");
    page.press("j").await;
    page.until("document.getElementById('case-title').textContent.startsWith('1.1.3 ')").await;

    page.eval("document.querySelector('#case .out summary').click()").await;
    page.until("document.querySelector('#case .bits')").await;
    let bits = page.eval("document.querySelector('#case .bits').innerText").await;
    let bits = bits.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(bits.starts_with("FIN 1 RSV1 0 RSV2 0 RSV3 0 opcode: text 0001 MASK 1"), "{bits}");
    assert_eq!(page.eval("document.querySelectorAll('#case .hex').length").await, json!(1));
    page.press("Escape").await;
    page.until("!sheet.open").await;
    assert_eq!(page.eval("location.hash").await, json!(""));
    assert_quiet(&page);
}

#[tokio::test]
async fn what_a_peer_says_stays_text() {
    let Some(mut page) = page().await else { return };
    page.eval("location.hash = '#case/5.3/1'").await;
    page.until("sheet.open").await;
    page.eval("sheet.querySelectorAll('details').forEach(one => { one.open = true; })").await;
    page.until("document.querySelector('#case .hex')").await;
    let text = page.eval("sheet.innerText").await;
    let text = text.as_str().unwrap();
    assert!(text.contains("<img src=x onerror="), "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
    assert_eq!(page.eval("window.owned === undefined").await, json!(true));
    assert_eq!(page.eval("document.images.length").await, json!(0));
    assert_quiet(&page);
}

#[tokio::test]
async fn fits_a_phone_and_follows_the_system_s_colours() {
    let Some(mut page) = page().await else { return };
    page.look(360, "dark").await;
    let wider = "document.documentElement.scrollWidth > innerWidth";
    page.eval("chapters.forEach(chapter => { chapter.open = true; })").await;
    assert_eq!(page.eval(wider).await, json!(false));
    page.eval("location.hash = '#case/5.3/1'").await;
    page.until("sheet.open").await;
    page.eval("sheet.querySelectorAll('details').forEach(one => { one.open = true; })").await;
    assert_eq!(page.eval("sheet.scrollWidth > innerWidth").await, json!(false));
    let background = "getComputedStyle(document.body).backgroundColor";
    let dark = page.eval(background).await;
    page.look(1280, "light").await;
    let light = page.eval(background).await;
    assert_ne!(dark, light);
    page.eval("sheet.close(); theme.click()").await;
    assert_eq!(page.eval(background).await, dark);
    assert_quiet(&page);
}

#[tokio::test]
async fn plots_and_requirements_are_there() {
    let Some(mut page) = page().await else { return };
    let circles = "document.querySelectorAll('#performance figure circle').length";
    assert_eq!(page.eval(circles).await, json!(2));
    page.eval("location.hash = '#requirement/rfc6455-5.4-6'").await;
    page.until("document.querySelector('[data-requirement=\"rfc6455-5.4-6\"]').checkVisibility()")
        .await;
    page.eval("location.hash = '#requirement/rfc6455-5.4-6/cases'").await;
    page.until("document.getElementById('filter-requirement').value === 'rfc6455-5.4-6'").await;
    let shown = page.eval(SHOWN).await;
    assert!(shown.as_array().unwrap().contains(&json!("5.3")), "{shown}");
    assert_quiet(&page);
}
