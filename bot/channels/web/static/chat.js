// The chat page: the list of messages, the line under it, and the field to write in.

import { draw, make, reopen, settle } from "./entry.js";
import { Live } from "./live.js";
import { Waiting } from "./waiting.js";

const words = JSON.parse(document.body.dataset.words);
const chosen = document.body.dataset.chosen;
const language = document.documentElement.lang;
const [log, earlier, welcome, begin, typing, latest, line, composer, menu, field, viewer] = [
  "log", "earlier", "welcome", "begin", "typing", "latest", "line", "composer", "menu", "field", "viewer",
].map((id) => document.getElementById(id));

const entries = new Map(); // seq → element
const own = new Map(); // id of what the person did → element
const presses = new Set();
let ready = false, connected = true, unseen = 0;

// --- where the reader is ------------------------------------------------------------------------------------

let following = true, expected = 0, anchor = null, anchored = 0;

const bottom = () => log.scrollHeight - log.clientHeight;

/** Goes to the end, but never so far that the beginning of what just came is out of sight. */
function follow() {
  if (!following) return;
  const top = anchor?.isConnected ? anchor.offsetTop - 16 : Infinity;
  log.scrollTop = expected = Math.max(0, Math.min(bottom(), top));
  mark();
}

function mark() {
  latest.hidden = bottom() - log.scrollTop < 160;
}

function arrive(element) {
  const now = Date.now();
  if (!anchor?.isConnected || now - anchored > 8000 || element.matches(".me")) anchor = element;
  anchored = now;
  if (element.matches(".me")) following = true;
  follow();
}

log.addEventListener("scroll", () => {
  if (Math.abs(log.scrollTop - expected) > 4) {
    following = bottom() - log.scrollTop < 48;
    if (following) anchor = null;
  }
  mark();
}, { passive: true });

latest.addEventListener("click", () => {
  following = true;
  anchor = null;
  follow();
  log.focus({ preventScroll: true });
});

new ResizeObserver(follow).observe(log);

// --- messages -----------------------------------------------------------------------------------------------

const acts = {
  press(data, label) {
    say({ press: data, label });
  },
  enlarge(picture) {
    const image = viewer.querySelector("img");
    image.src = `/chat/pictures/${picture.digest}`;
    image.alt = picture.alt;
    viewer.setAttribute("aria-label", picture.alt);
    viewer.showModal();
  },
};

/** Draws an entry at its place; one that is there already is drawn anew. */
function place(entry) {
  const element = draw(entry, words, acts);
  element.seq = entry.seq ?? Infinity;
  const before = entries.get(entry.seq) ?? own.get(entry.id);
  const focused = before ? [...before.querySelectorAll("button")].indexOf(document.activeElement) : -1;
  before?.remove();
  if (before && before === anchor) anchor = element;
  insert(element, new Date(entry.at).toDateString());
  element.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
  if (entry.seq) entries.set(entry.seq, element);
  if (entry.id) own.set(entry.id, element);
  if (entry.press) remember(entry.press);
  if (entry.who === "bot") presses.forEach((press) => settle(element, press));
  welcome.hidden = true;
  return before ? null : element;
}

/** Puts an entry before the first that comes after it; what is only waiting comes last. */
function insert(element, day) {
  let next = typing;
  for (let each = next.previousElementSibling; each && !(each.seq <= element.seq); each = each.previousElementSibling) {
    if (each.seq) next = each;
  }
  const above = next.previousElementSibling;
  if (above.matches(".day") && above.dataset.day !== day) next = above;
  log.insertBefore(element, next);
  date(element, day);
}

function remember(press) {
  presses.add(press);
  entries.forEach((element) => element.matches(".bot") && settle(element, press));
}

/** A heading with the day stands before the first entry of each day. */
function date(element, day) {
  const known = log.querySelector(`[data-day="${day}"]`);
  if (known && known.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) return;
  log.insertBefore(known ?? make("h2", "day", spoken(new Date(day)), { "data-day": day }), element);
}

