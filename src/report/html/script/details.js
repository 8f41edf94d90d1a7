// What happened in each case, unpacked once: Base64 of deflated JSON.

const unpacked = (async () => {
  const packed = document.getElementById("details").textContent.trim();
  const octets = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream("deflate"));
  const details = await new Response(stream).json();
  details.byId = new Map(details.cases.map((one, at) => [one.id, at]));
  return details;
})();
