// The messages in their order, each day under its heading, and which of their choices were made.

import { draw, make, reopen, settle, locale } from "./entry.js";


/** The entries of `log`, all before `tail`. `onReplaced(old, element)`: an entry was drawn anew. */
export class List {
  #bySeq = new Map();
  #byId = new Map(); // of what the person did
  #presses = new Map(); // by their ids: what was pressed, and when

  constructor(log, tail, { words, acts, onReplaced }) {
    Object.assign(this, { log, tail, words, acts, onReplaced });
  }

  get size() {
    return this.#bySeq.size;
  }

  get first() {
    return Math.min(...this.#bySeq.keys());
  }

  bySeq(seq) {
    return this.#bySeq.get(seq);
  }

  byId(id) {
    return this.#byId.get(id);
  }

  /** Draws an entry at its place, in the place of what it was before; gives the element, and whether it is new. */
  place(entry) {
    const element = draw(entry, this.words, this.acts);
    element.seq = entry.seq ?? Infinity;
    element.revision = entry.revision ?? Infinity;
    const old = this.#bySeq.get(entry.seq) ?? this.#byId.get(entry.id);
    const focused = old ? [...old.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    old?.remove();
    this.#insert(element, new Date(entry.at).toDateString());
    element.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
    if (old) this.onReplaced(old, element);
    if (entry.seq) this.#bySeq.set(entry.seq, element);
    if (entry.id) this.#byId.set(entry.id, element);
    if (entry.press) this.#remember(entry.id, { press: entry.press, revision: element.revision });
    if (entry.who === "bot") this.#presses.forEach((made) => mark(element, made));
    return { element, fresh: !old };
  }

  /** A press was refused: its choices are open again. */
  forget({ id, press }) {
    this.#presses.delete(id);
    this.#bySeq.forEach((element) => reopen(element, press));
  }

  /** Takes everything away but what is still waiting. */
  clear() {
    this.log.querySelectorAll(".entry:not(.pending), .day").forEach((element) => element.remove());
    this.#bySeq.clear();
    this.#presses.forEach(({ revision }, id) => revision < Infinity && this.#presses.delete(id));
  }

  #remember(id, made) {
    this.#presses.set(id, made);
    this.#bySeq.forEach((element) => mark(element, made));
  }

  /** Puts an entry before the first that comes after it; what is only waiting comes last. */
  #insert(element, day) {
    let next = this.tail;
    for (let each = next.previousElementSibling; each && !(each.seq <= element.seq); each = each.previousElementSibling) {
      if (each.seq) next = each;
    }
    const above = next.previousElementSibling;
    if (above.matches(".day") && above.dataset.day !== day) next = above;
    this.log.insertBefore(element, next);
    this.#date(element, day);
  }

  #date(element, day) {
    const known = this.log.querySelector(`[data-day="${day}"]`);
    if (known && known.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) return;
    this.log.insertBefore(known ?? make("h2", "day", spoken(new Date(day)), { "data-day": day }), element);
  }
}

// Choices that were drawn anew after a press are open: it was not about them.
function mark(element, { press, revision }) {
  if (revision > element.revision) settle(element, press);
}

function spoken(date) {
  const today = new Date(new Date().toDateString());
  const days = Math.round((date - today) / 86400000);
  const year = date.getFullYear() === today.getFullYear() ? undefined : "numeric";
  const text = days > -2
    ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")
    : date.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year });
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
