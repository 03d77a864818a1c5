// Reads server-sent events with fetch, so that a bearer header can be sent, and reconnects by itself.
// It resumes after the last `id:` received; it gives up only when the server says that there is nothing to follow.

const FIRST_DELAY = 1_000;
// A conversation is live: nobody should look at a dead line for long once the service is back.
const LONGEST_DELAY = 8_000;
const SILENCE = 60_000;
const GONE = new Set([401, 403, 404, 410]);

/** Cut a stream of text into events `{event, data, id}`; comments (heartbeats) answer null. */
export class EventParser {
  #rest = "";
  #fields = { event: "message", data: [] };

  *push(chunk) {
    this.#rest += chunk;
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        const { event, data, id } = this.#fields;
        this.#fields = { event: "message", data: [] };
        if (data.length) yield { event, data: data.join("\n"), id };
      } else if (!line.startsWith(":")) {
        this.#field(line);
      }
    }
  }

  #field(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#fields.data.push(value);
    else if (name === "event") this.#fields.event = value;
    else if (name === "id") this.#fields.id = value;
  }
}

export class EventStream {
  #options;
  #controller = null;
  #delay = FIRST_DELAY;
  #wake = null;
  #running = false;

  /** `onEvent(name, data)`, `onLink(connected)`, `onGone(status)`; `headers()` is asked at each connection. */
  constructor(options) {
    this.#options = options;
    this.lastId = options.lastId ?? "";
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", this.#retryNow);
    addEventListener("offline", this.#cut);
    this.#loop();
  }

  stop() {
    this.#running = false;
    removeEventListener("online", this.#retryNow);
    removeEventListener("offline", this.#cut);
    this.#controller?.abort();
    this.#wake?.();
  }

  #retryNow = () => {
    this.#delay = FIRST_DELAY;
    this.#wake?.();
  };

  // The browser knows before the connection does.
  #cut = () => this.#controller?.abort();

  async #loop() {
    while (this.#running) {
      try {
        const status = await this.#follow();
        if (GONE.has(status)) {
          this.stop();
          this.#options.onGone?.(status);
          return;
        }
      } catch {
        // The network failed, or the server stopped: both are answered by trying again.
      }
      if (!this.#running) return;
      this.#options.onLink?.(false);
      await this.#pause();
    }
  }

  async #pause() {
    const jitter = 0.75 + Math.random() / 2;
    await new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, this.#delay * jitter);
    });
    this.#wake = null;
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  async #follow() {
    this.#controller = new AbortController();
    const headers = { Accept: "text/event-stream", ...this.#options.headers?.() };
    if (this.lastId) headers["Last-Event-ID"] = this.lastId;
    const response = await fetch(this.#options.url, {
      headers,
      cache: "no-store",
      credentials: this.#options.credentials ?? "omit",
      signal: this.#controller.signal,
    });
    if (!response.ok) return response.status;
    this.#delay = FIRST_DELAY;
    this.#options.onLink?.(true);
    await this.#read(response.body.getReader());
    return 0;
  }

  async #read(reader) {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    // A connection that died without a word is only noticed by its silence; servers send heartbeats.
    let heartbeat = false;
    let timer = 0;
    try {
      for (;;) {
        clearTimeout(timer);
        if (heartbeat) timer = setTimeout(() => this.#controller.abort(), SILENCE);
        const { done, value } = await reader.read();
        if (done) return;
        const text = decoder.decode(value, { stream: true });
        heartbeat ||= /(^|\n):/.test(text);
        for (const event of parser.push(text)) this.#deliver(event);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #deliver({ event, data, id }) {
    if (id) this.lastId = id;
    let body;
    try {
      body = JSON.parse(data);
    } catch {
      return;
    }
    this.#options.onEvent(event, body);
  }
}
