// Where the conseiller writes: to the usager, or a note that only colleagues read. What is not sent is kept.
import { el } from "../shared/dom.js";
import { idempotencyKey } from "../shared/http.js";

const TYPING_EVERY = 3_000;
const MODES = {
  reply: { label: "Votre réponse à l’usager", send: "Envoyer", choice: "Réponse à l’usager" },
  note: { label: "Votre note interne, que l’usager ne voit jamais", send: "Ajouter la note", choice: "Note interne" },
};

export class ReplyForm {
  #desk;
  #mode = "reply";
  #typedAt = 0;
  #attempt = null;

  constructor(desk) {
    this.#desk = desk;
    this.label = el("label", { for: "reply" });
    this.field = el("textarea", { id: "reply", rows: 3, class: "fr-input", maxlength: 4000, "aria-describedby": "reply-hint" });
    this.error = el("p", { class: "reply__error", role: "alert" });
    this.send = el("button", { class: "fr-btn" });
    this.root = el("form", { class: "reply", novalidate: true }, [
      el("fieldset", { class: "segments" }, [
        el("legend", { class: "sr-only", text: "Ce que j’écris" }),
        Object.entries(MODES).map(([mode, { choice }]) =>
          el("label", {}, [
            el("input", { type: "radio", name: "mode", value: mode, checked: mode === "reply" }),
            choice,
          ])),
      ]),
      this.label, this.field, this.error,
      el("div", { class: "reply__row" }, [el("p", { class: "fine", id: "reply-hint", text: "Ctrl + Entrée pour envoyer." }), this.send]),
    ]);
    this.root.addEventListener("change", ({ target }) => target.name === "mode" && this.#setMode(target.value));
    this.root.addEventListener("submit", (event) => this.#submit(event));
    this.field.addEventListener("input", () => this.#edited());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.root.requestSubmit();
      }
    });
    this.#setMode("reply");
  }

  get #draftKey() {
    return `conseiller:brouillon:${this.#desk.selected?.id}`;
  }

  /** Take up the draft of the conversation that was just opened. */
  load() {
    this.field.value = sessionStorage.getItem(this.#draftKey) ?? "";
    this.error.textContent = "";
    this.#attempt = null;
  }

  focus() {
    this.field.focus();
  }

  #setMode(mode) {
    this.#mode = mode;
    this.root.dataset.mode = mode;
    this.root.querySelector(`[value="${mode}"]`).checked = true;
    this.label.textContent = MODES[mode].label;
    this.send.textContent = MODES[mode].send;
    this.error.textContent = "";
  }

  #edited() {
    if (this.field.value) sessionStorage.setItem(this.#draftKey, this.field.value);
    else sessionStorage.removeItem(this.#draftKey);
    if (this.#mode !== "reply" || !this.field.value || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#desk.api.typing(this.#desk.selected.id).catch(() => null);
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) {
      this.error.textContent = "Écrivez quelque chose avant d’envoyer.";
      this.focus();
      return;
    }
    if (this.send.getAttribute("aria-disabled")) return;
    // The same text sent again bears the same key: it is recorded once, even if the first answer was lost.
    if (this.#attempt?.text !== text) this.#attempt = { text, key: idempotencyKey() };
    const draft = this.#draftKey;
    this.send.setAttribute("aria-disabled", "true");
    try {
      await (this.#mode === "note" ? this.#desk.note(text) : this.#desk.reply(text, this.#attempt.key));
      this.#attempt = null;
      sessionStorage.removeItem(draft);
      this.field.value = "";
      this.#setMode("reply");
    } catch (error) {
      this.error.textContent = `${error.message} Votre texte est gardé.`;
    } finally {
      this.send.removeAttribute("aria-disabled");
      this.focus();
    }
  }
}
