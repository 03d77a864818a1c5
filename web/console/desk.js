// What the console knows: the queue, the conversation that is open, what is unread. It draws nothing.
import { items } from "../shared/format.js";
import { EventStream } from "../shared/sse.js";

const LIVE = new Set(["QUEUED", "RESERVED", "HUMAN", "WAITING_USER", "CALLBACK"]);
const RANK = { urgence: 0, haute: 1, normale: 2 };

export class Desk extends EventTarget {
  handoffs = new Map();
  selected = null;
  messages = [];
  notes = [];
  unread = new Map();
  connected = true;
  #stream = null;
  #fresh = null;

  constructor(api) {
    super();
    this.api = api;
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Read the queue once, then follow it. Raises Unreachable or ApiError. */
  async start() {
    for (const handoff of items(await this.api.queue())) this.#put(handoff);
    this.#emit("queue");
    this.#stream = new EventStream({
      url: this.api.eventsUrl,
      credentials: "same-origin",
      onEvent: (name, data) => this.#received(name, data),
      onLink: (ok) => this.#linked(ok),
      onGone: () => this.#emit("gone"),
    });
    this.#stream.start();
  }

  stop() {
    this.#stream?.stop();
    this.handoffs.clear();
    this.unread.clear();
    this.selected = null;
  }

  #linked(ok) {
    this.#fresh = ok ? new Set() : null;
    const back = ok && !this.connected;
    this.connected = ok;
    this.#emit("link");
    if (back) this.refresh().catch(() => null);
  }

  #received(name, data) {
    if (name === "handoff") this.#changed(data);
    else if (name === "ready") this.#forgetStale();
    else if (name === "message") this.#said(data);
    else if (name === "typing") this.#emit("typing", data);
    else if (name === "alert") {
      this.#changed(data.handoff);
      this.#emit("alert", data);
    }
  }

  // After a reconnection the service lists what is live: the rest ended while the line was cut.
  #forgetStale() {
    if (!this.#fresh) return;
    for (const id of this.handoffs.keys()) if (!this.#fresh.has(id)) this.handoffs.delete(id);
    this.#fresh = null;
    this.#emit("queue");
  }

  #put(handoff) {
    this.#fresh?.add(handoff.id);
    const known = this.handoffs.get(handoff.id);
    if (known && handoff.version < known.version) return;
    if (LIVE.has(handoff.state)) this.handoffs.set(handoff.id, handoff);
    else this.handoffs.delete(handoff.id);
  }

  #changed(handoff) {
    this.#put(handoff);
    if (this.selected?.id === handoff.id && !(handoff.version < this.selected.version)) {
      this.selected = { ...this.selected, owner: undefined, ...handoff };
      this.#emit("selected");
    }
    this.#emit("queue");
  }

  #said({ conversation_id: conversation, message }) {
    if (this.selected?.conversation_id === conversation) {
      if (this.#add(message)) this.#emit("message", message);
    } else if (message.author === "usager") {
      const handoff = [...this.handoffs.values()].find((each) => each.conversation_id === conversation && this.api.isMine(each));
      if (!handoff) return;
      this.unread.set(handoff.id, (this.unread.get(handoff.id) ?? 0) + 1);
      this.#emit("unread", handoff);
      this.#emit("queue");
    }
  }

  #add(message) {
    if (this.messages.some(({ id }) => id === message.id)) return false;
    this.messages.push(message);
    return true;
  }

  /** Messages and notes in the order in which they were written. */
  get timeline() {
    const notes = this.notes.map((note) => ({ ...note, id: note.id ?? note.created_at, author: "note" }));
    return [...this.messages, ...notes].sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  }

  /** Live handoffs by priority, then age. */
  get sorted() {
    return [...this.handoffs.values()].sort((a, b) =>
      (RANK[a.priority] ?? 2) - (RANK[b.priority] ?? 2) || Date.parse(a.queued_at) - Date.parse(b.queued_at));
  }

  async open(id) {
    const { messages, notes, ...handoff } = await this.api.read(id);
    this.selected = handoff;
    this.messages = items(messages);
    this.notes = items(notes);
    this.unread.delete(id);
    this.#put(handoff);
    this.#emit("opened");
    this.#emit("queue");
  }

  /** Read again the open conversation: what is said once it is no longer held here comes by no event. Raises. */
  async refresh() {
    if (!this.selected) return;
    const { id } = this.selected;
    const { messages, notes, ...handoff } = await this.api.read(id);
    if (this.selected?.id !== id) return;
    this.notes = items(notes);
    for (const message of items(messages)) if (this.#add(message)) this.#emit("message", message);
    this.#changed(handoff);
  }

  close() {
    this.selected = null;
    this.#emit("opened");
    this.#emit("queue");
  }

  /** Take this one, or the next of the queue; answers it, or null when the queue is empty. */
  async take(handoff = null) {
    const taken = handoff ? await this.api.step(handoff, "accept") : await this.api.claimNext();
    if (!taken) return null;
    this.#changed(taken);
    await this.open(taken.id);
    return taken;
  }

  async step(name, more) {
    this.#changed(await this.api.step(this.selected, name, more));
    await this.refresh().catch(() => null);
  }

  async reply(text, key) {
    const message = await this.api.reply(this.selected.id, text, key);
    if (this.#add(message)) this.#emit("message", message);
  }

  async note(text) {
    const note = await this.api.note(this.selected.id, text);
    this.notes.push(note);
    this.#emit("message", { ...note, id: note.id ?? note.created_at, author: "note" });
  }
}
