// The slider of a replay: moves through the moments of a story without leaving the page. Each
// moment has an address of its own; without this file its links lead there.
"use strict";

(() => {
  const EVERY_MS = 1100;
  let timer = null;
  let wanted = null;
  let busy = false;

  const page = () => document.getElementById("replay");
  const seqs = () => page().dataset.seqs.split(",");
  const place = () => Number(page().dataset.place);

  async function show(there) {
    wanted = Math.max(0, Math.min(seqs().length - 1, there));
    if (busy) return;
    busy = true;
    while (wanted !== null) {
      const next = wanted;
      wanted = null;
      const address = location.pathname + "?at=" + seqs()[next];
      try {
        await htmx.ajax("GET", address, { source: page(), target: "#replay", select: "#replay", swap: "outerMorph" });
        history.replaceState(null, "", address);
      } catch (_) { location.href = address; }
    }
    busy = false;
    wake();
  }

  function wake() {
    if (!page()) return;
    const slider = document.querySelector("[data-moments]");
    const plays = document.querySelector("[data-plays]");
    if (slider) { slider.disabled = false; if (document.activeElement !== slider || timer) slider.value = String(place()); }
    if (plays) {
      plays.disabled = false;
      plays.setAttribute("aria-pressed", String(timer !== null));
      plays.textContent = timer === null ? plays.dataset.play : plays.dataset.pause;
    }
    if (place() >= seqs().length - 1) stop();
  }

  function stop() {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    wake();
  }

  function play() {
    if (timer !== null) { stop(); return; }
    if (place() >= seqs().length - 1) show(0);
    timer = setInterval(() => show(place() + 1), EVERY_MS);
    wake();
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-moments]")) { stop(); show(Number(event.target.value)); }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-plays]")) { play(); return; }
    const step = event.target.closest("a[data-step], .moments a");
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = seqs().indexOf(new URL(step.href).searchParams.get("at"));
    if (at < 0) return;
    event.preventDefault();
    stop();
    show(at);
  });

  document.addEventListener("keydown", (event) => {
    if (!page() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, button, a, summary")) return;
    const moves = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key in moves) { event.preventDefault(); stop(); show(place() + moves[event.key]); }
    else if (event.key === "Home") { event.preventDefault(); stop(); show(0); }
    else if (event.key === "End") { event.preventDefault(); stop(); show(seqs().length - 1); }
    else if (event.key === " ") { event.preventDefault(); play(); }
  });

  document.addEventListener("DOMContentLoaded", wake);
  document.addEventListener("htmx:after:swap", wake);
})();
