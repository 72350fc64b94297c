// One message of the chat as an element, and the choices under it.

import { write } from "./text.js";

// British times and dates in English: 24 hours, as everywhere else in the product.
const spoken = document.documentElement.lang;
export const locale = spoken === "en" ? "en-GB" : spoken;

/** An element with a class, a text and attributes. */
export function make(tag, name = "", text = "", attributes = {}) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** The entry drawn. `acts`: press(data, label) and enlarge(picture). */
export function draw(entry, words, acts) {
  const mine = entry.who === "me";
  const element = make("article", `entry ${entry.who}`);
  element.append(make("span", "unseen", `${mine ? words.you : "Zinute"}: `));
  const bubble = make("div", "bubble");
  if (entry.picture) bubble.append(picture(entry.picture, words, acts));
  const text = make("div", "text");
  write(text, entry.text, words);
  text.append(time(entry.at));
  bubble.append(text);
  element.append(bubble);
  if (entry.buttons?.length) element.append(choices(entry, words, acts));
  return element;
}

function time(at) {
  const written = new Date(at).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  return make("time", "", written, { datetime: at });
}

function picture(shown, words, acts) {
  const button = make("button", "picture", "", { type: "button" });
  const image = make("img", "", "", {
    src: `/chat/pictures/${shown.digest}`, alt: shown.alt, width: shown.width, height: shown.height,
  });
  button.append(image, make("span", "unseen", words.enlarge));
  button.addEventListener("click", () => acts.enlarge(shown));
  return button;
}

function choices(entry, words, acts) {
  const group = make("div", `choices ${entry.pick}`, "", { role: "group", "aria-label": words.choices });
  const many = entry.pick === "many";
  if (many) {
    const hint = make("p", "hint", words.several);
    group.setAttribute("aria-label", words.several);
    group.append(hint);
  }
  const options = entry.buttons.map((each, index) => {
    if (each.url) return link(each);
    const button = option(each);
    if (many) button.setAttribute("aria-pressed", String(entry.selected.includes(index)));
    button.addEventListener("click", () => {
      if (button.ariaDisabled === "true") return;
      if (many) toggle(button, group);
      else acts.press(each.data, each.label);
    });
    return button;
  });
  group.append(...options);
  if (many) group.append(submit(entry, options, group, acts));
  for (const each of entry.more ?? []) {
    const button = each.url ? link(each) : option(each);
    button.classList.add("apart");
    if (!each.url) button.addEventListener("click", () => button.ariaDisabled !== "true" && acts.press(each.data, each.label));
    group.append(button);
  }
  return group;
}

function option(each) {
  const button = make("button", "choice", "", { type: "button", "data-press": each.data });
  button.append(make("span", "", each.label));
  return button;
}

/** A way to a page, beside the buttons; another page, so that the chat stays where it is. */
function link(each) {
  const safe = /^(https?:|\/(?!\/))/i.test(each.url);
  const address = safe ? { href: each.url, target: "_blank", rel: "noopener noreferrer" } : {};
  const element = make("a", "choice", "", address);
  element.append(make("span", "", each.label));
  return element;
}

function toggle(button, group) {
  button.ariaPressed = String(button.ariaPressed !== "true");
  const none = !group.querySelector('[aria-pressed="true"]');
  group.querySelector(".main").ariaDisabled = String(none);
}

function submit(entry, options, group, acts) {
  const button = make("button", "main", entry.submit.label, { type: "button" });
  const key = entry.submit.data.split(":")[0];
  group.dataset.key = key;
  button.ariaDisabled = String(!entry.selected.length);
  button.addEventListener("click", () => {
    if (button.ariaDisabled === "true") return;
    const chosen = options.filter((each) => each.ariaPressed === "true");
    acts.press(`${key}:=${chosen.map(choiceOf)}`, chosen.map((each) => each.textContent).join(", "));
  });
  return button;
}

/** What an option is called in a press; options may be shown in any order. */
function choiceOf(button) {
  return button.dataset.press.split(":")[1];
}

/** Shows that this press was made, if it belongs to the choices of `element`; a command may be pressed again. */
export function settle(element, press) {
  const group = element.querySelector(".choices");
  if (!group || press.startsWith("/")) return;
  const options = [...group.querySelectorAll("button.choice")];
  const [key, choice = ""] = press.split(":");
  const several = group.dataset.key === key && choice.startsWith("=");
  const named = choice.slice(1).split(",");
  const chosen = options.filter((each) => (several ? named.includes(choiceOf(each)) : each.dataset.press === press));
  if (!chosen.length) return;
  group.dataset.press = press;
  close(group, options, chosen);
}

/** Opens choices again whose press was refused. */
export function reopen(element, press) {
  const group = element.querySelector(".choices.settled");
  if (group?.dataset.press !== press) return;
  group.classList.remove("settled");
  for (const button of group.querySelectorAll("button")) {
    button.ariaDisabled = "false";
    button.removeAttribute("tabindex");
    if (!group.matches(".many")) button.removeAttribute("aria-pressed");
  }
}

// Not `disabled`: the button that was pressed keeps the focus, so that Tab goes on from there.
function close(group, options, chosen) {
  group.classList.add("settled");
  for (const button of group.querySelectorAll("button")) {
    button.ariaDisabled = "true";
    button.tabIndex = -1;
  }
  options.forEach((button) => { button.ariaPressed = String(chosen.includes(button)); });
}
