// The conseiller's side of the API contract. The session is a cookie that scripts cannot read;
// only the CSRF token, which is worth nothing alone, and the name are kept, until the tab is closed.
import { call, idempotencyKey } from "../shared/http.js";

const KEPT = "conseiller:session";
const API = "/api/v1/";

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

export class ConsoleApi {
  session = kept();

  eventsUrl = `${API}conseillers/events`;

  #call(path, { body, method = body === undefined ? "GET" : "POST", headers = {} } = {}) {
    const csrf = method === "GET" ? {} : { "X-CSRF-Token": this.session?.csrf ?? "" };
    return call(API + path, { method, body, credentials: "same-origin", headers: { ...csrf, ...headers } });
  }

  async signIn(login, password) {
    const { name, role, csrf, id } = await this.#call("sessions", { body: { login, password } });
    this.session = { name, role, csrf, id, login };
    sessionStorage.setItem(KEPT, JSON.stringify(this.session));
    return this.session;
  }

  /** Forget the session here, and close it on the server when it still answers. */
  async signOut() {
    await this.#call("sessions/current", { method: "DELETE" }).catch(() => null);
    this.forget();
  }

  forget() {
    this.session = null;
    sessionStorage.removeItem(KEPT);
  }

  /** True when this handoff's owner is the one signed in here. */
  isMine({ owner }) {
    if (!owner || !this.session) return false;
    const { id, login, name } = this.session;
    if (typeof owner === "string") return [id, login, name].includes(owner);
    return id ? owner.id === id : owner.name === name;
  }

  setPresence(status) {
    return this.#call("conseillers/me/presence", { method: "PUT", body: { status } });
  }

  queue() {
    return this.#call("handoffs?limit=200");
  }

  read(id) {
    return this.#call(`handoffs/${id}`);
  }

  claimNext() {
    return this.#call("handoffs/claim", { body: {} });
  }

  /** One of the transitions: accept, decline, release, close, transfer, handback, wait. */
  step(handoff, name, more = {}) {
    return this.#call(`handoffs/${handoff.id}/${name}`, { body: { version: handoff.version, ...more } });
  }

  reply(id, text, key = idempotencyKey()) {
    return this.#call(`handoffs/${id}/messages`, { body: { text }, headers: { "Idempotency-Key": key } });
  }

  note(id, text) {
    return this.#call(`handoffs/${id}/notes`, { body: { text } });
  }

  typing(id) {
    return this.#call(`handoffs/${id}/typing`, { body: {} });
  }

  /** The oldest sentences to review (reviewers only), and how many remain. */
  toReview(limit) {
    return this.#call(`relectures?limit=${limit}`);
  }

  /** `decision`: `{sujet}` or `{ecarte: true}`. */
  review(id, decision) {
    return this.#call(`relectures/${id}`, { body: decision });
  }

  sujets() {
    return this.#call("sujets?limit=200");
  }

  /** The transitions that this service offers: what is not built yet is absent from its description. */
  async steps() {
    const description = await call("/openapi.json");
    const found = Object.keys(description?.paths ?? {}).map((path) => /^\/api\/v1\/handoffs\/\{[^}]+\}\/([a-z]+)$/.exec(path)?.[1]);
    return new Set(found.filter(Boolean));
  }
}
