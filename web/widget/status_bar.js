// The strip that says who answers now, where one stands in the queue, and whether the line is cut.
import { el } from "../shared/dom.js";
import { rank, waitRange } from "../shared/format.js";
import { icon } from "../shared/icons.js";

const QUEUE = new Set(["QUEUED", "RESERVED"]);

export class StatusBar {
  #session;
  #actions;

  /** `actions`: askForHuman(), giveUp(), restart(). */
  constructor(session, actions) {
    this.#session = session;
    this.#actions = actions;
    this.text = el("p", { class: "status-text", role: "status" });
    this.action = el("div", { class: "status-action" });
    this.link = el("p", { class: "offline", role: "status" });
    this.root = el("div", { class: "status" }, [el("div", { class: "status-line" }, [this.text, this.action]), this.link]);
    session.addEventListener("state", () => this.#show());
    session.addEventListener("message", ({ detail }) => detail.author === "conseiller" && this.#show());
    session.addEventListener("link", ({ detail }) => this.#showLink(detail));
    session.addEventListener("ended", () => this.#showEnd());
    session.addEventListener("reset", () => this.#show());
    this.#show();
  }

  #wait() {
    const { position, wait } = this.#session;
    return [position ? rank(position) : "", wait ? `attente ${waitRange(wait)}` : ""].filter(Boolean).join(", ");
  }

  #words() {
    const { state, human } = this.#session;
    if (QUEUE.has(state)) {
      const wait = this.#wait();
      return ["time", `Un conseiller va vous répondre${wait ? `\u00a0: ${wait}` : ""}.`];
    }
    if (state === "HUMAN") return ["human", `Vous parlez avec ${human ? `${human}, conseiller` : "un conseiller"}.`];
    if (state === "WAITING_USER") return ["human", `${human ?? "Le conseiller"} attend votre réponse.`];
    if (state === "CALLBACK") return ["phone", "Votre rappel est noté : un conseiller vous contactera."];
    if (state === "CLOSED") return ["done", "Cette conversation est terminée. Écrivez pour en reprendre une."];
    return ["assistant", "Un assistant automatique vous répond."];
  }

  #button(text, sign, click) {
    return el("button", { type: "button", class: "secondary small", on: { click } }, [icon(sign), text]);
  }

  #offer() {
    const { state } = this.#session;
    if (QUEUE.has(state)) return this.#button("Ne plus attendre", "close", () => this.#actions.giveUp());
    if (state === "BOT") return this.#button("Parler à un conseiller", "human", () => this.#actions.askForHuman());
    return null;
  }

  #show() {
    const [sign, words] = this.#words();
    if (this.text.textContent !== words) this.text.replaceChildren(icon(sign), el("span", { text: words }));
    this.root.dataset.state = this.#session.state;
    const offer = this.#offer();
    // The button in focus is not replaced by its twin: focus would be lost.
    if (this.action.textContent !== (offer?.textContent ?? "")) {
      const focused = this.action.contains(this.root.getRootNode().activeElement);
      this.action.replaceChildren(...(offer ? [offer] : []));
      if (focused) this.#actions.focusField();
    }
  }

  #showLink(error) {
    const { connected } = this.#session;
    const words = !connected
      ? "Vous êtes hors connexion. Ce que vous écrivez est gardé et partira dès le retour de la connexion."
      : error ? `${error.message} Nouvel essai automatique.` : "";
    this.link.replaceChildren(...(words ? [icon(connected ? "warning" : "offline"), el("span", { text: words })] : []));
  }

  #showEnd() {
    this.text.replaceChildren(icon("info"), el("span", { text: "Cette conversation n’existe plus, ou sa durée est dépassée." }));
    this.action.replaceChildren(this.#button("Nouvelle conversation", "refresh", () => this.#actions.restart()));
  }
}
