// What Gradio's page lacks: answers that are announced once and read from their beginning, names and
// pop-ups that its sanitiser takes away, and plain words when the service is busy or gone.
// It keeps nothing and sends nothing but what the page's own buttons send.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const last = (selector) => [...document.querySelectorAll(selector)].pop();
  const LIMIT = 500, NEAR = 400, PATIENCE = 15000;
  const HELP = " In an emergency, call your local emergency number.";
  const SAID = {
    working: "Searching the documents…",
    slow: "This takes longer than it should. You can wait, or ask again.",
    busy: "Many people are asking just now. Your question is still in the box: please try again in a moment." + HELP,
    often: "That was many questions in a short time. Please wait a moment, then ask again." + HELP,
    clearing: "An answer is still on its way. All is cleared when it has come.",
    held: "One answer is still on its way. What you asked since is in the box: send it when that has come.",
    gone: "The connection is lost. Your conversation is still here: please try again in a moment." + HELP,
    copied: "The answer is copied.",
    uncopied: "Your browser did not let this page copy. Select the text instead.",
  };
  const NEWEST = "#chat .bot-row:not(#earlier *) .turn";
  const WAITS = new Set(["working", "held", "clearing"]);
  const BOXED = 2; // events that send the box: Enter and the button, the first of the page
  const MOST_TURNS = 20; // of one take-away
  let waiting = null, seen = null, quiet = false, before = [], told = false, pending = null, sent = null, clearing = false;

  // One of the texts above, or another in its place.
  function say(what, wrong = false, instead = "") {
    clearTimeout(waiting);
    const status = find("#status");
    if (!status) return;
    status.hidden = !what;
    const said = instead || SAID[what] || "";
    status.textContent = said;
    status.className = wrong ? "wrong" : "";
    if (what && what !== "working") find("#spoken").textContent = said;
    if (WAITS.has(what)) waiting = setTimeout(() => say("slow", true), PATIENCE);
  }

  // --- asking ------------------------------------------------------------------------------------
  function type(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function choose() {
    const level = find(".levels input:checked"), country = find("#country");
    if (level && country) type(find("#chosen textarea, #chosen input"), `${level.value} ${country.value}`.trim());
  }

  function count() {
    const used = find("#question textarea").value.length, counter = find("#counter");
    counter.hidden = used < NEAR;
    counter.classList.toggle("near", used >= LIMIT);
    counter.textContent = `${used} of ${LIMIT} characters.`;
  }

  function ask(text) {
    const box = find("#question textarea");
    type(box, text);
    box.focus({ preventScroll: true });
    setTimeout(() => find("#send").click());
  }

  // --- what is under each answer -----------------------------------------------------------------
  async function copy() {
    const answer = last("#chat .turn");
    if (!answer) return;
    const text = [...answer.querySelectorAll(".answer > *")].map((part) => part.innerText.trim()).join("\n\n");
    try {
      await navigator.clipboard.writeText(`${last("h2.asked").innerText}\n\n${text}\n`);
      say("copied");
    } catch {
      say("uncopied", true);
    }
  }

  function takeAway() {
    const form = document.createElement("form");
    form.method = "post";
    form.target = "_blank";
    form.action = new URL("takeaway", document.baseURI.split(/[?#]/)[0]).href;
    const put = (name, value) => {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    };
    for (const asked of [...document.querySelectorAll("#chat h2.asked")].slice(-MOST_TURNS)) put(asked.classList.contains("alone") ? "alone" : "message", asked.textContent);
    put("level", find(".levels input:checked").value);
    put("country", find("#country").value);
    form.hidden = true;
    document.body.append(form);
    form.submit();
    form.remove();
  }

  const PRESSED = {
    ".asks": (button) => ask(button.textContent),
    ".undo": () => find("#alone").click(),
    "#copy": copy,
    "#takeaway": takeAway,
  };
  // One question at a time: of two on their way Gradio drops one, or answers each without the other.
  function notice(event) {
    const on = (selector) => Boolean(event.target.closest(selector)), pressed = event.type === "click";
    quiet = on("#clear, #feedback");
    const enters = event.key === "Enter" && !event.shiftKey && !event.isComposing && on("#question");
    if (pending && (enters || (pressed && on("#send, #alone, .asks, .undo, #clear")))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      clearing ||= on("#clear");
      say(clearing ? "clearing" : "held");
    } else if (enters || (pressed && on("#send, #alone"))) {
      expect(true);
    } else if (pressed && on("#clear")) {
      expect(false);
      type(find("#question textarea"), "");
    }
  }

  function expect(answer) { // or no longer
    clearTimeout(pending);
    pending = answer ? setTimeout(() => expect(false), PATIENCE) : null;
    sent = null;
    if (!answer && clearing) setTimeout(() => find("#clear").click());
    clearing = false;
  }
  for (const event of ["keydown", "click"]) document.addEventListener(event, notice, true); // before Gradio's
  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(PRESSED)) {
      const button = event.target.closest(selector);
      if (button) act(button);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest("#question")) count();
  });
  document.addEventListener("change", (event) => event.target.closest("#choices") && choose());

  // --- what the sanitiser took away ----------------------------------------------------------------
  function dress(turn) {
    for (const word of turn.querySelectorAll("button.term:not([popovertarget])")) word.setAttribute("popovertarget", `${word.id}-meaning`);
    for (const meaning of turn.querySelectorAll(".meaning:not([popover])")) {
      meaning.popover = "auto";
      meaning.classList.toggle("beside", CSS.supports("position-area", "block-end")); // Gradio drops @supports
    }
    for (const table of turn.querySelectorAll(".scroll:not([aria-label])")) table.setAttribute("aria-label", "Table");
  }

  function mend(element, attribute, value) { // only what is wrong: each change is looked at again
    if (element && element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
  }

  function name() { // before anybody hears it: Gradio's own labels are HTML
    mend(document.documentElement, "lang", "en");
    const log = find("#chat [role=log]");
    mend(log, "aria-live", "off"); // it would read sources and buttons aloud too
    mend(log, "aria-label", "Questions and answers");
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
    mend(find("#question textarea"), "aria-describedby", "hint");
  }

  // --- the turns before the newest -----------------------------------------------------------------
  // Gradio draws the newest one only, in the place of the one before: with all of them in its hands it
  // would send them all with each question.
  function keep() {
    const rows = find("#chat .message-wrap:not(#earlier)");
    before = rows ? [...rows.children].map((row) => row.cloneNode(true)) : [];
    for (const row of before) for (const part of row.querySelectorAll(".undo, .next")) part.remove();
  }

  function putBack() {
    const rows = find("#chat .message-wrap:not(#earlier)");
    let earlier = find("#earlier");
    if (!earlier) {
      earlier = rows.cloneNode(false);
      earlier.id = "earlier";
      rows.before(earlier);
    }
    earlier.append(...before);
  }

  // --- what is said when an answer has come --------------------------------------------------------
  function announce(turn) {
    const text = (selector) => [...turn.querySelectorAll(selector)].map((part) => part.innerText.trim());
    find("#alarm").textContent = text(".card .kind, .card .says").join(" ");
    const spoken = text(".searching q, .message, .none, .note, .defined, .lead, .side > .label, blockquote");
    find("#spoken").textContent = `Answer. ${spoken.join(" ")}`;
  }

  // What was asked leaves the box when its answer comes, unless something else was typed meanwhile.
  // Gradio would empty the box in any case, in the middle of a word.
  function empty() {
    const box = find("#question textarea");
    if (box.value === sent) type(box, "");
    expect(false);
  }

  function look() {
    const turn = last(NEWEST);
    if (!told && find("#chosen textarea, #chosen input") && find("#country")) {
      told = true;
      choose(); // what was chosen before this script came
    }
    if (turn) dress(turn);
    if (!turn && seen) { // cleared
      say("");
      find("#earlier")?.remove();
      seen = null;
    }
    if (!turn || turn === seen) return;
    const asked = last("#chat .user-row:not(#earlier *) h2.asked"), again = asked.classList.contains("alone");
    if (seen && !again) putBack();
    [seen, before] = [turn, []];
    say("");
    announce(turn);
    empty();
    if (!again) asked.scrollIntoView({ block: "start" });
    const focused = document.activeElement; // what was pressed may be gone
    if (!focused || focused === document.body) find("#question textarea").focus({ preventScroll: true });
  }
  const watch = (act, what) => new MutationObserver(act).observe(document.documentElement, { childList: true, subtree: true, ...what });
  watch(name, { attributeFilter: ["aria-label"] });
  watch(() => requestAnimationFrame(look));
  requestAnimationFrame(look); // the page may stand already

  // --- when the service is busy or gone ------------------------------------------------------------
  async function reason(response) { // the service's own words, with the site's emergency numbers; Gradio's have no `says`
    const body = await response.clone().json().catch(() => ({}));
    return typeof body?.says === "string" ? body.says : "";
  }

  function asked(options) { // what leaves the box, or null: reading alone takes nothing from it
    try {
      const { fn_index, data } = JSON.parse(options.body);
      return fn_index < BOXED ? data[0] : null;
    } catch {
      return null;
    }
  }

  const fetched = window.fetch;
  const STATUS = { 429: "often", 503: "busy" };
  window.fetch = async (input, options) => {
    const path = new URL(String(input?.url ?? input), document.baseURI).pathname;
    // Gradio asks this after a lost connection, and then reloads: the conversation would be gone.
    if (path.endsWith("/app_id")) return new Response("", { status: 503 });
    const asking = path.endsWith("/queue/join");
    if (asking) keep();
    if (asking && !quiet) {
      say("working");
      sent = asked(options);
    }
    try {
      const response = await fetched(input, options);
      if (asking && !response.ok) {
        expect(false);
        say(STATUS[response.status] ?? "gone", true, await reason(response));
      }
      return response;
    } catch (error) {
      if (!asking) throw error;
      expect(false);
      say("gone", true); // a failure that Gradio understands: after others it takes no more questions
      return Response.json({ detail: "gone" }, { status: 503 });
    }
  };
})();
