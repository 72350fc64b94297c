// The line to the server: what is new comes in, and a line that fell silent is opened again.

const SILENCE = 40000;
const LONGEST = 15000;

/** `on`: entry(entry), ready({more}), anew(), state(connected). */
export class Live {
  #source = null;
  #seen = null;
  #heard = 0;
  #pause = 1000;
  #timer = 0;
  #tabs = new BroadcastChannel("zinute");

  constructor(on) {
    this.on = on;
    setInterval(() => this.#check(), 5000);
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.on.state(false));
    addEventListener("pageshow", (event) => event.persisted && this.open());
    document.addEventListener("visibilitychange", () => document.hidden || this.#check());
    // A browser opens few lines to one server: a tab that nobody looks at gives its own to the one being looked at.
    this.#tabs.onmessage = () => document.hidden && this.#close();
  }

  open() {
    this.#close();
    const source = new EventSource(this.#seen === null ? "/chat/events" : `/chat/events?after=${this.#seen}`);
    this.#source = source;
    this.#heard = Date.now();
    if (!document.hidden) this.#tabs.postMessage("here");
    source.onopen = () => this.#up();
    source.onerror = () => this.#down(source);
    source.onmessage = (event) => this.#take(event, () => this.on.entry(JSON.parse(event.data)));
    source.addEventListener("anew", (event) => this.#take(event, () => this.on.anew()));
    source.addEventListener("ready", (event) => this.#take(event, () => this.on.ready(JSON.parse(event.data))));
    source.addEventListener("beat", (event) => this.#take(event, () => {}));
  }

  #take(event, act) {
    this.#up();
    if (event.type === "anew") this.#seen = null;
    act();
    if (event.lastEventId && event.type !== "anew") this.#seen = event.lastEventId;
  }

  #up() {
    this.#pause = 1000;
    this.#heard = Date.now();
    this.on.state(true);
  }

  #down(source) {
    this.on.state(false);
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST);
  }

  #check() {
    if (document.hidden) return;
    if (!this.#source || Date.now() - this.#heard > SILENCE) this.open();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
