"use strict";
const grid = document.getElementById("grid");
const rows = [...grid.children];
const models = document.getElementById("models");

// Details stand in the page packed, and are unpacked when a model is opened.
let bodies = null;
async function unpack(name) {
  bodies ??= JSON.parse(document.getElementById("bodies").textContent);
  const bytes = Uint8Array.from(atob(bodies[name]), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
async function fill(model) {
  const body = model.querySelector(".body");
  if (body.dataset.filled) return;
  body.dataset.filled = "1";
  body.innerHTML = await unpack(model.dataset.model);
}
models.addEventListener("toggle", (event) => {
  if (event.target.matches(".model") && event.target.open) fill(event.target);
}, true);

// A link to a model opens it.
function follow() {
  const model = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!model || !model.matches(".model")) return;
  model.hidden = false;
  model.open = true;
  fill(model).then(() => model.scrollIntoView());
}
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#model-']");
  if (link && link.getAttribute("href") === location.hash) follow();
});

// Sorting: the worst first, or by name.
const order = document.getElementById("order");
order.addEventListener("change", () => {
  const named = (a, b) => a.dataset.model.localeCompare(b.dataset.model, "en", { numeric: true });
  const graver = (a, b) => b.dataset.severity - a.dataset.severity || named(a, b);
  rows.sort(order.value === "name" ? named : graver);
  grid.append(...rows);
  models.append(...rows.map((row) => document.getElementById("model-" + row.dataset.model)));
});

// Filtering: a model stays where its name has the words, one of its verdicts is ticked, and it is as open as asked.
const search = document.getElementById("search");
const openOnly = document.getElementById("open-only");
const boxes = [...document.querySelectorAll(".tools input[value]")].filter((box) => box.type === "checkbox" && box !== openOnly);
function filter() {
  const words = search.value.trim().toLowerCase().split(/\s+/);
  const ticked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  let shown = 0;
  for (const row of rows) {
    const named = words.every((word) => row.dataset.model.toLowerCase().includes(word));
    const wanted = row.dataset.verdicts === "" || row.dataset.verdicts.split(",").some((verdict) => ticked.has(verdict));
    row.hidden = !(named && wanted && (!openOnly.checked || row.dataset.open === "1"));
    document.getElementById("model-" + row.dataset.model).hidden = row.hidden;
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = shown + " of " + rows.length + " models";
}
search.addEventListener("input", filter);
openOnly.addEventListener("change", filter);
for (const box of boxes) box.addEventListener("change", filter);
filter();
follow();
