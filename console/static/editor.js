// Shows what becomes of a lesson while somebody writes it: fetches the previews again, a moment after the last key.

const form = document.getElementById("editor");
const PAUSE = 400; // milliseconds without a key

if (form) {
  const source = document.getElementById("source");
  const told = document.getElementById("told");
  const begun = source.defaultValue;
  const refused = document.querySelector('#done[role="alert"]') !== null; // what stands there is not kept yet
  let waiting = null;
  let fetching = null;
  let leaving = false;

  const say = (text) => {
    if (told.textContent !== text) told.textContent = text;
  };

  // What is written, without a picture that was chosen and not uploaded.
  const written = () => {
    const values = new FormData(form);
    values.delete("picture");
    return values;
  };

  const look = async () => {
    if (fetching) fetching.abort();
    fetching = new AbortController();
    const mine = fetching;
    try {
      const body = new URLSearchParams(written());
      const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: mine.signal, redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      const fresh = await answer.text();
      const sight = document.getElementById("sight");
      const before = sight.querySelector(".previews");
      const across = before ? before.scrollLeft : 0;
      const down = scrollY;
      sight.replaceChildren(...new DOMParser().parseFromString(fresh, "text/html").body.childNodes);
      const after = sight.querySelector(".previews");
      if (after) after.scrollLeft = across;
      scrollTo({ top: down, behavior: "instant" });
      say(source.value === begun ? form.dataset.ready : `${form.dataset.ready} ${form.dataset.unsaved}`);
    } catch (error) {
      if (error.name !== "AbortError") say(form.dataset.lost);
    }
  };

  // Writes a picture on a line of its own below that of the cursor, and chooses the words to be replaced.
  const insert = (reference) => {
    const line = source.value.indexOf("\n", source.selectionEnd);
    const at = line < 0 ? source.value.length : line;
    const before = source.value.slice(0, at).trimEnd();
    const after = source.value.slice(at).trimStart();
    const start = before ? before.length + 2 : 0;
    const text = `${before ? "\n\n" : ""}${reference}${after ? "\n\n" : "\n"}`;
    source.setRangeText(text, before.length, source.value.length - after.length, "end");
    source.focus();
    source.setSelectionRange(start + 2, start + reference.indexOf("]("));
    form.dispatchEvent(new Event("input"));
  };

  // Uploads or removes pictures and shows what came of that; the text stays as it stands here.
  const shelve = async (changes) => {
    const shelf = document.getElementById("shelf");
    say(shelf.dataset.busy);
    for (const [name, value] of changes.length ? changes : [["picture", ""]]) {
      const body = written();
      body.set(name, value);
      try {
        const answer = await fetch(shelf.dataset.pictures, { method: "POST", body, redirect: "error" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        shelf.replaceChildren(...page.getElementById("shelf").childNodes);
        shelf.open = true;
        say("");
      } catch {
        say(shelf.dataset.lost);
        return;
      }
    }
    if (document.activeElement === document.body) shelf.querySelector("summary").focus();
    look();
  };

  addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault(); // otherwise the browser leaves the page for the picture
    shelve(files.map((file) => ["picture", file]));
  });
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("formaction")) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (button.name === "insert") insert(button.dataset.reference);
    else if (button.name === "remove") shelve([["remove", button.value]]);
    else shelve([...document.getElementById("picture").files].map((file) => ["picture", file]));
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(document.getElementById("save"));
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && (refused || source.value !== begun)) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
}
