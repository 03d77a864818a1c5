// The console: signs in, then joins the queue, the open conversation and the alerts together.
import { el } from "../shared/dom.js";
import { items } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { MESSAGE_CSS } from "../shared/message_styles.js";
import { sheet } from "../shared/sheet.js";
import { Alerts } from "./alerts.js";
import { ConsoleApi } from "./api.js";
import { ConversationView } from "./conversation_view.js";
import { Desk } from "./desk.js";
import { learnSujets, ownerName } from "./labels.js";
import { QueueView } from "./queue_view.js";
import { signInView } from "./sign_in.js";
import { forgetPresence, toolsView } from "./tools.js";

const place = (id) => document.getElementById(id);

class Console {
  #api = new ConsoleApi();
  #alerts = new Alerts({ polite: place("annonce"), assertive: place("alerte") });
  #desk = null;
  #queue = null;
  #steps = new Set();

  start() {
    if (this.#api.session) this.#enter();
    else this.#askToSignIn();
  }

  #askToSignIn(reason) {
    place("outils").replaceChildren();
    place("ligne").replaceChildren();
    place("contenu").replaceChildren(signInView({ api: this.#api, reason, onDone: () => this.#enter() }));
    place("login").focus();
  }

  async #enter() {
    this.#desk = new Desk(this.#api);
    this.#follow();
    try {
      await this.#desk.start();
    } catch (error) {
      this.#desk.stop();
      if (error.status === 401 || error.status === 403) this.#api.forget();
      this.#askToSignIn(error.status === 401 ? "Votre session est terminée : connectez-vous de nouveau." : error.message);
      return;
    }
    const tools = toolsView({ api: this.#api, alerts: this.#alerts, onError: (error) => this.#fail(error), onSignOut: () => this.#leave() });
    place("outils").replaceChildren(tools.root);
    tools.arrive();
    this.#draw();
    this.#learn();
  }

  async #leave(reason) {
    this.#queue?.stop();
    this.#desk.stop();
    forgetPresence();
    if (reason) this.#api.forget();
    else {
      await this.#api.setPresence("offline").catch(() => null);
      await this.#api.signOut();
    }
    this.#askToSignIn(reason);
  }

  // Comforts: without them the console works, with identifiers instead of titles.
  #learn() {
    this.#api.sujets().then((body) => learnSujets(items(body)), () => null);
    this.#api.steps().then((steps) => {
      this.#steps = steps;
      this.#queue.show();
    }, () => null);
  }

  #follow() {
    const desk = this.#desk;
    desk.addEventListener("gone", () => this.#leave("Votre session est terminée : connectez-vous de nouveau."));
    desk.addEventListener("link", () => this.#showLink());
    desk.addEventListener("alert", ({ detail }) => this.#alerts.request(detail));
    desk.addEventListener("unread", () => this.#alerts.message());
    desk.addEventListener("opened", () => this.#layout());
  }

  #draw() {
    const take = (handoff) => this.#attempt(() => this.#take(handoff));
    this.#queue = new QueueView(this.#desk, {
      take,
      takeNext: () => take(null),
      open: ({ id }) => this.#attempt(() => this.#desk.open(id)),
      decline: (handoff) => this.#attempt(() => this.#api.step(handoff, "decline")),
      canDecline: () => this.#steps.has("decline"),
    });
    const talk = new ConversationView(this.#desk, {
      take,
      step: (name, more) => this.#attempt(() => this.#desk.step(name, more)),
      canStep: (name) => this.#steps.has(name),
      refresh: () => this.#attempt(() => this.#desk.refresh()),
    });
    const back = el("button", { type: "button", class: "tool desk__back", on: { click: () => this.#back() } }, [icon("back"), "Retour à la file"]);
    this.error = el("div", { class: "desk__error", role: "alert" });
    this.root = el("div", { class: "desk" }, [this.error, this.#queue.root, back, talk.briefing, talk.talk]);
    place("contenu").replaceChildren(this.root);
    this.talk = talk;
    this.#layout();
    this.#queue.heading.focus({ preventScroll: true });
  }

  #layout() {
    this.root?.classList.toggle("desk--open", Boolean(this.#desk.selected));
  }

  #back() {
    this.#desk.close();
    this.#queue.heading.focus();
  }

  async #take(handoff) {
    this.#alerts.acknowledge();
    const taken = await this.#desk.take(handoff);
    if (taken) this.talk.reply.focus();
    else this.#alerts.say("Personne n’attend pour l’instant.");
  }

  async #attempt(act) {
    this.error.replaceChildren();
    try {
      await act();
    } catch (error) {
      if (error.status === 401) this.#leave("Votre session est terminée : connectez-vous de nouveau.");
      else this.#fail(error);
    }
  }

  #fail(error) {
    const owner = error.status === 409 ? ownerName(error.problem) : "";
    const words = owner ? `${owner} a déjà pris cette demande.` : error.message;
    this.error?.replaceChildren(el("div", { class: "desk__problem" }, [
      icon("warning"),
      el("p", { text: words }),
      el("button", { type: "button", class: "tool", on: { click: () => this.error.replaceChildren() } }, [icon("close"), "Fermer"]),
    ]));
  }

  #showLink() {
    const words = this.#desk.connected ? "" : "Connexion perdue : la file n’est plus à jour. Nouvel essai automatique.";
    place("ligne").replaceChildren(...(words ? [icon("offline"), words] : []));
  }
}

document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet(MESSAGE_CSS)];
new Console().start();
