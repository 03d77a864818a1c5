// The open conversation: what was said, who holds it, what can be done with it.
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { messageView } from "../shared/message_view.js";
import { briefingView } from "./briefing_view.js";
import { askOutcome, askReleaseNote } from "./dialogs.js";
import { STATES, endingOf, isDistress, ownerName, questionOf } from "./labels.js";
import { ReplyForm } from "./reply_form.js";

const HELD = new Set(["HUMAN", "WAITING_USER"]);
const WAITING = new Set(["QUEUED", "RESERVED", "CALLBACK"]);
const LIVE = new Set([...HELD, ...WAITING]);

export class ConversationView {
  #desk;
  #acts;
  #list = null;
  #typingTimer = 0;

  /** `acts`: take(handoff), step(name, more), canStep(name), refresh(). */
  constructor(desk, acts) {
    this.#desk = desk;
    this.#acts = acts;
    this.reply = new ReplyForm(desk);
    this.typing = el("p", { class: "typing", role: "status" });
    this.briefing = el("div", { class: "desk__briefing" });
    this.talk = el("div", { class: "desk__talk" });
    desk.addEventListener("opened", () => this.#open());
    desk.addEventListener("selected", () => this.#showState());
    desk.addEventListener("message", ({ detail }) => this.#add(detail));
    desk.addEventListener("typing", ({ detail }) => this.#showTyping(detail));
    this.#open();
  }

  get #mine() {
    return HELD.has(this.#desk.selected.state) && this.#desk.api.isMine(this.#desk.selected);
  }

  #open() {
    const { selected } = this.#desk;
    this.briefing.replaceChildren(...(selected ? [briefingView(selected)] : []));
    this.talk.replaceChildren(...(selected ? this.#content(selected) : [this.#invitation()]));
    if (!selected) return;
    this.reply.load();
    this.#showState();
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.heading.focus();
  }

  #invitation() {
    return el("div", { class: "invitation" }, [icon("chat"), el("p", { text: "Ouvrez une demande de la file pour lire la fiche et la conversation." })]);
  }

  #content(selected) {
    this.heading = el("h2", { class: "talk__title", tabindex: "-1", text: questionOf(selected) });
    this.state = el("p", { class: "talk__state", role: "status" });
    this.actions = el("div", { class: "talk__actions" });
    this.#list = el("ol", { class: "messages" }, this.#desk.timeline.map((message) => this.#item(message)));
    this.log = el("div", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "Messages de la conversation" }, this.#list);
    this.scroll = el("div", { class: "talk__scroll", tabindex: "0", role: "region", "aria-label": "Conversation" }, [this.log, this.typing]);
    this.foot = el("div", { class: "talk__foot" });
    return [
      el("div", { class: "talk__head" }, [
        isDistress(selected) && el("p", { class: "distress-flag" }, [icon("alarm"), el("span", { text: "Détresse repérée" })]),
        this.heading, this.state, this.actions,
      ]),
      this.scroll,
      this.foot,
    ];
  }

  async #readAgain() {
    await this.#acts.refresh();
    this.#list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  #item(message) {
    return messageView(message, { usager: "Usager" });
  }

  #add(message) {
    const end = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 80;
    this.#list.append(this.#item(message));
    this.#showTyping({ on: false });
    if (end || message.author !== "usager") this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  #showTyping({ conversation_id: conversation, on = true, author = "usager" }) {
    clearTimeout(this.#typingTimer);
    const here = on && author === "usager" && conversation === this.#desk.selected?.conversation_id;
    this.typing.textContent = here ? "L’usager écrit…" : "";
    if (here) this.#typingTimer = setTimeout(() => (this.typing.textContent = ""), 6_000);
  }

  #words(selected) {
    if (selected.erased) return "L’usager a effacé cette conversation.";
    if (this.#mine) return selected.state === "WAITING_USER" ? "À vous – vous attendez la réponse de l’usager" : "À vous – l’usager vous lit";
    if (!LIVE.has(selected.state) && endingOf(selected)) return endingOf(selected);
    const owner = ownerName(selected);
    return `${STATES[selected.state] ?? selected.state}${owner && HELD.has(selected.state) ? ` avec ${owner}` : ""}`;
  }

  // Drawn again at each change, except the field in which somebody may be writing.
  #showState() {
    const { selected } = this.#desk;
    const words = this.#words(selected);
    if (this.state.textContent !== words) this.state.textContent = words;
    const focused = this.actions.contains(document.activeElement);
    this.actions.replaceChildren(...this.#buttons());
    if (focused) this.heading.focus({ preventScroll: true });
    const foot = this.#mine ? this.reply.root : this.#closing(selected);
    if (this.foot.firstChild !== foot) {
      const hadFocus = this.foot.contains(document.activeElement);
      this.foot.replaceChildren(foot);
      if (hadFocus) this.heading.focus({ preventScroll: true });
    }
  }

  #closing(selected) {
    const words = WAITING.has(selected.state) ? "Prenez la demande pour répondre." : "Vous ne pouvez pas écrire dans cette conversation.";
    return el("p", { class: "talk__closed" }, [icon("info"), el("span", { text: words })]);
  }

  #button(text, sign, act, kind = "secondary") {
    return el("button", { type: "button", class: `fr-btn fr-btn--${kind}`, on: { click: act } }, [icon(sign), text]);
  }

  #buttons() {
    const { selected } = this.#desk;
    if (WAITING.has(selected.state)) {
      return [this.#button(selected.state === "CALLBACK" ? "Rappeler" : "Prendre la demande", "human", () => this.#acts.take(selected), "primary")];
    }
    if (!LIVE.has(selected.state) && !selected.erased) {
      return [this.#button("Relire la conversation", "refresh", () => this.#readAgain(), "tertiary")];
    }
    if (!this.#mine) return [];
    const step = (name, more) => this.#acts.step(name, more);
    return [
      this.#button("Rendre à l’assistant", "handback", () => step("handback")),
      this.#button("Clôturer", "check", async () => {
        const answer = await askOutcome();
        if (answer) step("close", answer);
      }),
      this.#acts.canStep("wait") && selected.state === "HUMAN" && this.#button("Attendre l’usager", "time", () => step("wait"), "tertiary"),
      this.#button("Remettre en file", "refresh", async () => {
        const answer = await askReleaseNote();
        if (answer) step("release", answer.note ? { note: answer.note } : {});
      }, "tertiary"),
    ].filter(Boolean);
  }
}

