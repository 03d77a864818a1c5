// The conversation as it is read and heard: a log that says each new message once, with its author.
import { el, hidden } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { messageView } from "../shared/message_view.js";
import { feedbackView } from "./feedback.js";

// Messages that come within this time are one answer.
const TOGETHER = 1_500;

export class LogView {
  #session;
  #onButton;
  #list = el("ol", { class: "messages" });
  #pending = el("ol", { class: "messages messages--pending", "aria-label": "Messages en cours d’envoi" });
  #typing = el("p", { class: "typing", role: "status" });
  #extras = el("div", { class: "extras" });
  #burst = null;

  constructor(session, { onButton }) {
    this.#session = session;
    this.#onButton = onButton;
    this.log = el("div", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "Conversation" }, this.#list);
    this.root = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Messages" }, [
      this.log, this.#pending, this.#typing, this.#extras,
    ]);
    session.addEventListener("history", ({ detail }) => this.#showHistory(detail));
    session.addEventListener("message", ({ detail }) => this.#show(detail));
    session.addEventListener("outbox", () => this.#showPending());
    session.addEventListener("typing", () => this.#showTyping());
    session.addEventListener("state", () => this.#showTyping());
    session.addEventListener("reset", () => this.#reset());
  }

  /** Put a card (satisfaction, closed service…) after the messages; one of each kind at a time. */
  showExtra(kind, card) {
    this.removeExtra(kind);
    card.dataset.extra = kind;
    this.#extras.append(card);
    const last = this.#list.lastElementChild;
    // The last message stays in sight above the card, when there is room for its beginning.
    this.root.scrollTop = last ? Math.min(last.offsetTop - 8, this.root.scrollHeight) : this.root.scrollHeight;
  }

  removeExtra(kind) {
    this.#extras.querySelector(`[data-extra="${kind}"]`)?.remove();
  }

  scrollToEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }

  /** Show the last message from its beginning: who comes back reads it, not its last buttons. */
  scrollToLast() {
    const last = this.#list.lastElementChild;
    if (last) this.root.scrollTop = last.offsetTop - 8;
  }

  // What was already said is shown in silence: only what is new is announced.
  #showHistory(messages) {
    this.log.setAttribute("aria-live", "off");
    for (const message of messages) this.#insert(message);
    this.scrollToLast();
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  #show(message) {
    const item = this.#insert(message);
    this.#showPending();
    this.#showTyping();
    if (message.author === "usager") {
      this.#burst = null;
      this.scrollToEnd();
    } else {
      this.#reveal(item, message.author);
    }
  }

  // A long answer is read from its beginning, and so are several that come together (emergency numbers
  // first, then who has been alerted): what came first stays in sight. A person's words are never left below.
  #reveal(item, author) {
    const now = performance.now();
    if (!this.#burst || author === "conseiller" || now - this.#burst.at > TOGETHER) this.#burst = { first: item, at: now };
    const top = this.#burst.first.offsetTop - 8;
    const end = item.offsetTop + item.offsetHeight + 16 - this.root.clientHeight;
    this.root.scrollTop = Math.min(top, end);
  }

  #insert(message) {
    const item = messageView(message, { onButton: this.#onButton });
    const seq = message.seq ?? Number.MAX_SAFE_INTEGER;
    item.dataset.seq = seq;
    const next = [...this.#list.children].reverse().find((other) => Number(other.dataset.seq) <= seq);
    if (next) next.after(item);
    else this.#list.prepend(item);
    if (message.author === "system") this.#withdrawOffers(item);
    if (message.author === "assistant" && message.sujet && message.sujet !== "salutation") this.#askFeedback(item, message);
    return item;
  }

  // What the service offered (give up waiting…) holds until it speaks again: an old button would mislead.
  #withdrawOffers(item) {
    const speaksLater = (other) => Number(other.dataset.seq) > Number(item.dataset.seq);
    const all = [...this.#list.querySelectorAll('[data-author="system"]')];
    const outdated = all.some(speaksLater) ? [item] : all.filter((other) => other !== item);
    for (const choices of outdated.flatMap((each) => [...each.querySelectorAll(".choices")])) {
      if (choices.contains(this.root.getRootNode().activeElement)) this.root.focus();
      choices.remove();
    }
  }

  // Added later and silent, so that the log does not read the feedback buttons after each answer.
  #askFeedback(item, message) {
    const silent = this.log.getAttribute("aria-live") === "off";
    setTimeout(() => {
      const atEnd = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 8;
      item.append(feedbackView(this.#session, message));
      const reading = item.contains(this.root.getRootNode().activeElement);
      if (atEnd && !reading) this.scrollToEnd();
    }, silent ? 0 : 300);
  }

  #showPending() {
    const { entries } = this.#session.outbox;
    const waiting = this.#session.connected ? "Envoi en cours…" : "Gardé ici, partira au retour de la connexion";
    this.#pending.replaceChildren(...entries.map(({ label }) =>
      el("li", { class: "message message--usager message--pending" }, [
        el("div", { class: "who" }, [el("span", { class: "author" }, [icon("user"), "Vous"]), el("span", { class: "when", text: waiting })]),
        el("div", { class: "said" }, el("p", { text: label })),
      ])));
    this.#pending.hidden = entries.length === 0;
    if (entries.length) {
      // Who writes again has moved on: no card stays between them and the answer.
      this.#extras.replaceChildren();
      this.scrollToEnd();
    }
    this.#showTyping();
  }

  #who() {
    const { typing, awaiting, outbox, connected, state } = this.#session;
    if (typing?.author === "conseiller") return `${typing.author_name ?? this.#session.human ?? "Le conseiller"} écrit`;
    const thinking = connected && state === "BOT" && (awaiting || outbox.busy);
    return typing || thinking ? "L’assistant automatique prépare sa réponse" : "";
  }

  #showTyping() {
    const who = this.#who();
    if ((this.#typing.dataset.who ?? "") === who) return;
    this.#typing.dataset.who = who;
    this.#typing.replaceChildren(...(who
      ? [el("span", { text: who }), el("span", { class: "dots", "aria-hidden": "true" }, [el("i"), el("i"), el("i")]), hidden("…")]
      : []));
    if (who) this.scrollToEnd();
  }

  #reset() {
    this.#list.replaceChildren();
    this.#pending.replaceChildren();
    this.#extras.replaceChildren();
    this.#showTyping();
  }
}
