// A frame's header bit by bit (RFC 6455 §5.2), and octets in hexadecimal.

function octetsOf(hex) {
  return (hex.match(/../g) || []).map((pair) => parseInt(pair, 16));
}

function bits(value, count) {
  return value.toString(2).padStart(count, "0");
}

// Pairs of a name and its bits, in the order of the wire.
function headerFields(frame) {
  const octets = octetsOf(frame.octets);
  const [first, second] = octets;
  const form = second & 0x7f;
  const extended = form === 126 ? 2 : form === 127 ? 8 : 0;
  const masked = (second & 0x80) !== 0;
  const fields = [
    ["FIN", bits(first >> 7, 1)],
    ["RSV1", bits((first >> 6) & 1, 1)],
    ["RSV2", bits((first >> 5) & 1, 1)],
    ["RSV3", bits((first >> 4) & 1, 1)],
    ["opcode: " + frame.opcode, bits(first & 0x0f, 4)],
    ["MASK", bits(second >> 7, 1)],
    [extended ? "length: see behind" : "length: " + frame.declared, bits(form, 7)],
  ];
  const hex = (from, to) => octets.slice(from, to).map((octet) => octet.toString(16).padStart(2, "0")).join(" ");
  if (extended) fields.push(["length in " + extended * 8 + " bits: " + frame.declared, hex(2, 2 + extended)]);
  if (masked) fields.push(["masking key", hex(2 + extended, 6 + extended)]);
  return fields;
}

function headerOf(frame) {
  const fields = headerFields(frame).map(([name, value]) =>
    make("div", { class: /^1$/.test(value) ? "set" : undefined }, make("dt", {}, name), make("dd", { class: "mono" }, value)));
  return make("dl", { class: "bits", "aria-label": "Header" }, ...fields);
}

// Sixteen octets a line, with what they are in ASCII.
function hexLines(octets, start) {
  const lines = [];
  for (let at = 0; at < octets.length; at += 16) {
    const row = octets.slice(at, at + 16);
    const hex = row.map((octet) => octet.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    const text = row.map((octet) => (octet > 31 && octet < 127 ? String.fromCharCode(octet) : "·")).join("");
    lines.push(make("b", {}, (start + at).toString(16).padStart(8, "0")), "  " + hex + "  " + text + "\n");
  }
  return lines;
}

function hexOf(payload) {
  const head = octetsOf(payload.head);
  const tail = octetsOf(payload.tail);
  const parts = hexLines(head, 0);
  const left = payload.length - head.length - tail.length;
  if (left > 0) parts.push(make("b", {}, "… " + left + " octets that were not kept\n"));
  parts.push(...hexLines(tail, payload.length - tail.length));
  return make("pre", { class: "hex", tabindex: "0", "aria-label": "Payload in hexadecimal" }, ...parts);
}
