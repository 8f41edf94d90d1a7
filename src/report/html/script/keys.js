// Keys for those who leave the mouse alone.

function isTyping(element) {
  return element.matches("select, input[type=search]");
}

// From one row of the matrix to the next one that can be seen.
function moveRow(by) {
  const links = [...document.querySelectorAll("details.chapter[open] tr[data-case]:not([hidden]) th a")];
  const row = document.activeElement.closest("tr[data-case]");
  const at = row ? links.findIndex((link) => row.contains(link)) : by > 0 ? -1 : links.length;
  const link = links[at + by];
  if (link) link.focus();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const by = { j: 1, k: -1 }[event.key];
  if (by) {
    if (sheet.open) step(by);
    else moveRow(by);
  } else if (event.key === "/" && !sheet.open) {
    document.getElementById("filter-text").focus();
  } else {
    return;
  }
  event.preventDefault();
});
