// Which cases are shown.

const filters = document.getElementById("filters");
const rows = [...document.querySelectorAll("tr[data-case]")].map((element) => ({
  element,
  id: element.dataset.case,
  chapter: element.closest(".chapter").dataset.chapter,
  verdicts: [...element.querySelectorAll("a.mark")].map((mark) => mark.textContent),
  text: element.cells[0].textContent.toLowerCase(),
  requirements: [],
}));
const chapters = [...document.querySelectorAll("details.chapter[data-chapter]")];
const openAtFirst = new Map(chapters.map((chapter) => [chapter, chapter.open]));

// Findings and requirements can be searched once they are unpacked.
unpacked.then((details) => {
  for (const row of rows) {
    const one = details.cases[details.byId.get(row.id)];
    const messages = one.results.filter(Boolean).map((result) => result.message);
    row.text = [row.text, one.about, ...messages].join(" ").toLowerCase();
    row.requirements = one.requirements.map(({ id, section }) => [id.toLowerCase(), section.text.toLowerCase()]);
  }
  applyFilters();
}, () => {});

// A requirement, a section with those within it, or its number alone.
function isOf(requirements, wanted) {
  const within = (text, start) => text === start || (text.startsWith(start) && /[.-]/.test(text[start.length]));
  return requirements.some(([id, section]) =>
    within(id, wanted) || within(section, wanted) || within(section.split("§")[1] || "", wanted.replace("§", "")));
}

function applyFilters() {
  const text = document.getElementById("filter-text").value.trim().toLowerCase();
  const chapter = document.getElementById("filter-chapter").value;
  const requirement = document.getElementById("filter-requirement").value.trim().toLowerCase();
  const verdicts = [...filters.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value);
  const isActive = text !== "" || chapter !== "" || requirement !== "" || verdicts.length > 0;
  let found = 0;
  const shown = new Set();
  for (const row of rows) {
    const matches = (text === "" || row.text.includes(text))
      && (chapter === "" || row.chapter === chapter)
      && (requirement === "" || isOf(row.requirements, requirement))
      && (verdicts.length === 0 || row.verdicts.some((verdict) => verdicts.includes(verdict)));
    row.element.hidden = !matches;
    if (matches) {
      found += 1;
      shown.add(row.chapter);
    }
  }
  for (const element of chapters) {
    element.hidden = !shown.has(element.dataset.chapter);
    element.open = isActive || openAtFirst.get(element);
  }
  document.getElementById("found").textContent = isActive ? found + " of " + rows.length + " cases" : rows.length + " cases";
}

function filterByRequirement(id) {
  filters.reset();
  document.getElementById("filter-requirement").value = id;
  applyFilters();
  document.getElementById("cases").scrollIntoView();
  document.getElementById("filter-requirement").focus({ preventScroll: true });
}

filters.hidden = false;
filters.addEventListener("input", applyFilters);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(applyFilters));
document.getElementById("fold").addEventListener("click", (event) => {
  const fold = event.target.textContent === "Fold all";
  for (const chapter of chapters) chapter.open = !fold;
  event.target.textContent = fold ? "Unfold all" : "Fold all";
});
follow();
