// Makes the question page better than its form alone: the answer comes without a new page, a citation
// opens over the conversation, a screen reader hears the answer once. It stores nothing; all that it
// knows stands in the page. With the host's page it speaks of opening and closing only.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("ask"), box = $("question"), turns = $("turns"), source = $("source");
  const PATIENCE = 20000; // ms for an answer
  const SPOKEN = 2500; // ms that a message stands where screen readers hear it: longer, and they read it again
  let asking = null, from = null;

  // --- asking ---------------------------------------------------------------------------------
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = new FormData(event.target, event.submitter);
    const button = event.submitter ? event.submitter.name : "";
    const last = $("said").lastElementChild;
    if (button === "again" && last) sent.set("question", last.value);
    if (button === "again" && last && last.name === "said_alone") sent.set("alone", "1");
    const instead = button === "again" || event.target !== form; // of the newest turn
    ask(event.target.action, sent, instead ? $("newest") : null, event.target === form && !button);
  });

  async function ask(action, sent, instead, typed) {
    const question = sent.get("suggestion") || sent.get("question") || "";
    if (!question.trim() || asking) return;
    sent.set("part", "1");
    const waiting = element("article", "turn");
    const heading = element("h2", "question");
    heading.append(element("span", "unseen", "You asked: "), question);
    heading.dir = "auto";
    heading.tabIndex = -1;
    waiting.append(heading, element("p", "waiting", "Searching for an answer…"));
    const pressed = document.activeElement; // it may go away with the turn before
    settle();
    if (instead) instead.replaceWith(waiting); else turns.append(waiting);
    if (!pressed.isConnected || pressed.closest("[hidden]")) heading.focus({ preventScroll: true });
    show(waiting);
    speak("Searching for an answer.");
    const abandoned = new AbortController();
    asking = abandoned;
    form.setAttribute("aria-busy", "true");
    const clock = setTimeout(() => abandoned.abort(), PATIENCE);
    try {
      const response = await fetch(action.split("#")[0], {
        method: "POST", body: new URLSearchParams(sent), signal: abandoned.signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
      });
      const text = await response.text();
      if (!response.ok) throw new Error(/^text\/plain/.test(response.headers.get("content-type")) && text.length < 300 ? text : "");
      receive(waiting, parse(text).querySelector(".turn"), question, sent, typed);
    } catch (error) {
      if (asking === abandoned) trouble(waiting, question, error.name === "Error" && error.message);
    } finally {
      clearTimeout(clock);
      if (asking === abandoned) asking = null;
      form.removeAttribute("aria-busy");
    }
  }

  function receive(waiting, turn, question, sent, typed) {
    if (!turn || !waiting.isConnected) return; // cleared meanwhile
    const heading = turn.querySelector(".question");
    if (heading) heading.remove(); // ours stays, and the focus with it
    waiting.id = "newest";
    waiting.lastChild.replaceWith(...turn.childNodes);
    const cards = waiting.querySelectorAll(".card"), nearer = waiting.querySelector(".nearer");
    if (cards.length && nearer) cards[cards.length - 1].after(nearer);
    const refused = turn.dataset.status === "unreadable";
    blame(refused);
    if (!refused && turn.dataset.status !== "busy") {
      remember(question, sent.has("alone"), sent.has("alone") || sent.has("again"));
      if (typed && box.value === question) box.value = ""; // else the next one is being typed
    }
    $("clear").hidden = $("print").hidden = $("again").hidden = false;
    show(waiting);
    announce(waiting);
  }

  function trouble(waiting, question, reason) {
    const said = reason || "The answer did not come: the connection or the server failed.";
    waiting.querySelector(".waiting").replaceWith(element("p", "trouble", `${said} Your question is still in the box. You can ask again, or use the contact below.`));
    if (!box.value.trim()) box.value = question;
    $("clear").hidden = false;
    speak(said);
  }

  // What was asked goes along as hidden fields, as it does without this script; the server keeps nothing.
  function remember(question, alone, repeated) {
    const field = element("input");
    Object.assign(field, { type: "hidden", name: alone ? "said_alone" : "said", value: question });
    if (repeated && $("said").lastElementChild) $("said").lastElementChild.remove();
    $("said").append(field);
    while ($("said").children.length > 6) $("said").firstElementChild.remove();
  }

  // Only the newest turn can be changed or followed by a suggestion.
  function settle() {
    const start = $("start");
    if (start) start.hidden = true;
    document.querySelectorAll(".turn .further, .turn .nearer, #undo, [form=undo]").forEach((part) => part.remove());
    const newest = $("newest"), problem = $("problem");
    if (newest) newest.removeAttribute("id");
    if (problem) problem.removeAttribute("id");
    blame(false);
  }

  function blame(refused) {
    box.setAttribute("aria-describedby", refused ? "hint problem" : "hint");
    if (refused) box.setAttribute("aria-invalid", "true"); else box.removeAttribute("aria-invalid");
  }

  // --- showing and saying ---------------------------------------------------------------------
  function show(turn) { turn.scrollIntoView({ block: "start" }); }

  function announce(turn) {
    const cards = [...turn.querySelectorAll(".card")].map(text);
    if (cards.length) speak(cards.join(" "), $("urgent"));
    const rest = [...turn.querySelectorAll(".answer > p, .answer .none, .answer .label, .answer blockquote")].map(text);
    speak(rest.join(" ") || text(turn));
  }

  function text(part) { return part.innerText.replace(/\s+/g, " ").trim(); }

  function speak(said, where = $("spoken")) {
    where.textContent = said;
    clearTimeout(where.clock);
    where.clock = setTimeout(() => { where.textContent = ""; }, SPOKEN);
  }

  function element(name, kind = "", said = "") {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (said) made.textContent = said;
    return made;
  }

  function parse(html) { return new DOMParser().parseFromString(html, "text/html"); }

  // --- clear and print ------------------------------------------------------------------------
  $("clear").addEventListener("click", (event) => {
    event.preventDefault();
    if (asking) asking.abort();
    asking = null;
    settle();
    turns.replaceChildren();
    $("said").replaceChildren();
    form.reset();
    box.value = "";
    $("clear").hidden = $("print").hidden = $("again").hidden = true;
    if ($("start")) $("start").hidden = false;
    speak("Cleared.");
    box.focus();
  });
  $("print").hidden = !turns.firstElementChild;
  $("print").addEventListener("click", () => print());
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".answer details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));

  document.addEventListener("click", (event) => {
    if (!event.target.matches('a[href="#country"]')) return;
    $("choices").open = true;
    setTimeout(() => $("country").focus());
  });

  // --- a citation opens its document here, at the marked sentences ----------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href*="/source/"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !turns.contains(link)) return;
    event.preventDefault();
    read(link);
  });

  async function read(link) {
    try {
      const response = await fetch(link.href.split("#")[0], { credentials: "omit" });
      const main = parse(await response.text()).querySelector("main");
      if (!response.ok || !main) throw new Error(response.status);
      from = link;
      $("beside").href = link.href;
      $("source-body").replaceChildren(...main.childNodes);
      const title = $("source-body").querySelector("h1") || $("source-body").firstElementChild;
      title.id = "source-title";
      source.showModal();
      const first = mark(new URL(link.href).hash);
      (first || title).scrollIntoView({ block: "start", behavior: "instant" });
    } catch {
      open(link.href, "_blank", "noopener"); // then as without a script
    }
  }

  function mark(hash) {
    const run = /^#s(\d+)-(\d+)$/.exec(hash);
    const inside = run ? [...source.querySelectorAll(".sentence[id]")].filter((one) => {
      const [start, end] = one.id.slice(1).split("-").map(Number);
      return start >= Number(run[1]) && end <= Number(run[2]);
    }) : [];
    inside.forEach((one) => one.classList.add("marked"));
    return inside[0];
  }

  $("back").addEventListener("click", () => source.close());
  source.addEventListener("close", () => { if (from && from.isConnected) from.focus(); });

  // --- with the host's page: its origin exactly, and three words ------------------------------
  const host = hosting();
  function hosting() {
    if (parent === window) return "";
    if (location.ancestorOrigins && location.ancestorOrigins.length) return location.ancestorOrigins[0];
    try { return new URL(document.referrer).origin; } catch { return ""; }
  }
  function tell(t) { if (/^https?:/.test(host)) parent.postMessage({ v: 1, t }, host); }
  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== host || !event.data || event.data.v !== 1) return;
    if (event.data.t === "focus" && !source.open) box.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    const nearer = source.open || document.querySelector(".meaning:popover-open"); // what Escape closes first
    if (event.key === "Escape" && !nearer && !event.defaultPrevented) tell("close");
  });
  document.addEventListener("keydown", (event) => {
    if (source.open || document.activeElement !== box || box.value) return;
    const pages = { PageUp: -0.8, PageDown: 0.8 }[event.key];
    if (pages) { event.preventDefault(); scrollBy(0, pages * innerHeight); }
  });
  if (parent === window) box.focus({ preventScroll: true });
  tell("ready");
})();
