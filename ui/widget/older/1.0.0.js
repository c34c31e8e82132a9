// The Bonewise widget: a button on the host's page, and a frame that is made when it is first opened.
// It knows nothing of questions and answers: they stay inside the frame, which is another origin. What
// crosses is {v: 1, t: "ready" | "close" | "focus"}. It stores nothing and never opens by itself.
(() => {
  "use strict";
  const VERSION = "1.0.0";
  const PATIENCE = 5000; // ms until a frame that has not said "ready" becomes a plain link
  const TOP = 2147483000; // z-index when it fills a small screen, opened by the person
  const SMALL = matchMedia("(max-width: 640px), (max-height: 480px)");
  const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox";

  const tag = document.currentScript || document.querySelector('script[src*="/widget/v"][src*="/loader.js"]');
  if (!tag || !tag.src) return console.error("Bonewise: no script tag with the loader's address; do not join it with other scripts.");
  const before = window.Bonewise;
  if (before) {
    if (before.attached()) return; // a second tag on a page
    before.destroy(); // a single-page site took it out, and puts it in again
  }

  const said = tag.dataset;
  const server = tag.src.replace(/\/widget\/v[^/]*\/loader\.js.*$/, "");
  const origin = new URL(server).origin;
  const openOn = selector(said.openOn);
  const inline = said.mode === "inline";
  const label = said.label || "Ask about bone health";
  const title = said.title || label;
  const accent = readable(said.accent || "#0b5c6b");
  const lang = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(said.lang || "") ? said.lang : "en";
  const query = new URLSearchParams({ lang, accent: accent.slice(1) });
  if (/^[a-z-]{1,40}$/.test(said.topic || "")) query.set("topic", said.topic);
  if (/^(light|dark)$/.test(said.theme)) query.set("theme", said.theme);
  if (!inline) query.set("panel", 1);

  const STYLE = `
:host { all: initial !important; display: block !important; color-scheme: ${scheme(said.theme)} !important; }
:host(.floating) { position: fixed !important; z-index: ${whole(said.z, 1000)} !important;
  inset-block-end: ${whole(said.offsetBlock, 16)}px !important;
  inset-inline-${said.position === "start" ? "start" : "end"}: ${whole(said.offsetInline, 16)}px !important; }
:host(.floating.full) { inset: 0 !important; z-index: ${TOP} !important; }
[hidden] { display: none !important; }
* { box-sizing: border-box; }
button, a, .bar, .instead { font: 600 1em/1.3 system-ui, sans-serif; }
button { margin: 0; min-width: 2.75em; min-height: 2.75em; border: 2px solid transparent; cursor: pointer; touch-action: manipulation; }
.launcher { display: flex; align-items: center; gap: .6em; max-width: calc(100vw - 2em); min-height: 3.25em; padding: .6em 1.25em .6em 1em;
  color: #fff; background: ${accent}; border-radius: 1.75em; box-shadow: 0 0 0 1px #fff6, 0 4px 16px #0004; text-align: start; }
.launcher:hover { text-decoration: underline; text-underline-offset: .2em; }
svg { flex: none; width: 1.4em; height: 1.4em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 3px solid #fff; outline-offset: 0; box-shadow: 0 0 0 6px #1c2733; }
.panel { display: flex; flex-direction: column; overflow: hidden; color: #1c2733; background: #fbfaf7; color: light-dark(#1c2733, #e8e6e1);
  background: light-dark(#fbfaf7, #16191d); border: 1px solid #8a949d; border-radius: .75em; overscroll-behavior: contain; }
.floating > .panel { position: absolute; inset-block-end: 0; inset-inline-${said.position === "start" ? "start" : "end"}: 0;
  width: min(26.5em, calc(100vw - 2em)); height: min(44em, calc(100vh - 2em)); height: min(44em, calc(100dvh - 2em)); box-shadow: 0 8px 40px #0005; }
.full > .panel { position: fixed; inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
.inline > .panel { height: ${whole(said.height, 640)}px; }
.bar { display: flex; align-items: center; justify-content: space-between; gap: .5em; padding: .3em .3em .3em 1em; padding-inline: 1em .3em; color: #fff; background: ${accent}; }
.bar button { display: grid; place-items: center; color: inherit; background: none; border-radius: .5em; }
.bar button:hover { background: #fff3; }
iframe { flex: 1; width: 100%; min-height: 0; border: 0; color-scheme: inherit; background: inherit; }
.instead { padding: 1em; font-weight: 400; overflow-wrap: anywhere; }
.instead p { margin: 0 0 1em; }
.instead a { display: inline-block; min-height: 2.75em; padding: .6em 0; color: inherit; }
.instead a:focus-visible { outline-color: currentColor; box-shadow: none; outline-offset: 2px; }
@media (forced-colors: active) { .launcher, .panel { border: 2px solid ButtonText; } :focus-visible { outline-color: Highlight; } }
@media (prefers-reduced-motion: no-preference) { .launcher { transition: box-shadow .15s; } }
@media print { :host { display: none !important; } }`;

  const element = make("bonewise-widget", { lang });
  const root = element.attachShadow({ mode: "open" });
  const launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel", part: "launcher" });
  const panel = make("div", { id: "panel", class: "panel", role: inline ? "region" : "dialog", "aria-label": title, tabindex: "-1", part: "panel" });
  const close = make("button", { type: "button", "aria-label": "Close" });
  const heading = make("span", {}, title);
  const bar = make("div", { class: "bar" });
  const box = make("div", { class: inline ? "inline" : "floating" });
  let frame = null, timer = 0, opener = null, stilled = [];

  launcher.append(picture("M21 11.5a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z", "M9.5 9.5a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4M12 16v.1"), make("span", {}, label));
  close.append(picture("M6 6l12 12M18 6L6 18"));
  bar.append(heading, close);
  if (!inline) panel.append(bar);
  box.append(panel);
  if (!inline) box.append(launcher);
  root.append(box);
  element.className = box.className;
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } else root.append(make("style", {}, STYLE)); // browsers before 2023

  launcher.addEventListener("click", () => open(launcher));
  close.addEventListener("click", shut);
  element.addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen() && !inline) { event.stopPropagation(); shut(); } });
  addEventListener("message", hear);
  document.addEventListener("click", clicked);
  SMALL.addEventListener("change", fit);

  const near = new IntersectionObserver(([seen]) => { if (seen.isIntersecting) near.disconnect(), addFrame(); });
  const links = () => document.querySelectorAll("[data-bonewise-link]");
  window.Bonewise = Object.freeze({ version: VERSION, open: () => open(document.activeElement), close: shut, toggle: () => (isOpen() ? shut() : open(document.activeElement)), destroy, attached: () => element.isConnected });
  attach();
  tell("ready");

  function attach() {
    if (element.isConnected) return;
    dropFrame(); // a frame that was taken out of the page has lost its conversation
    launcher.hidden = false;
    if (inline) (tag.isConnected && tag.parentElement !== document.head ? tag : document.body.lastChild).after(element);
    else document.body.append(element);
    links().forEach((link) => { link.hidden = true; });
    panel.hidden = !inline;
    if (inline) near.observe(panel);
  }

  function open(from) {
    attach();
    if (!isOpen()) {
      opener = from && from !== document.body ? from : launcher;
      panel.hidden = false;
      launcher.hidden = true;
      launcher.setAttribute("aria-expanded", "true");
      if (!frame) addFrame();
      fit();
      tell("open");
    }
    enter();
  }

  function shut() {
    if (!isOpen() || inline) return;
    panel.hidden = true;
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
    fit();
    const back = opener && opener.isConnected && opener !== element ? opener : launcher;
    back.focus();
    tell("close");
  }

  function destroy() {
    if (isOpen()) shut();
    clearTimeout(timer);
    near.disconnect();
    removeEventListener("message", hear);
    document.removeEventListener("click", clicked);
    SMALL.removeEventListener("change", fit);
    element.remove();
    links().forEach((link) => { link.hidden = false; });
    delete window.Bonewise;
  }

  function isOpen() { return !panel.hidden; }

  function addFrame() {
    frame = make("iframe", { title, src: `${server}/embed?${query}`, sandbox: SANDBOX, allow: "", referrerpolicy: "strict-origin" });
    panel.append(frame);
    timer = setTimeout(giveUp, PATIENCE);
  }

  function dropFrame() {
    clearTimeout(timer);
    if (frame) frame.remove();
    frame = null;
    const instead = root.querySelector(".instead");
    if (instead) instead.remove();
  }

  function giveUp() {
    const inside = root.activeElement && panel.contains(root.activeElement);
    dropFrame();
    const instead = make("div", { class: "instead", role: "status" });
    instead.append(make("p", {}, "The question box can't be shown here."), make("p"));
    instead.lastChild.append(make("a", { href: `${server}/ask?lang=${lang}`, target: "_blank", rel: "noopener" }, `${label} (opens a new page)`));
    if (said.contact) {
      const link = /^(https:\/\/|tel:|mailto:)/.test(said.contactUrl || "");
      instead.append(link ? make("a", { href: said.contactUrl }, said.contact) : make("p", {}, said.contact));
    }
    panel.append(instead);
    if (inside) instead.querySelector("a").focus();
    tell("error");
  }

  // Only the frame that we made, only from the origin that we made it for, only words that we know.
  function hear(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const message = event.data;
    if (!message || message.v !== 1) return;
    if (message.t === "ready") {
      clearTimeout(timer);
      frame.dataset.ready = "yes";
      if (isOpen() && root.activeElement && panel.contains(root.activeElement)) enter();
    }
    if (message.t === "close") shut();
  }

  function enter() {
    if (inline && !frame) return;
    if (!frame || !frame.dataset.ready) return panel.focus({ preventScroll: true });
    frame.focus();
    frame.contentWindow.postMessage({ v: 1, t: "focus" }, origin);
  }

  // On a small screen it fills the page, and what lies behind it can't be reached meanwhile.
  function fit() {
    const full = isOpen() && !inline && SMALL.matches;
    box.classList.toggle("full", full);
    element.className = box.className;
    stilled.forEach((other) => { other.inert = false; });
    stilled = full ? [...document.body.children].filter((other) => other !== element && !other.inert && other.tagName !== "SCRIPT") : [];
    stilled.forEach((other) => { other.inert = true; });
    if (full) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
  }

  function clicked(event) {
    if (!openOn || !(event.target instanceof Element)) return;
    const chosen = event.target.closest(openOn);
    if (!chosen) return;
    event.preventDefault(); // it may be a link to the question page, for when no script runs
    open(chosen);
  }

  function tell(name) { document.dispatchEvent(new CustomEvent(`bonewise:${name}`)); }

  function make(name, attributes = {}, text = "") {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text) made.textContent = text;
    return made;
  }

  function picture(...paths) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    for (const d of paths) svg.append(document.createElementNS(svg.namespaceURI, "path")), svg.lastChild.setAttribute("d", d);
    return svg;
  }

  function selector(text) {
    try { if (text) document.querySelector(text); return text; } catch { console.warn(`Bonewise: data-open-on="${text}" is no selector.`); }
  }

  function whole(value, otherwise) { return /^\d{1,10}$/.test(value || "") ? Math.min(Number(value), TOP) : otherwise; }

  function scheme(theme) { return theme === "light" || theme === "dark" ? theme : "light dark"; }

  // White text stands on it: 4.5:1 at least (WCAG 1.4.3), or it is ours.
  function readable(colour) {
    const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
    const [red, green, blue] = (parts || []).slice(1).map((part) => {
      const share = parseInt(part, 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    if (parts && 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5) return colour.toLowerCase();
    console.warn(`Bonewise: data-accent="${colour}" is no colour like #005eb8 with a contrast of 4.5:1 with white; ours is used.`);
    return "#0b5c6b";
  }
})();
