// Where the reader is in the list, and where what is new takes them.

const TOGETHER = 8000;

/** Follows the end of `log`, unless its reader went elsewhere; `latest` is the button that leads back. */
export class Reading {
  #following = true;
  #expected = 0;
  #first = null;
  #came = 0;

  constructor(log, latest) {
    this.log = log;
    this.latest = latest;
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    log.addEventListener("grown", () => this.follow());
    latest.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.follow()).observe(log);
  }

  get #left() {
    return this.log.scrollHeight - this.log.clientHeight - this.log.scrollTop;
  }

  /** Goes to the end, but never so far that the beginning of what just came is out of sight. */
  follow() {
    if (this.#following) {
      const top = this.#first?.isConnected ? this.#first.offsetTop - 16 : Infinity;
      this.log.scrollTop = Math.min(this.log.scrollTop + this.#left, top);
      this.#expected = this.log.scrollTop;
    }
    this.latest.hidden = this.#left < 160;
  }

  /** An entry was added: what comes within seconds of another is read together with it. */
  arrived(element, mine) {
    const now = Date.now();
    if (mine || !this.#first?.isConnected || now - this.#came > TOGETHER) this.#first = element;
    this.#came = now;
    this.#following ||= mine;
    this.follow();
  }

  /** An element stands in the place of another. */
  replaced(old, element) {
    if (this.#first === old) this.#first = element;
  }

  toEnd() {
    this.#following = true;
    this.#first = null;
    this.follow();
    this.log.focus({ preventScroll: true });
  }

  #scrolled() {
    if (Math.abs(this.log.scrollTop - this.#expected) > 4) {
      this.#following = this.#left < 48;
      if (this.#following) this.#first = null;
    }
    this.latest.hidden = this.#left < 160;
  }
}