function spoken(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(Date.now())) / 86400000);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const text = days > -2
    ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day")
    : date.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long", year });
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

// --- what the person does -----------------------------------------------------------------------------------

const waiting = new Waiting(
  (item) => own.get(item.id)?.classList.remove("pending"),
  (item) => {
    const element = own.get(item.id);
    element?.classList.replace("pending", "failed");
    element?.querySelector(".state")?.replaceChildren(words.failed);
    expect(false);
    if (!item.press) return;
    presses.delete(item.press);
    entries.forEach((each) => reopen(each, item.press));
  },
);

function say(item) {
  const whole = waiting.add(chosen ? { ...item, lang: chosen } : item);
  arrive(pend(whole));
  expect(true);
}

function pend(item) {
  const element = place({ ...item, who: "me", text: { plain: item.label || item.text } });
  element.classList.add("pending");
  element.append(make("span", "state", words.waiting));
  return element;
}

let awaiting = 0;
function expect(answer) {
  clearTimeout(awaiting);
  typing.hidden = !(answer && connected);
  if (!typing.hidden) awaiting = setTimeout(() => expect(false), 20000);
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text) say({ text });
  field.value = "";
  grow();
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

function grow() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  follow();
}
field.addEventListener("input", grow);

menu.addEventListener("click", () => say({ text: "/menu", label: words.menu }));
begin.addEventListener("click", () => say({ text: "/start", label: words.begin }));

viewer.addEventListener("click", (event) => event.target.matches("dialog, button") && viewer.close());

earlier.addEventListener("click", async () => {
  const first = Math.min(...entries.keys());
  const response = await fetch(`/chat/earlier?before=${first}`).catch(() => null);
  if (!response?.ok) return;
  const { entries: more, more: stillMore } = await response.json();
  const stood = entries.get(first), distance = stood.offsetTop - log.scrollTop;
  log.setAttribute("aria-busy", "true");
  more.forEach(place);
  log.setAttribute("aria-busy", "false");
  log.scrollTop = stood.offsetTop - distance;
  earlier.hidden = !stillMore;
  if (!stillMore) log.focus({ preventScroll: true });
});

// --- the line -----------------------------------------------------------------------------------------------

const live = new Live({
  entry(entry) {
    if (entry.who === "me") waiting.drop(entry.id);
    const element = place(entry);
    if (!ready) return;
    if (entry.who === "bot") expect(false);
    if (element) arrive(element);
    if (element && document.hidden) document.title = `(${++unseen}) Zinute`;
  },
  anew() {
    ready = false;
    log.querySelectorAll(".entry:not(.pending), .day").forEach((element) => element.remove());
    entries.clear();
  },
  ready({ more }) {
    if (more !== undefined) earlier.hidden = !more;
    if (ready) return;
    ready = true;
    welcome.hidden = entries.size + waiting.items.length > 0;
    follow();
    requestAnimationFrame(() => log.setAttribute("aria-busy", "false"));
  },
  state(now) {
    if (now) waiting.send();
    if (now === connected) return;
    connected = now;
    document.body.classList.toggle("offline", !now);
    line.textContent = now ? words.back : words.lost;
    if (now) setTimeout(() => connected && line.replaceChildren(), 3000);
    else expect(false);
  },
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = "Zinute";
});

// iOS keeps the page's height when its keyboard opens: what is left of the window is the height that counts.
visualViewport?.addEventListener("resize", () => {
  document.documentElement.style.setProperty("--height", `${visualViewport.height}px`);
  scrollTo(0, 0);
});

// --- the beginning ------------------------------------------------------------------------------------------

waiting.items.forEach(pend);
live.open();
const address = new URL(location.href);
const code = address.searchParams.get("code");
if (code) {
  address.searchParams.delete("code");
  history.replaceState(null, "", address);
  say({ text: `/start ${code}`, label: words.begin });
}
waiting.send();
if (matchMedia("(hover: hover) and (pointer: fine)").matches) field.focus();
