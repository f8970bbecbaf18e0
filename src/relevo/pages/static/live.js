// What every page needs of a browser, and no more: follow changes, keys, the theme. All of it is
// beside the page: without this file every link and every form still works.
"use strict";

(() => {
  const root = document.documentElement;

  // -- Live: a page that follows something asks for itself again when that has changed.
  let source = null;

  function refresh() {
    if (document.hidden) { document.addEventListener("visibilitychange", refresh, { once: true }); return; }
    const main = document.getElementById("main");
    if (!main || main.querySelector("dialog[open]")) return;
    htmx.ajax("GET", location.href, {
      source: main, target: "#main", select: "#main", swap: "outerMorph",
      headers: { "x-refresh": "1" },
    });
  }

  function follow() {
    const main = document.getElementById("main");
    const of = main && main.dataset.live;
    const state = document.getElementById("live-state");
    if (source) { source.close(); source = null; }
    if (!of) return;
    source = new EventSource("/live?of=" + encodeURIComponent(of));
    source.addEventListener("changed", refresh);
    // What happened between the making of this page and now, or while the line was cut, was told to nobody.
    source.onopen = () => { if (state) state.dataset.state = "on"; refresh(); };
    source.onerror = () => { if (state) state.dataset.state = "off"; };
  }

  // -- Every request of htmx carries the token of this visitor.
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector("meta[name=csrf]");
    const request = event.detail && event.detail.ctx && event.detail.ctx.request;
    if (token && request) request.headers["x-csrf"] = token.content;
  });

  // -- Keys: "/" searches, "g" and a letter goes, j and k walk a list, Enter opens, "?" explains.
  let waitsForGo = false;

  function rows() { return [...document.querySelectorAll("[data-rows] [data-row]")]; }

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement.closest("[data-row]"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    (next.querySelector("a, button, input") || next).focus();
  }

  function showWhereOneIs() {
    for (const here of document.querySelectorAll(".bar-nav [aria-current], .tabs [aria-current]"))
      here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16;
  }
  addEventListener("resize", showWhereOneIs);
  showWhereOneIs();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (typing) { if (event.key === "Escape") event.target.blur(); return; }
    if (waitsForGo) {
      waitsForGo = false;
      const to = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (to) { event.preventDefault(); to.click(); }
      return;
    }
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "g") waitsForGo = true;
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "?") { const help = document.getElementById("keys"); if (help) help.showModal(); }
  });

  // -- Small acts of a page, named by data attributes.
  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-switch]");
    if (theme) {
      const dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      document.cookie = `relevo_theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
    }
    const opens = event.target.closest("[data-opens]");
    if (opens) { event.preventDefault(); document.getElementById(opens.dataset.opens).showModal(); }
    const closes = event.target.closest("[data-closes]");
    if (closes) closes.closest("dialog").close();
    const copies = event.target.closest("[data-copies]");
    if (copies) navigator.clipboard.writeText(copies.dataset.copies);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-all]")) {
      const form = event.target.closest("form");
      for (const box of form.querySelectorAll("[data-one]")) box.checked = event.target.checked;
    }
  });

  document.addEventListener("DOMContentLoaded", follow);
  document.addEventListener("htmx:after:swap", () => {
    const main = document.getElementById("main");
    const wanted = main && main.dataset.live ? "/live?of=" + encodeURIComponent(main.dataset.live) : "";
    if (wanted !== (source ? new URL(source.url).pathname + new URL(source.url).search : "")) follow();
  });
})();
