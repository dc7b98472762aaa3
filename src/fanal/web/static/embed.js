// <fanal-card account="42" handle="marie">Joined in March 2019</fanal-card>: opens the card of an
// account from its join date, by hover, click, focus or touch; Escape closes it. Nothing is asked of
// the service before it opens; no cookie is sent. WORDS stands above: both languages.

const HOME = new URL(".", import.meta.url);
const KINDS = { web: "web", app: "app", store: "store", a_store: "a_store", another: "another", named: "named" };
const SVG = "http://www.w3.org/2000/svg";
const HOVER_MS = 150;
const LEAVE_MS = 300;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { position: relative; display: inline-block; }
  :host([hidden]), [hidden] { display: none; }
  button { all: unset; cursor: pointer; text-decoration: underline dotted; text-underline-offset: .2em; }
  button:focus-visible, a:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
  .card { color-scheme: light dark; --paper: #fdfcf8; --ink: #1d1b17; --soft: #5d574c; --rule: #b9b2a2;
    position: absolute; z-index: 1000; top: calc(100% + .5rem); left: 0; box-sizing: border-box;
    width: min(19rem, calc(100vw - 1rem)); padding: 1rem 1.1rem; background: var(--paper); color: var(--ink);
    border: 1px solid var(--rule); border-radius: 4px; box-shadow: 0 6px 24px rgb(0 0 0 / .16);
    font: 400 .875rem/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
    text-align: start; white-space: normal; overflow-wrap: break-word; }
  .card::before { content: ""; position: absolute; inset: -.55rem 0 auto; height: .55rem; }
  .said { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; align-items: start; }
  svg { width: 2rem; height: 2rem; margin-top: .2rem; fill: none; stroke: none; }
  .line { stroke: currentColor; stroke-width: 3.2; stroke-linecap: round; stroke-linejoin: round; }
  .dot { fill: currentColor; }
  p { margin: 0; }
  p + p, .said + p { margin-top: .6rem; }
  .soft { color: var(--soft); }
  strong { display: block; font: 600 1.25rem/1.25 Georgia, "Noto Serif", "DejaVu Serif", serif; }
  .nothing { font-weight: 400; font-style: italic; }
  a { color: inherit; }
  @media (prefers-color-scheme: dark) {
    .card { --paper: #1e2025; --ink: #e9e5da; --soft: #aaa393; --rule: #4a4a4f; }
  }
  @media (forced-colors: active) { .card { border: 2px solid; } }
`);

function filled(text, fields) {
  return text.replace(/\{(\w+)\}/g, (all, name) => fields[name] ?? all);
}

function made(name, text, kind) {
  const one = document.createElement(name);
  if (kind) one.className = kind;
  if (text) one.textContent = text;
  return one;
}

function mark(circle, label) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 48 48"], ["role", "img"], ["aria-label", label]]) svg.setAttribute(name, value);
  const shapes = circle
    ? [["circle", "line", { cx: 24, cy: 24, r: 20.5 }], ["circle", "dot", { cx: 24, cy: 15.2, r: 2.5 }], ["path", "line", { d: "M24 21.5v12.5" }]]
    : [["path", "line", { d: "M24 3.6 41 9.4v12.9c0 10.6-6.7 18.1-17 22.1C13.7 40.4 7 32.9 7 22.3V9.4Z" }],
       ["circle", "dot", { cx: 24, cy: 14.8, r: 2.5 }], ["path", "line", { d: "M24 21v12.5" }]];
  for (const [name, kind, attributes] of shapes) {
    const shape = document.createElementNS(SVG, name);
    shape.setAttribute("class", kind);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}

function through(channel, place, words) {
  const kind = KINDS[channel.kind] ?? "another";
  return filled(words[`channel.${kind}`], { name: channel.name, place });
}

function told(card, words, lang) {
  const place = card.place?.names[lang] ?? null;
  const said = made("div", "", "said");
  const text = made("p");
  text.append(made("span", words[place ? "from" : "from.nothing"], "soft"), " ", made("strong", place ?? words.withheld, place ? "" : "nothing"));
  said.append(mark(Boolean(place), words[place ? "mark.place" : "mark.withheld"]), text);
  const lines = [said];
  if (card.channel) lines.push(made("p", `${words.through} ${through(card.channel, place, words)}`));
  lines.push(made("p", words[place ? "embed.doubt" : "embed.withheld"], "soft"));
  return lines;
}

class FanalCard extends HTMLElement {
  #pinned = false;
  #timer = 0;
  #asked = null;
  #button = made("button");
  #card = made("div", "", "card");
  #text = made("div");

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#button.type = "button";
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.setAttribute("aria-controls", "card");
    this.#button.append(document.createElement("slot"));
    this.#card.id = "card";
    this.#card.hidden = true;
    this.#card.setAttribute("role", "group");
    this.#card.setAttribute("aria-label", this.#words["embed.open"]);
    this.#card.lang = this.#lang;
    this.#text.setAttribute("aria-live", "polite");
    this.#card.append(this.#text);
    root.append(this.#button, this.#card);
    this.#listen();
  }

  get #lang() {
    const named = (this.closest("[lang]")?.lang || navigator.language || "").slice(0, 2).toLowerCase();
    return named in WORDS ? named : "en";
  }

  get #words() {
    return WORDS[this.#lang];
  }

  #listen() {
    this.#button.addEventListener("click", () => (this.#pinned ? this.#close() : this.#open(true)));
    this.#button.addEventListener("focus", () => this.#button.matches(":focus-visible") && this.#open(false));
    this.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#later(() => this.#open(false), HOVER_MS));
    this.addEventListener("pointerleave", () => this.#later(() => this.#leave(), LEAVE_MS));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.shadowRoot.contains(event.relatedTarget) || this.#close());
  }

  // while it is open alone: a page may hold hundreds of these
  #key = (event) => event.key === "Escape" && this.#escape();
  #elsewhere = (event) => event.composedPath().includes(this) || this.#close();

  disconnectedCallback() {
    this.#close();
  }

  #later(action, wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, wait);
  }

  #leave() {
    if (!this.#pinned && !this.shadowRoot.activeElement) this.#close();
  }

  #escape() {
    const inside = this.#card.contains(this.shadowRoot.activeElement);
    this.#close();
    if (inside) {
      this.#button.focus();
      this.#close();
    }
  }

  #close() {
    clearTimeout(this.#timer);
    document.removeEventListener("keydown", this.#key);
    document.removeEventListener("pointerdown", this.#elsewhere);
    this.#pinned = false;
    this.#card.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
  }

  #open(pinned) {
    clearTimeout(this.#timer);
    this.#pinned ||= pinned;
    if (!this.#card.hidden) return;
    document.addEventListener("keydown", this.#key);
    document.addEventListener("pointerdown", this.#elsewhere);
    this.#card.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#place();
    this.#asked ??= this.#ask();
  }

  #place() {
    this.#card.style.translate = "";
    const box = this.#card.getBoundingClientRect();
    const beyond = Math.max(0, box.right - (document.documentElement.clientWidth - 8));
    this.#card.style.translate = `${Math.max(-beyond, 8 - box.left)}px`;
  }

  async #ask() {
    this.#text.replaceChildren(made("p", this.#words["embed.loading"], "soft"));
    try {
      const id = encodeURIComponent(this.getAttribute("account") ?? "");
      const answer = await fetch(new URL(`cards/${id}.json`, HOME), { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!answer.ok) throw new Error("no card");
      this.#text.replaceChildren(...told(await answer.json(), this.#words, this.#lang), ...this.#more());
    } catch {
      this.#asked = null;
      this.#text.replaceChildren(made("p", this.#words["embed.failed"]));
    }
  }

  #more() {
    const handle = this.getAttribute("handle");
    if (!handle) return [];
    const link = made("a", this.#words["embed.more"]);
    link.href = new URL(`@${encodeURIComponent(handle)}?lang=${this.#lang}`, HOME).href;
    const line = made("p");
    line.append(link);
    return [line];
  }
}

customElements.define("fanal-card", FanalCard);
