// The chat on the customer's page: sends without leaving it, and loses nothing that was typed. What
// is not sent yet lies on this device until it is; each message carries a name of its own, so that
// one that is sent again after a lost answer is taken once. Without this file the form still works.
"use strict";

(() => {
  const AGAIN_AFTER_MS = [2000, 4000, 8000, 15000, 30000];
  const form = document.getElementById("ask");
  const list = document.getElementById("outbox");
  if (!form || !list) return;
  const text = form.elements.text;
  const place = `relevo-chat:${form.getAttribute("action")}:${list.dataset.order}`;
  let kept = read();
  let tries = 0;
  let sending = false;
  let timer = 0;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(place));
      if (found && Array.isArray(found.messages)) return found;
    } catch { /* no storage here, or not ours */ }
    return { draft: "", messages: [] };
  }

  function keep() {
    try {
      if (kept.draft || kept.messages.length) localStorage.setItem(place, JSON.stringify(kept));
      else localStorage.removeItem(place);
    } catch { /* a browser that keeps nothing: then only this page has it */ }
  }

  function part(tag, name, words) {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = words;
    return made;
  }

  function show() {
    kept.messages = kept.messages.filter((each) => !each.id || !document.getElementById(`said-${each.id.replaceAll(":", "-")}`));
    keep();
    list.hidden = !kept.messages.length;
    list.replaceChildren(...kept.messages.map((each) => {
      const shown = part("li", "said", "");
      shown.dataset.ours = "no";
      shown.dataset.state = each.state;
      shown.append(part("p", "said-text", each.text), part("p", "said-state", list.dataset[each.state]));
      if (each.state === "refused") {
        const again = part("button", "link", list.dataset.again);
        again.type = "button";
        again.addEventListener("click", () => { each.state = "sending"; send(); });
        shown.append(again);
      }
      return shown;
    }));
  }

  // What became of the oldest message that waits: "sent", "ended" (the session), "refused", or "waiting".
  async function tell(each) {
    const said = new URLSearchParams({ csrf: form.elements.csrf.value, once: each.once, text: each.text });
    let answer;
    try {
      answer = await fetch(form.getAttribute("action"), { method: "POST", body: said, headers: { accept: "application/json" } });
    } catch { return "waiting"; }
    if (answer.status >= 500 || answer.status === 429) return "waiting";
    if (answer.redirected || answer.status === 403) return "ended";
    if (!answer.ok) return "refused";
    try { each.id = (await answer.json()).message; } catch { return "waiting"; }
    return "sent";
  }

  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    for (;;) {
      const next = kept.messages.find((each) => each.state === "sending" || each.state === "waiting");
      if (!next) break;
      show();
      next.state = await tell(next);
      show();
      if (next.state === "waiting") {
        for (const each of kept.messages) if (each.state === "sending") each.state = "waiting";
        show();
        timer = setTimeout(send, AGAIN_AFTER_MS[Math.min(tries++, AGAIN_AFTER_MS.length - 1)]);
        break;
      }
      tries = 0;
    }
    sending = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    const once = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
    kept.messages.push({ once, text: words, state: "sending", id: "" });
    kept.draft = text.value = "";
    show();
    send();
    text.focus();
  });
  text.addEventListener("input", () => { kept.draft = text.value; keep(); });
  addEventListener("online", () => { tries = 0; send(); });
  document.addEventListener("htmx:after:swap", show);
  // Who leaves leaves nothing of his on this device.
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/o/leave") { kept = { draft: "", messages: [] }; keep(); }
  });

  if (kept.draft && !text.value) text.value = kept.draft;
  for (const each of kept.messages) if (each.state === "ended" || each.state === "refused") each.state = "sending";
  show();
  send();
})();
