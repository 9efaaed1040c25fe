"use strict";
const table = document.getElementById("matrix");
const body = table.tBodies[0];
const rows = [...body.rows];

// Sorting: by the text of data-key, numbers as numbers; a second click turns the order round.
table.tHead.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const head = button.closest("th");
  const turned = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", turned === 1 ? "ascending" : "descending");
  const key = (row) => row.cells[head.cellIndex].dataset.key;
  rows.sort((a, b) => turned * key(a).localeCompare(key(b), "en", { numeric: true }));
  body.append(...rows);
});

// Filtering: a model stays where its name has the words and one of its verdicts is ticked.
const search = document.getElementById("search");
const boxes = [...document.querySelectorAll(".tools input[type=checkbox]")];
function filter() {
  const words = search.value.trim().toLowerCase().split(/\s+/);
  const ticked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  let shown = 0;
  for (const row of rows) {
    const named = words.every((word) => row.dataset.model.toLowerCase().includes(word));
    const wanted = row.dataset.verdicts.split(",").some((verdict) => ticked.has(verdict));
    row.hidden = !(named && (wanted || row.dataset.verdicts === ""));
    document.getElementById("model-" + row.dataset.model).hidden = row.hidden;
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = shown + " of " + rows.length + " models";
}
search.addEventListener("input", filter);
for (const box of boxes) box.addEventListener("change", filter);
filter();

// What is folded away on the screen is open on paper.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; one.dataset.opened = ""; }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-opened]")) { one.open = false; delete one.dataset.opened; }
});
