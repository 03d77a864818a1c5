// The field where the usager writes. It keeps the draft, counts near the limit, and gives back what was refused.
import { el, uniqueId } from "../shared/dom.js";
import { ATTRIBUTS_COURTS, number, profilCourt } from "../shared/format.js";
import { icon } from "../shared/icons.js";

const LIMIT = 4_000;
const NEAR = 3_500;

export class Composer {
  #session;
  #store;
  #announced = "";

  constructor(session, store, { onProfil }) {
    this.#session = session;
    this.#store = store;
    const id = uniqueId("question");
    this.field = el("textarea", { id, rows: 1, "aria-describedby": `${id}-hint`, enterkeyhint: "send", autocomplete: "off" });
    this.counter = el("p", { class: "counter", hidden: true });
    this.spoken = el("p", { class: "sr-only", role: "status" });
    this.error = el("p", { class: "error", role: "alert", id: `${id}-error` });
    this.profil = el("button", { type: "button", class: "quiet profil", on: { click: onProfil } });
    this.root = el("form", { class: "composer", novalidate: true }, [
      el("div", { class: "composer-top" }, [el("label", { for: id, text: "Votre message" }), this.profil]),
      this.error,
      el("div", { class: "composer-row" }, [this.field, el("button", { class: "primary send" }, [icon("send"), el("span", { text: "Envoyer" })])]),
      el("p", { class: "fine hint", id: `${id}-hint`, text: "Entrée pour envoyer, Maj + Entrée pour aller à la ligne." }),
      this.counter,
      this.spoken,
    ]);
    this.root.addEventListener("submit", (event) => this.#submit(event));
    this.field.addEventListener("input", () => this.#edited());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    session.addEventListener("refused", ({ detail }) => this.#giveBack(detail));
    session.addEventListener("profil", () => this.#showProfil());
    session.addEventListener("reset", () => this.#set(""));
    this.#set(store.get("draft", ""));
    this.#showProfil();
  }

  focus() {
    this.field.focus();
  }

  #showProfil() {
    const { profil, attributs } = this.#session;
    const words = [profilCourt(profil), ...attributs.map((name) => ATTRIBUTS_COURTS[name])].filter(Boolean);
    const text = words.length ? `Profil : ${words.join(", ")}` : "Préciser mon profil";
    this.profil.replaceChildren(icon("profil"), el("span", { text }));
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.root.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) {
      this.#fail("Écrivez votre question avant de l’envoyer.");
    } else if (text.length > LIMIT) {
      this.#fail(`Votre message dépasse ${number(LIMIT)} caractères. Raccourcissez-le, ou envoyez-le en deux fois.`);
    } else {
      this.#set("");
      this.#session.say(text);
    }
    this.focus();
  }

  #fail(text) {
    this.error.replaceChildren(...(text ? [icon("warning"), el("span", { text })] : []));
    if (text) {
      this.field.setAttribute("aria-invalid", "true");
      this.field.setAttribute("aria-errormessage", this.error.id);
    } else {
      this.field.removeAttribute("aria-invalid");
      this.field.removeAttribute("aria-errormessage");
    }
  }

  #giveBack({ entry, error }) {
    if (entry.body.text && !this.field.value.trim()) this.#set(entry.body.text);
    this.#fail(error.message);
  }

  #set(text) {
    this.field.value = text;
    this.#edited();
  }

  #edited() {
    const { value } = this.field;
    if (value) this.#store.set("draft", value);
    else this.#store.remove("draft");
    this.#fail("");
    this.#grow();
    this.#count(value.length);
  }

  // Browsers that size a field by its content do it in the style sheet.
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 140)}px`;
  }

  #count(length) {
    const left = LIMIT - length;
    this.counter.hidden = length < NEAR;
    this.counter.classList.toggle("counter--over", left < 0);
    this.counter.textContent = left < 0
      ? `${number(-left)} caractère${left < -1 ? "s" : ""} de trop, sur ${number(LIMIT)}`
      : `Encore ${number(left)} caractère${left > 1 ? "s" : ""} sur ${number(LIMIT)}`;
    // Said at three moments only, not at each key.
    const step = left < 0 ? "over" : left <= 100 ? "close" : left <= LIMIT - NEAR ? "near" : "";
    if (step !== this.#announced) this.spoken.textContent = step ? this.counter.textContent : "";
    this.#announced = step;
  }
}
