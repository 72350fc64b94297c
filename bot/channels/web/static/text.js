// Text with entities into the page. Characters only ever become text nodes; nothing is read as markup.

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", quote: "blockquote", link: "a", hidden: "span" };
const SAFE = /^(https?|mailto|tel):/i;

/** Writes `text` ({plain, entities}) into `parent`. Offsets are UTF-16 units, as strings are indexed here. */
export function write(parent, text, words) {
  const entities = [...(text.entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(parent, text.plain, 0, text.plain.length, entities, words);
}

function fill(parent, plain, start, end, entities, words) {
  let at = start;
  while (entities.length) {
    const first = entities.shift();
    const from = Math.max(first.offset, at), to = Math.min(first.offset + first.length, end);
    if (to <= from) continue;
    const inside = [], outside = [];
    for (const each of entities) {
      if (each.offset < to) inside.push(each);
      if (each.offset + each.length > to) outside.push(each);
    }
    entities = outside;
    letters(parent, plain.slice(at, from), first.kind === "quote");
    const element = made(first);
    parent.append(element);
    fill(element, plain, from, to, inside, words);
    if (first.kind === "hidden") cover(element, words);
    at = to;
    if (first.kind === "quote") while (plain[at] === "\n" && at < end) at++;
  }
  letters(parent, plain.slice(at, end), false);
}

function letters(parent, text, beforeBlock) {
  text = beforeBlock ? text.replace(/\n+$/, "") : text;
  if (text) parent.append(text);
}

function made(entity) {
  const safe = entity.kind !== "link" || SAFE.test(entity.url);
  const element = document.createElement(safe ? TAGS[entity.kind] ?? "span" : "span");
  if (entity.kind === "link" && safe) {
    element.href = entity.url;
    element.target = "_blank";
    element.rel = "noopener noreferrer";
  }
  return element;
}

/** Puts a button in the place of hidden text; pressing it shows the text and moves the reader there. */
function cover(element, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cover";
  button.textContent = words.hidden;
  element.className = "uncovered";
  element.tabIndex = -1;
  button.addEventListener("click", () => {
    button.replaceWith(element);
    element.dispatchEvent(new Event("grown", { bubbles: true }));
    element.focus({ preventScroll: true });
  });
  element.replaceWith(button);
}
