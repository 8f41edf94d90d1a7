// A case that is opened: #case/ID/AGENT in the address names it, so that it can be linked to.

const sheet = document.getElementById("case");
let opener = null;

function linkTo(section) {
  return section.href ? make("a", { href: section.href }, section.text) : section.text;
}

function button(label, text, action) {
  const made = make("button", { type: "button", "aria-label": label, title: label }, text);
  made.addEventListener("click", action);
  return made;
}

// The cases whose rows are not filtered out, in their order.
function shownCases() {
  return [...document.querySelectorAll("tr[data-case]:not([hidden])")].map((row) => row.dataset.case);
}

function step(by) {
  const [, id, agent] = decodeURIComponent(location.hash).split("/");
  const shown = shownCases();
  const next = shown[shown.indexOf(id) + by];
  if (next !== undefined) location.replace("#case/" + next + "/" + agent);
}

function tabs(details, one, chosen) {
  const made = details.agents.map((name, at) => {
    const result = one.results[at];
    const tab = make("button", { type: "button", role: "tab", id: "tab-" + at, "aria-selected": String(at === chosen), "aria-controls": "result", tabindex: at === chosen ? "0" : "-1", disabled: !result },
      make("b", { class: "number" }, at + 1), " " + name + " ", result ? make("span", { class: "mark " + result.verdict }, result.verdict) : "not played");
    tab.addEventListener("click", () => location.replace("#case/" + one.id + "/" + at));
    return tab;
  });
  const bar = make("div", { role: "tablist", "aria-label": "Agents" }, ...made);
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    let at = chosen + by;
    while (one.results[at] === null) at += by;
    if (one.results[at]) location.replace("#case/" + one.id + "/" + at);
    event.preventDefault();
  });
  return bar;
}

function verdictOf(result) {
  return make("div", { class: "verdict " + result.verdict },
    make("b", {}, result.verdict),
    make("p", {}, result.message),
    ...result.broken.map((text) => make("p", {}, text)));
}

function headsOf(details, result) {
  const sides = details.role === "client" ? ["wspec asks", "the agent answers"] : ["the agent asks", "wspec answers"];
  const side = (name, lines) => make("div", {}, make("p", {}, name), make("pre", {}, lines.length ? lines.join("\n") : "nothing"));
  return make("details", { class: "more", open: result.trouble !== "" }, make("summary", {}, "Opening handshake"),
    result.trouble ? make("p", {}, result.trouble) : "",
    make("div", { class: "heads" }, side(sides[0], result.request), side(sides[1], result.response)));
}

function resultOf(details, one, agent) {
  const result = one.results[agent];
  const command = addCopyButton(make("div", { class: "command" }, make("code", { tabindex: "0" }, result.command)));
  return make("div", { id: "result", role: "tabpanel", "aria-labelledby": "tab-" + agent },
    verdictOf(result),
    make("h3", {}, "Expected"), list(result.expected),
    result.autobahn ? make("p", { class: "faint" }, "Autobahn would say " + result.autobahn + ".") : "",
    make("h3", {}, "Play it once more"), command,
    make("h3", {}, "What went over the wire"),
    headsOf(details, result),
    diagram(details, details.agents[agent], result));
}

function fill(details, one, agent) {
  const top = make("div", { class: "sheet-top" },
    button("Previous case", "‹", () => step(-1)), button("Next case", "›", () => step(1)),
    make("p", { class: "where" }, one.chapter), button("Close", "✕", () => sheet.close()));
  const requirements = one.requirements.map(({ id, section }) => make("span", {}, linkTo(section), " ", make("a", { class: "faint", href: "#requirement/" + id }, id)));
  const body = make("div", { class: "sheet" },
    make("h2", { id: "case-title", tabindex: "-1" }, one.id + " " + one.title),
    one.about ? make("p", {}, one.about) : "",
    make("p", { class: "links" }, ...requirements),
    tabs(details, one, agent), resultOf(details, one, agent));
  sheet.replaceChildren(top, body);
  sheet.scrollTop = 0;
}

async function openCase(id, agent) {
  let details;
  try {
    details = await unpacked;
  } catch (error) {
    sheet.replaceChildren(make("p", { class: "sheet" }, "This browser cannot unpack the details: it lacks DecompressionStream. They are in report.json, too."));
    sheet.showModal();
    return;
  }
  const one = details.cases[details.byId.get(id)];
  if (!one) return sheet.close();
  if (!one.results[agent]) agent = one.results.findIndex((result) => result !== null);
  const within = sheet.open && sheet.contains(document.activeElement) && document.activeElement.id;
  fill(details, one, agent);
  if (!sheet.open) {
    opener = document.activeElement;
    sheet.showModal();
  }
  const kept = within && within.startsWith("tab-") ? document.getElementById("tab-" + agent) : null;
  (kept || document.getElementById("case-title")).focus();
}

// What the address asks for: a case, a requirement, or a part of the page.
function follow() {
  const [kind, id, more] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (kind === "case") return openCase(id, Number(more) || 0);
  if (sheet.open) sheet.close();
  if (kind !== "requirement") return;
  if (more === "cases") return filterByRequirement(id);
  const row = [...document.querySelectorAll("tr[data-requirement]")].find((one) => one.dataset.requirement === id);
  if (!row) return;
  row.closest("details").open = true;
  row.scrollIntoView({ block: "center" });
  row.querySelector("a").focus({ preventScroll: true });
}

sheet.addEventListener("close", () => {
  if (location.hash.startsWith("#case/")) history.replaceState(null, "", location.pathname + location.search);
  if (opener && opener.isConnected) opener.focus();
});
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) sheet.close();
});
addEventListener("hashchange", follow);
