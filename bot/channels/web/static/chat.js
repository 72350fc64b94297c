// The chat page: puts the list, the line to the server and the field to write in together.

import { make } from "./entry.js";
import { List } from "./list.js";
import { Live } from "./live.js";
import { Reading } from "./reading.js";
import { Waiting } from "./waiting.js";

const words = JSON.parse(document.body.dataset.words);
const { chosen } = document.body.dataset;
const [log, earlier, welcome, begin, typing, latest, line, composer, menu, field, viewer] = [
  "log", "earlier", "welcome", "begin", "typing", "latest", "line", "composer", "menu", "field", "viewer",
].map((id) => document.getElementById(id));
let ready = false, unseen = 0;
let listening = true, stuck = false, connected = true;

const reading = new Reading(log, latest);
const list = new List(log, typing, {
  words,
  acts: { enlarge, press },
  onReplaced: (old, element) => reading.replaced(old, element),
});

// --- what the person does -----------------------------------------------------------------------------------

const waiting = new Waiting({
  taken: (item) => list.byId(item.id)?.classList.remove("pending"),
  refused(item) {
    const element = list.byId(item.id);
    element?.classList.replace("pending", "failed");
    element?.querySelector(".state")?.replaceChildren(words.failed);
    expect(false);
    if (item.press) list.forget(item);
  },
  stuck(why) {
    if (why === "slow") line.textContent = words.slow;
    else if (line.textContent === words.slow) line.replaceChildren();
    stuck = why === "later";
    tell();
  },
});

// A double tap is one press.
const TWICE = 1000;
let pressed = { data: "", at: -TWICE };
function press(data, label) {
  const at = performance.now();
  if (data === pressed.data && at - pressed.at < TWICE) return;
  pressed = { data, at };
  say({ press: data, label });
}

function say(item) {
  const whole = waiting.add(chosen ? { ...item, lang: chosen } : item);
  reading.arrived(pend(whole), true);
  expect(true);
}

function pend(item) {
  const { element } = list.place({ ...item, who: "me", text: { plain: item.label || item.text } });
  element.classList.add("pending");
  element.append(make("span", "state", words.waiting));
  welcome.hidden = true;
  return element;
}

let awaiting = 0;
function expect(answer) {
  clearTimeout(awaiting);
  typing.hidden = !(answer && connected);
  if (!typing.hidden) awaiting = setTimeout(() => expect(false), 20000);
  reading.follow();
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
  field.style.height = `${field.scrollHeight + 3}px`;
}
field.addEventListener("input", grow);

menu.addEventListener("click", () => say({ text: "/menu", label: words.menu }));
begin.addEventListener("click", () => say({ text: "/start", label: words.begin }));

function enlarge(picture) {
  const image = viewer.querySelector("img");
  image.src = `/chat/pictures/${picture.digest}`;
  image.alt = picture.alt;
  viewer.setAttribute("aria-label", picture.alt);
  viewer.showModal();
}
viewer.addEventListener("click", (event) => event.target.matches("dialog, button") && viewer.close());

earlier.addEventListener("click", async () => {
  const response = await fetch(`/chat/earlier?before=${list.first}`).catch(() => null);
  if (!response?.ok) return;
  const { entries, more } = await response.json();
  const stood = list.bySeq(list.first), distance = stood.offsetTop - log.scrollTop;
  log.ariaBusy = "true";
  entries.forEach((entry) => list.place(entry));
  log.scrollTop = stood.offsetTop - distance;
  log.ariaBusy = "false";
  earlier.hidden = !more;
  if (!more) log.focus({ preventScroll: true });
});

// --- what comes ---------------------------------------------------------------------------------------------

const live = new Live({
  entry(entry) {
    if (entry.who === "me") waiting.drop(entry.id);
    const { element, fresh } = list.place(entry);
    welcome.hidden = true;
    if (ready && entry.who === "bot") expect(false); // an answer may also be a message that changes
    if (!ready || !fresh) return;
    reading.arrived(element, entry.who === "me");
    if (document.hidden) document.title = `(${++unseen}) Zinute`;
  },
  anew() {
    ready = false;
    log.ariaBusy = "true";
    list.clear();
  },
  ready({ more }) {
    if (more !== undefined) earlier.hidden = !more;
    if (ready) return;
    ready = true;
    welcome.hidden = list.size + waiting.items.length > 0;
    reading.follow();
    requestAnimationFrame(() => { log.ariaBusy = "false"; });
  },
  state(now) {
    listening = now;
    if (now) waiting.send();
    tell();
  },
});

/** Says it when the connection is lost, in either direction, and when it is back. */
function tell() {
  const now = listening && !stuck;
  if (now === connected) return;
  connected = now;
  document.body.classList.toggle("offline", !now);
  line.textContent = now ? words.back : words.lost;
  if (now) setTimeout(() => connected && line.replaceChildren(), 3000);
  else expect(false);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = "Zinute";
});

// iOS keeps the page's height when its keyboard opens: what is left of the window is the height that counts.
visualViewport?.addEventListener("resize", () => {
  if (visualViewport.scale !== 1) return;
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
