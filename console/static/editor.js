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

  const look = async () => {
    if (fetching) fetching.abort();
    fetching = new AbortController();
    const mine = fetching;
    try {
      const body = new URLSearchParams(new FormData(form));
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

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", () => {
    leaving = true;
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
