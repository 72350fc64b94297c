// Keeps an open page up to date: listens for news, fetches the page again, and changes only what differs.

const status = document.getElementById("live");
let source = null;
let fetching = false;
let again = false;

function say(text, lost = false) {
  status.classList.toggle("lost", lost);
  if (status.textContent !== text) status.textContent = text;
}

function clock() {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  return time.format(new Date());
}

function connect() {
  source = new EventSource(status.dataset.stream);
  source.addEventListener("open", () => say(status.dataset.on));
  source.addEventListener("latest", (event) => {
    if (event.data !== document.getElementById("main").dataset.latest) refresh();
  });
  source.addEventListener("over", () => location.reload());
  source.addEventListener("error", () => {
    say(status.dataset.lost, true);
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    refresh();
    setTimeout(() => document.hidden || connect(), 5000);
  });
}

// A page in the background is closed to news, so that many open pages do not use up the browser's connections.
document.addEventListener("visibilitychange", () => {
  if (source) source.close();
  if (!document.hidden) connect();
});

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-By-Itself": "1" }, cache: "no-store" });
    if (answer.redirected) location.reload(); // the session is over
    if (answer.ok && !answer.redirected) show(await answer.text());
  } catch {
    say(status.dataset.lost, true);
  }
  await new Promise((resume) => setTimeout(resume, 500)); // a busy hour is not a fetch for each answer
  fetching = false;
  if (again) {
    again = false;
    refresh();
  }
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("main");
  const focused = document.activeElement;
  change(document.getElementById("main"), fresh);
  if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  say(status.dataset.updated.replace("{time}", clock()));
}

// Makes `old` like `fresh`. Elements with an id keep their node wherever they move, so focus, selection and what is
// being typed stay.
function change(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const mine = child.id ? known.get(child.id) : alike(at, child) && at;
    if (!mine) {
      old.insertBefore(document.adoptNode(child), at);
      mark(child);
      continue;
    }
    if (mine === at) at = at.nextSibling;
    else old.insertBefore(mine, at);
    if (mine.nodeType !== Node.ELEMENT_NODE) mine.nodeValue = child.nodeValue;
    else if (!mine.isEqualNode(child)) {
      change(mine, child);
      mark(mine);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function alike(old, fresh) {
  return old && !old.id && old.nodeName === fresh.nodeName;
}

// A soft mark that leaves no trace in the document; where motion is not wanted it stands still until it goes.
function mark(element) {
  if (element.nodeType !== Node.ELEMENT_NODE || !("mark" in element.dataset)) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.animate(
    [
      { backgroundColor: "var(--wash)", outline: "2px solid var(--brand)" },
      { outline: "2px solid transparent" },
    ],
    { duration: 2500, easing: still ? "step-end" : "ease-out" },
  );
}

connect();
