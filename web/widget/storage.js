// What the page keeps until the tab is closed: the conversation's key, an unsent message, the messages on their way.
// Session storage, never local storage: many people use a shared computer.

export class Store {
  #prefix;
  #memory = new Map();

  constructor(scope) {
    this.#prefix = `conseiller-virtuel:${scope}:`;
  }

  get(name, fallback = null) {
    try {
      const text = sessionStorage.getItem(this.#prefix + name);
      return text === null ? fallback : JSON.parse(text);
    } catch {
      return this.#memory.get(name) ?? fallback;
    }
  }

  set(name, value) {
    this.#memory.set(name, value);
    try {
      sessionStorage.setItem(this.#prefix + name, JSON.stringify(value));
    } catch {
      // Storage refused (private browsing, full): the memory copy lasts as long as the page.
    }
  }

  remove(...names) {
    for (const name of names) {
      this.#memory.delete(name);
      try {
        sessionStorage.removeItem(this.#prefix + name);
      } catch {
        // Same as above: nothing was kept there.
      }
    }
  }
}
