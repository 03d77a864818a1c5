// One conversation as the page knows it: its state, its messages (each once), its link to the service.
// It draws nothing: views listen to its events (message, state, link, typing, outbox, refused, satisfaction, ended).
import { EventStream } from "../shared/sse.js";
import { items } from "../shared/format.js";
import { Outbox } from "./outbox.js";

const WITH_A_HUMAN = new Set(["HUMAN", "WAITING_USER"]);
const GONE = new Set([401, 403, 404, 410]);
const TYPING_LASTS = 8_000;

export class Session extends EventTarget {
  #store;
  #stream = null;
  #typingTimer = 0;
  #starting = null;

  constructor({ client, store, langage }) {
    super();
    this.client = client;
    this.#store = store;
    this.langage = langage === "simple" ? "simple" : "standard";
    this.outbox = new Outbox({
      store,
      // Someone who types fast asks before the conversation is open: the question waits for it.
      post: async (body, key) => {
        await this.start();
        return client.send(body, key);
      },
      onChange: () => this.#emit("outbox"),
      onAnswer: (answer) => this.#answered(answer),
      onRefused: (entry, error) => this.#refused(entry, error),
      onLink: (ok, error) => this.#setLink(ok, error),
    });
    this.#clear();
    addEventListener("online", () => this.outbox.retryNow());
    addEventListener("offline", () => this.#setLink(false));
  }

  #clear() {
    Object.assign(this, {
      id: null, state: "BOT", position: null, wait: null, human: null, profil: null, attributs: [],
      identity: this.#store.get("identity"), messages: new Map(), connected: true, awaiting: false, typing: null,
    });
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** True when this tab already has a conversation to come back to. */
  get resumable() {
    return Boolean(this.#store.get("conversation"));
  }

  get started() {
    return this.id !== null;
  }

  /** Resume this tab's conversation, or open one. Raises Unreachable or ApiError. */
  start() {
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start() {
    if (this.started) return;
    const kept = this.#store.get("conversation");
    if (kept) {
      this.client.use(kept.id, kept.token);
      try {
        this.#adopt(await this.client.read());
        return;
      } catch (error) {
        if (!GONE.has(error.status)) throw error;
        this.forget();
      }
    }
    const opened = await this.client.create(this.langage, this.reutilisation);
    this.#store.set("conversation", { id: opened.id, token: opened.token });
    this.client.use(opened.id, opened.token);
    this.#adopt(opened);
  }

  #adopt(conversation) {
    this.id = conversation.id;
    this.profil = conversation.profil ?? null;
    this.attributs = conversation.attributs ?? [];
    this.langage = conversation.langage ?? this.langage;
    const messages = items(conversation.messages);
    this.#emit("history", messages.filter((message) => this.#isNew(message)));
    this.human = this.#holder(messages);
    this.#setState(conversation, { quiet: true });
    this.#emit("profil");
    this.#follow(Math.max(0, ...messages.map(({ seq }) => seq ?? 0)));
    this.outbox.run();
  }

  // Each conseiller is announced by the service: a name that comes before the announcement is another's.
  #holder(messages) {
    const last = messages.findLast(({ author }) => author === "conseiller" || author === "system");
    return last?.author_name ?? null;
  }

  #follow(lastSeq) {
    this.#stream = new EventStream({
      url: this.client.eventsUrl,
      lastId: lastSeq ? String(lastSeq) : "",
      headers: () => this.client.headers,
      onEvent: (name, data) => this.#received(name, data),
      onLink: (ok) => this.#setLink(ok),
      onGone: () => this.#ended(),
    });
    this.#stream.start();
  }

  #received(name, data) {
    if (name === "message") this.#add(data);
    else if (name === "state" || name === "position") this.#setState(data);
    else if (name === "typing") this.#setTyping(data);
  }

  #isNew(message) {
    if (this.messages.has(message.id)) return false;
    this.messages.set(message.id, message);
    if (message.author === "conseiller" && message.author_name) this.human = message.author_name;
    return true;
  }

  #add(message) {
    if (!this.#isNew(message)) return;
    if (message.author === "usager") {
      this.outbox.seen();
    } else {
      this.awaiting = false;
      this.#setTyping(null);
    }
    this.#emit("message", message);
  }

  #answered({ message, replies, state }) {
    this.awaiting = state === "BOT" && !replies?.length;
    if (message) this.#add(message);
    for (const reply of replies ?? []) this.#add(reply);
    if (state) this.#setState({ state });
    this.#emit("outbox");
    if (replies?.length) this.#learnProfil();
  }

  // "Je suis agent public", said or pressed, changes the profile: what the page shows must follow.
  async #learnProfil() {
    const now = await this.client.read().catch(() => null);
    if (!now || (now.profil === this.profil && String(now.attributs) === String(this.attributs))) return;
    this.profil = now.profil ?? null;
    this.attributs = now.attributs ?? [];
    this.#emit("profil");
  }

  #refused(entry, error) {
    this.awaiting = false;
    if (error.status === 401 || error.status === 404) this.#ended();
    this.#emit("refused", { entry, error });
  }

  #setState(news, { quiet = false } = {}) {
    const before = this.state;
    this.state = news.state ?? this.state;
    if (this.state !== before) this.position = this.wait = null;
    if (!quiet && WITH_A_HUMAN.has(this.state) && !WITH_A_HUMAN.has(before)) this.human = null;
    if ("position" in news) this.position = news.position;
    if ("wait_minutes" in news) this.wait = news.wait_minutes;
    this.human = news.author_name ?? news.conseiller ?? this.human;
    if (this.state !== "BOT") this.awaiting = false;
    this.#emit("state", { before, quiet });
    if (WITH_A_HUMAN.has(before) && !WITH_A_HUMAN.has(this.state) && this.state !== "QUEUED" && !quiet) {
      this.#emit("satisfaction");
    }
  }

  #setTyping(data) {
    clearTimeout(this.#typingTimer);
    this.typing = data?.on ? data : null;
    if (this.typing) this.#typingTimer = setTimeout(() => this.#setTyping(null), TYPING_LASTS);
    this.#emit("typing");
  }

  #setLink(ok, error) {
    const connected = ok && navigator.onLine !== false;
    if (connected && !this.connected) this.outbox.retryNow();
    this.connected = connected;
    this.#emit("link", error);
  }

  #ended() {
    this.#stream?.stop();
    this.#emit("ended");
  }

  /** Send what the usager wrote. */
  say(text) {
    this.#dispatch({ text }, text);
  }

  /** Send a button's payload; the recorded text will be its title. */
  press({ payload, title }) {
    this.#dispatch({ payload }, title);
  }

  #dispatch(body, label) {
    this.awaiting = this.state === "BOT";
    this.outbox.add(body, label);
  }

  async setProfil(choice) {
    const saved = (await this.client.setProfil(choice)) ?? choice;
    this.profil = saved.profil ?? choice.profil;
    this.attributs = saved.attributs ?? choice.attributs;
    this.langage = saved.langage ?? choice.langage;
    this.#emit("profil");
  }

  /** False once refused in this tab: a conversation opened after it is not reused either. */
  get reutilisation() {
    return this.#store.get("reutilisation", true);
  }

  async setReutilisation(accepted) {
    await this.client.setReutilisation(accepted);
    this.#store.set("reutilisation", accepted);
  }

  async identifyAs(person) {
    await this.client.identifyAs(person.id);
    this.identity = person;
    this.#store.set("identity", person);
    await this.#refresh();
    this.#emit("profil");
  }

  // What an act made the service say is shown at once, even while the event stream is down.
  async #refresh() {
    const now = await this.client.read().catch(() => null);
    if (!now) return;
    this.profil = now.profil ?? this.profil;
    this.attributs = now.attributs ?? this.attributs;
    for (const message of items(now.messages)) this.#add(message);
    this.#setState(now);
  }

  /** Ask for a human: `{answer, told}`, `told` when the service has said it all in a message. */
  async askForHuman() {
    const before = this.messages.size;
    const answer = await this.client.askForHuman();
    this.#setState(answer);
    await this.#refresh();
    return { answer, told: this.messages.size > before };
  }

  async giveUpWaiting() {
    const answer = await this.client.giveUpWaiting();
    this.#setState({ state: answer?.state ?? "BOT" });
    await this.#refresh();
  }

  async bookCallback(request) {
    const answer = await this.client.bookCallback(request);
    this.#setState({ state: answer?.state ?? "CALLBACK" });
    await this.#refresh();
  }

  /** Give an opinion, once a key; when its words are a cry, the conversation answers. */
  async giveFeedback(feedback, key) {
    await this.client.giveFeedback(feedback, key);
    await this.#refresh();
  }

  /** True when the emergency numbers were given after the first `known` messages. */
  distressSince(known) {
    return [...this.messages.values()].slice(known).some(({ sujet }) => sujet === "detresse");
  }

  async erase() {
    await this.client.erase();
    this.forget();
  }

  /** Drop everything this tab keeps; the service is not told. */
  forget() {
    this.#stream?.stop();
    this.#store.remove("conversation", "identity", "draft", "outbox", "rated");
    this.outbox.clear();
    this.client.use(null, null);
    this.#clear();
    this.#emit("reset");
  }
}
