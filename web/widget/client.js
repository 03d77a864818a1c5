// The usager's side of the API contract, call by call. It keeps the token and nothing else.
import { call } from "../shared/http.js";

export class Client {
  #base;
  #id = null;
  #token = null;

  constructor(base) {
    this.#base = new URL("api/v1/", base);
  }

  use(id, token) {
    this.#id = id;
    this.#token = token;
  }

  get headers() {
    return this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
  }

  get eventsUrl() {
    return this.#url(`conversations/${this.#id}/events`);
  }

  #url(path) {
    return new URL(path, this.#base).href;
  }

  #mine(path, options = {}) {
    return call(this.#url(`conversations/${this.#id}${path}`), {
      ...options,
      credentials: "omit",
      headers: { ...this.headers, ...options.headers },
    });
  }

  #common(path) {
    return call(this.#url(path), { credentials: "omit" });
  }

  create(langage, reutilisation) {
    return call(this.#url("conversations"), {
      method: "POST",
      credentials: "omit",
      body: { canal: "web", reutilisation, ...(langage ? { langage } : {}) },
    });
  }

  read() {
    return this.#mine("");
  }

  send(body, key) {
    return this.#mine("/messages", { method: "POST", body, headers: { "Idempotency-Key": key } });
  }

  setProfil(choice) {
    return this.#mine("/profil", { method: "PUT", body: choice });
  }

  setReutilisation(reutilisation) {
    return this.#mine("/reutilisation", { method: "PUT", body: { reutilisation } });
  }

  askForHuman(reason) {
    return this.#mine("/handoff", { method: "POST", body: reason ? { reason } : {} });
  }

  giveUpWaiting() {
    return this.#mine("/handoff", { method: "DELETE" });
  }

  bookCallback(request) {
    return this.#mine("/callback", { method: "POST", body: request });
  }

  giveFeedback(feedback, key) {
    return this.#mine("/feedback", { method: "POST", body: feedback, headers: { "Idempotency-Key": key } });
  }

  identifyAs(person) {
    return this.#mine("/demo-identity", { method: "POST", body: { person } });
  }

  exportData() {
    return this.#mine("/export");
  }

  erase() {
    return this.#mine("", { method: "DELETE" });
  }

  callbackSlots() {
    return this.#common("callback-slots");
  }

  demoPersons() {
    return this.#common("demo/persons?limit=100");
  }
}
