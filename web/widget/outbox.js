// Messages on their way: sent one at a time, in order, each under one key, until the service has acknowledged them.
// They survive a lost network and a reload of the page; one that is refused is given back, never dropped.
import { idempotencyKey } from "../shared/http.js";

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 8_000;

export class Outbox {
  #options;
  #queue;
  #busy = false;
  #wake = null;
  #recorded = null;
  #delay = FIRST_DELAY;

  /** `store`; `post(body, key)`; `onChange()`, `onAnswer(answer)`, `onRefused(entry, error)`, `onLink(ok)`. */
  constructor(options) {
    this.#options = options;
    this.#queue = options.store.get("outbox", []);
  }

  /** What is not recorded yet, as far as the page knows. */
  get entries() {
    return this.#queue.filter(({ key }) => key !== this.#recorded);
  }

  /** The message on its way was seen in the conversation, before its answer came: it is no longer pending. */
  seen() {
    if (this.#busy) this.#recorded = this.#queue[0]?.key ?? null;
  }

  get busy() {
    return this.#busy;
  }

  /** Take a message; `label` is what the usager sees of it until it is recorded. */
  add(body, label) {
    this.#queue.push({ key: idempotencyKey(), body, label, at: new Date().toISOString() });
    this.#save();
    this.run();
  }

  clear() {
    this.#queue = [];
    this.#save();
    this.#wake?.();
  }

  retryNow() {
    this.#delay = FIRST_DELAY;
    this.#wake?.();
  }

  async run() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length) await this.#sendFirst();
    this.#busy = false;
    this.#options.onChange();
  }

  async #sendFirst() {
    const entry = this.#queue[0];
    this.#options.onChange();
    try {
      const answer = await this.#options.post(entry.body, entry.key);
      this.#delay = FIRST_DELAY;
      this.#forget(entry);
      this.#options.onLink(true);
      this.#options.onAnswer(answer);
    } catch (error) {
      if (error.temporary) {
        this.#options.onLink(error.status !== 0, error);
        await this.#pause(error.retryAfter);
        return;
      }
      this.#forget(entry);
      this.#options.onRefused(entry, error);
    }
  }

  #forget(entry) {
    this.#queue = this.#queue.filter(({ key }) => key !== entry.key);
    this.#save();
  }

  async #pause(seconds) {
    await new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, seconds ? seconds * 1_000 : this.#delay);
    });
    this.#wake = null;
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  #save() {
    if (this.#queue.length) this.#options.store.set("outbox", this.#queue);
    else this.#options.store.remove("outbox");
    this.#options.onChange();
  }
}
