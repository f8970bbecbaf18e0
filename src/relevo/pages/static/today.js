// Ticks the row under the keyboard with "x", and shows the verbs that fit what is ticked; everything
// works without it.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const row = document.activeElement.closest("[data-row]");
  const box = row && row.querySelector("[data-one]");
  if (box) { event.preventDefault(); box.checked = !box.checked; showVerbs(); }
});

// Of no row: all that fit any. A verb that does not fit a row is refused for that row alone.
function showVerbs() {
  const form = document.getElementById("tasks");
  if (!form) return;
  const boxes = [...form.querySelectorAll("[data-one]")];
  const ticked = boxes.filter((box) => box.checked);
  const fit = new Set((ticked.length ? ticked : boxes).flatMap((box) => box.dataset.verbs.split(" ")));
  for (const button of form.querySelectorAll("button[name=verb]")) button.hidden = !fit.has(button.value);
}

document.addEventListener("change", showVerbs);
document.addEventListener("htmx:after:swap", showVerbs);
