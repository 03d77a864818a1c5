// The reviewers' page: signs in, then shows one masked sentence after the other and records what each meant.
import { ConsoleApi } from "../console/api.js";
import { signInView } from "../console/sign_in.js";
import { el } from "../shared/dom.js";
import { items } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { sentenceView } from "./sentence_view.js";

const PAGE = 20;
const SIGN_IN_AGAIN = "Votre session est terminée : connectez-vous de nouveau.";
const GONE = new Set([404, 409]);

const place = (id) => document.getElementById(id);

class Review {
  #api = new ConsoleApi();
  #sujets = [];
  #waiting = [];
  #remaining = 0;
  #busy = false;

  start() {
    if (this.#api.session) this.#enter();
    else this.#askToSignIn();
  }

  #askToSignIn(reason) {
    place("outils").replaceChildren();
    place("contenu").replaceChildren(signInView({ api: this.#api, reason, onDone: () => this.#enter() }));
    place("login").focus();
  }

  async #enter() {
    try {
      [this.#sujets] = await Promise.all([this.#learnSujets(), this.#load()]);
    } catch (error) {
      this.#stop(error);
      return;
    }
    place("outils").replaceChildren(
      el("p", { class: "me" }, [icon("user"), el("span", { text: `${this.#api.session.name} (${this.#api.session.role})` })]),
      el("button", { type: "button", class: "tool", on: { click: () => this.#leave() } }, [icon("logout"), "Me déconnecter"]),
    );
    this.#show();
  }

  async #learnSujets() {
    const found = items(await this.#api.sujets()).map(({ id, title }) => ({ id, title }));
    return found.sort((a, b) => a.title.localeCompare(b.title, "fr"));
  }

  async #load() {
    const page = await this.#api.toReview(PAGE);
    this.#waiting = items(page);
    this.#remaining = page.remaining;
  }

  async #leave() {
    await this.#api.signOut();
    this.#askToSignIn();
  }

  // Another's account, or a session that ended: nothing of this page may be shown.
  #stop(error) {
    if (error.status === 401 || error.status === 403) this.#api.forget();
    this.#askToSignIn(error.status === 401 ? SIGN_IN_AGAIN : error.message);
  }

  #show() {
    const [sentence] = this.#waiting;
    this.error = el("div", { role: "alert" });
    const view = sentence
      ? sentenceView({ sentence, remaining: this.#remaining, sujets: this.#sujets, decide: (decision) => this.#decide(sentence, decision) })
      : this.#nothingLeft();
    place("contenu").replaceChildren(el("div", { class: "review" }, [this.error, view.root]));
    view.heading.focus();
  }

  #nothingLeft() {
    const heading = el("h2", { class: "fr-h3", tabindex: "-1", text: "Tout est relu" });
    const again = el("button", { type: "button", class: "fr-btn fr-btn--secondary", on: { click: () => this.#enter() } }, [icon("refresh"), "Chercher d’autres messages"]);
    return { heading, root: el("section", {}, [heading, el("p", { text: "Aucun message n’attend de relecture." }), again]) };
  }

  async #decide(sentence, { sujet, title }) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const done = await this.#api.review(sentence.id, sujet ? { sujet } : { ecarte: true });
      place("annonce").textContent = done.ecarte ? "Message écarté et effacé." : `Noté : ${title}.`;
      await this.#next();
    } catch (error) {
      await this.#failed(error);
    } finally {
      this.#busy = false;
    }
  }

  async #next() {
    this.#waiting.shift();
    this.#remaining -= 1;
    if (!this.#waiting.length) await this.#load();
    this.#show();
  }

  async #failed(error) {
    if (error.status === 401 || error.status === 403) {
      this.#stop(error);
    } else if (GONE.has(error.status)) {
      // Reviewed by somebody else, or taken back by the person: there is nothing left to decide.
      place("annonce").textContent = "Ce message n’est plus à relire : en voici un autre.";
      await this.#next();
    } else {
      this.error.replaceChildren(el("div", { class: "fr-alert fr-alert--error fr-alert--sm fr-mb-2w" }, el("p", { text: error.message })));
    }
  }
}

new Review().start();
