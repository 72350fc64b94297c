// What the person did and the server does not have yet: kept in the browser, sent in order, each until it is taken.

const PLACE = "zinute.waiting";
const LONGEST = 15000;
let memory = [];

function load() {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "[]");
  } catch {
    return memory;
  }
}

function save(items) {
  memory = items;
  try {
    localStorage.setItem(PLACE, JSON.stringify(items));
  } catch {
    // A browser that keeps nothing still sends what is in memory.
  }
}

function identity() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The queue. `on`: taken(item) and refused(item), when the server has said yes or no; stuck("later", "slow" or ""). */
export class Waiting {
  #busy = false;
  #pause = 1000;
  #timer = 0;

  constructor(on) {
    this.on = on;
  }

  get items() {
    return load();
  }

  add(item) {
    const whole = { id: identity(), at: new Date().toISOString(), ...item };
    save([...load(), whole]);
    this.send();
    return whole;
  }

  drop(id) {
    save(load().filter((each) => each.id !== id));
  }

  /** Sends what waits; called again whenever the line may be back. */
  async send() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    for (let item; (item = load()[0]); ) {
      const answer = await post(item);
      const stuck = answer === "later" || answer === "slow";
      this.on.stuck(stuck ? answer : "");
      if (stuck) {
        this.#timer = setTimeout(() => this.send(), this.#pause);
        this.#pause = Math.min(this.#pause * 2, LONGEST);
        break;
      }
      this.#pause = 1000;
      this.drop(item.id);
      this.on[answer](item);
    }
    this.#busy = false;
  }
}

async function post({ at, ...item }) {
  try {
    const response = await fetch("/chat/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(item),
      signal: AbortSignal.timeout(LONGEST),
    });
    if (response.ok) return "taken";
    // The cookie is gone; the page brings a new one. Not at once again: a browser may keep no cookies at all.
    if (response.status === 401 && performance.now() > LONGEST) location.reload();
    if (response.status === 429) return "slow";
    return response.status === 401 || response.status >= 500 ? "later" : "refused";
  } catch {
    return "later";
  }
}
