// What went over the wire, in two lanes: wspec on the left, the agent on the right, time downwards.

// Microseconds as people read them.
function time(us) {
  if (us < 1000) return us + " µs";
  if (us < 1000000) return (us / 1000).toFixed(us < 10000 ? 2 : 1) + " ms";
  return (us / 1000000).toFixed(2) + " s";
}

// The space before an event grows with the logarithm of the time that passed.
function gap(us) {
  return us < 1000 ? 0 : Math.min(56, Math.round(14 * Math.log10(us / 1000)) + 4);
}

// From here on a wait is told in words, in milliseconds.
const PAUSE_US = 100000;

const WAYS = { out: "sent by wspec: ", in: "received: ", wrong: "wrong: ", here: "" };

function eventOf(event, before) {
  const passed = event.at_us - before;
  const wire = make("span", { class: "wire" },
    make("span", { class: "text" }, make("span", { class: "vh" }, WAYS[event.way]), event.text));
  if (passed >= PAUSE_US) wire.prepend(make("span", { class: "pause" }, "⋮ " + time(passed) + " ⋮"));
  const opens = event.frame || event.payload;
  const parts = [make("span", { class: "at" }, "+" + time(event.at_us)), wire, make("span", { class: opens ? "turn" : "", "aria-hidden": "true" })];
  const item = make("li", { class: event.way });
  item.style.setProperty("--gap", gap(passed) + "px");
  if (!opens) {
    item.append(make("div", { class: "event-plain" }, ...parts));
    return item;
  }
  const inside = make("div", { class: "inside" });
  const event_ = make("details", { class: "event" }, make("summary", {}, ...parts), inside);
  event_.addEventListener("toggle", () => {
    if (inside.childNodes.length > 0) return;
    if (event.frame) inside.append(headerOf(event.frame));
    if (event.payload) inside.append(hexOf(event.payload));
  });
  item.append(event_);
  return item;
}

function diagram(details, agent, result) {
  const other = details.role === "client" ? "server" : "client";
  const names = make("div", { class: "lane-names" },
    make("span", {}, "time"), make("span", {}, "wspec, the " + details.role), make("span", {}, agent + ", the " + other), make("span", {}));
  const events = [];
  let before = 0;
  for (const event of result.events) {
    events.push(eventOf(event, before));
    before = event.at_us;
  }
  if (result.dropped > 0) {
    events.push(eventOf({ at_us: before, way: "here", text: result.dropped + " more that were not kept" }, before));
  }
  events.push(eventOf({ at_us: Math.max(before, result.duration_us), way: "here", text: result.end }, before));
  return make("div", { class: "lanes" }, names, make("ol", { class: "events" }, ...events));
}
