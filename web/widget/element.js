// The widget on the page: opens, closes, keeps the focus where it belongs, and joins the parts together.
import { el, hidden, uniqueId } from "../shared/dom.js";
import { authorName } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { MESSAGE_CSS } from "../shared/message_styles.js";
import { sheet } from "../shared/sheet.js";
import { Client } from "./client.js";
import { closedCard } from "./closed_card.js";
import { Composer } from "./composer.js";
import { satisfactionCard } from "./feedback.js";
import { LogView } from "./log_view.js";
import { callbackPanel } from "./panels/callback.js";
import { dataPanel } from "./panels/data.js";
import { identityPanel } from "./panels/identity.js";
import { menuPanel } from "./panels/menu.js";
import { profilPanel } from "./panels/profil.js";
import { Session } from "./session.js";
import { StatusBar } from "./status_bar.js";
import { Store } from "./storage.js";
import { WIDGET_CSS } from "./styles.js";

const FULL_SCREEN = "(max-width: 36em), (max-height: 34em)";
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
const PANELS = { callback: callbackPanel, data: dataPanel, identity: identityPanel, profil: profilPanel };

class ConseillerVirtuel extends HTMLElement {
  #store;
  #session;
  #root = this.attachShadow({ mode: "open" });
  #opener = null;
  #panel = null;
  #unread = 0;
  #demo = false;
  #screen = matchMedia(FULL_SCREEN);

  /** `base`: the service's address; `langage`; `lanceur: "non"` leaves out the floating button. */
  setUp({ base, langage, lanceur }) {
    const client = new Client(base);
    this.#store = new Store(base);
    this.#session = new Session({ client, store: this.#store, langage });
    this.#root.adoptedStyleSheets = [sheet(WIDGET_CSS + MESSAGE_CSS)];
    this.#build(lanceur !== "non");
    this.#listen();
    if (this.#session.resumable) this.#resume();
  }

  #build(withLauncher) {
    const title = uniqueId("title");
    this.log = new LogView(this.#session, { onButton: (button) => this.#pressed(button) });
    this.composer = new Composer(this.#session, this.#store, { onProfil: () => this.#show("profil") });
    this.status = new StatusBar(this.#session, {
      askForHuman: () => this.#askForHuman(),
      giveUp: () => this.#attempt(() => this.#session.giveUpWaiting()),
      restart: () => this.#restart(),
      focusField: () => this.composer.focus(),
    });
    this.heading = el("h2", { id: title, tabindex: "-1", text: "Conseiller virtuel" });
    this.menu = el("button", { type: "button", on: { click: () => this.#showMenu() } }, [icon("menu"), "Menu"]);
    this.talk = el("div", { class: "talk" }, [this.log.root, this.composer.root]);
    this.said = el("p", { class: "sr-only", role: "status" });
    this.demo = el("p", { class: "demo", hidden: true, text: "Démonstration : personnes et droits fictifs." });
    this.dialog = el("div", { class: "dialog", role: "dialog", "aria-labelledby": title, hidden: true, lang: "fr" }, [
      el("div", { class: "head" }, [
        this.heading,
        this.menu,
        el("button", { type: "button", on: { click: () => this.close() } }, [icon("close"), "Fermer"]),
      ]),
      this.demo, this.status.root, this.talk, this.said,
    ]);
    this.badge = el("span", { class: "badge", hidden: true });
    this.launcher = el("button", { type: "button", class: "launcher", lang: "fr", "aria-haspopup": "dialog", hidden: !withLauncher, on: { click: () => this.open(this.launcher) } }, [
      icon("chat"), el("span", { class: "launcher-text", text: "Poser une question" }), this.badge,
    ]);
    this.#root.append(el("div", { class: "root" }, [
      this.launcher, this.dialog, el("div", { class: "sr-only", role: "status", lang: "fr", id: "outside" }),
    ]));
    this.hasLauncher = withLauncher;
  }

  #listen() {
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#screen.addEventListener("change", () => this.#setModal());
    this.#session.addEventListener("message", ({ detail }) => this.#arrived(detail));
    this.#session.addEventListener("satisfaction", () => this.#askSatisfaction());
    this.#session.addEventListener("state", () => this.#session.state !== "BOT" && this.log.removeExtra("closed"));
    document.addEventListener("click", (event) => this.#pageClick(event));
    document.addEventListener("keydown", (event) => this.#pageKey(event));
  }

  // The focus may go to a part of the page that the dialog covers: Escape uncovers it, and the focus stays there.
  #pageKey(event) {
    if (event.key === "Escape" && !this.dialog.hidden && !event.defaultPrevented) this.close({ focus: false });
  }

  // Any element of the page may open the widget, and may bring a question with it.
  #pageClick(event) {
    const opener = event.target.closest?.("[data-conseiller]");
    if (!opener) return;
    event.preventDefault();
    this.open(opener, opener.dataset.conseillerQuestion);
  }

  async #resume() {
    if (this.#store.get("open")) {
      this.#reveal();
    }
    await this.#start();
  }

  async #start() {
    this.#session.client.demoPersons().then(() => this.#setDemo(true), () => this.#setDemo(false));
    try {
      await this.#session.start();
      this.log.removeExtra("start");
      return true;
    } catch (error) {
      this.log.showExtra("start", el("div", { class: "card", role: "alert" }, [
        el("p", { class: "card-title", text: "Le conseiller virtuel ne répond pas." }),
        el("p", { text: error.message }),
        el("div", { class: "row" }, el("button", { type: "button", class: "primary", on: { click: () => this.#start() } }, [icon("refresh"), "Réessayer"])),
      ]));
      return false;
    }
  }

  #setDemo(demo) {
    this.#demo = demo;
    this.demo.hidden = !demo;
  }

  /** Open; `question`, when given, is sent at once. */
  async open(opener = null, question = "") {
    if (this.dialog.hidden) this.#opener = opener ?? document.activeElement;
    this.#reveal();
    this.#backToTalk({ focus: false });
    if (this.#screen.matches) this.heading.focus();
    else this.composer.focus();
    if ((await this.#start()) && question) this.#session.say(question);
  }

  #reveal() {
    this.dialog.hidden = false;
    this.launcher.hidden = true;
    this.#store.set("open", true);
    this.#setUnread(0);
    this.#setModal();
    this.log.scrollToLast();
  }

  close({ focus = true } = {}) {
    this.dialog.hidden = true;
    this.launcher.hidden = !this.hasLauncher;
    this.#store.remove("open");
    this.#setModal();
    if (!focus) return;
    const target = this.#opener?.isConnected && this.#opener !== document.body ? this.#opener : this.launcher;
    target.focus();
  }

  // Full screen, nothing of the page can be seen: the focus must not go there, nor the reading.
  #setModal() {
    const modal = !this.dialog.hidden && this.#screen.matches;
    if (modal) this.dialog.setAttribute("aria-modal", "true");
    else this.dialog.removeAttribute("aria-modal");
    document.documentElement.style.overflow = modal ? "hidden" : "";
  }

  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.#panel) this.#backToTalk();
      else this.close();
    } else if (event.key === "Tab" && this.dialog.getAttribute("aria-modal")) {
      this.#trap(event);
    }
  }

  #trap(event) {
    const stops = [...this.dialog.querySelectorAll(FOCUSABLE)].filter((node) => node.checkVisibility());
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const at = this.#root.activeElement;
    if (event.shiftKey && (at === first || at === this.heading)) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && at === last) {
      event.preventDefault();
      first.focus();
    }
  }

  #arrived(message) {
    if (message.author === "usager") return;
    const news = `Nouveau message : ${authorName(message)}`;
    if (this.dialog.hidden) {
      this.#setUnread(this.#unread + 1);
      this.#root.getElementById("outside").textContent = news;
    } else if (this.#panel) {
      this.#say(news);
    }
  }

  #setUnread(count) {
    this.#unread = count;
    this.badge.hidden = count === 0;
    this.badge.replaceChildren(String(count), hidden(count > 1 ? " nouveaux messages" : " nouveau message"));
  }

  #say(text) {
    this.said.textContent = text;
  }

  #pressed({ payload, title }) {
    const local = { "gate:identity": "identity", "gate:callback": "callback" }[payload];
    if (local) {
      this.#show(local);
      return;
    }
    // By keyboard, the answer would scroll the button out of sight with the focus on it. By finger, the field
    // would bring up the on-screen keyboard, over the answer.
    if (this.#root.activeElement?.matches(":focus-visible")) this.composer.focus();
    this.#session.press({ payload, title });
  }

  async #attempt(act) {
    try {
      await act();
    } catch (error) {
      this.log.showExtra("problem", el("p", { class: "error", role: "alert" }, [icon("warning"), el("span", { text: error.message })]));
      setTimeout(() => this.log.removeExtra("problem"), 15_000);
    }
  }

  #askForHuman() {
    this.#backToTalk();
    return this.#attempt(async () => {
      const { answer, told } = await this.#session.askForHuman();
      if (answer.state === "BOT" && !told) this.log.showExtra("closed", closedCard(answer, (button) => this.#alternative(button)));
    });
  }

  #alternative(button) {
    this.log.removeExtra("closed");
    this.composer.focus();
    this.#pressed(button);
  }

  #askSatisfaction() {
    this.log.showExtra("satisfaction", satisfactionCard(this.#session, {
      onDone: (thank) => {
        this.log.removeExtra("satisfaction");
        if (thank) this.#say("Merci pour votre avis.");
        this.composer.focus();
      },
    }));
  }

  #showMenu() {
    const { state } = this.#session;
    const show = (name) => () => this.#show(name);
    const entries = [
      { icon: "profil", title: "Qui suis-je ?", hint: "Mon profil, ma situation, le langage simple", act: show("profil") },
      this.#demo && { icon: "lock", title: "Consulter mes droits", hint: "Démonstration, avec une personne fictive", act: show("identity") },
      state === "BOT" && { icon: "human", title: "Parler à un conseiller", hint: "Une personne vous répond, aux heures d’ouverture", act: () => this.#askForHuman() },
      (state === "BOT" || state === "QUEUED") && { icon: "phone", title: "Être rappelé", hint: "Choisir un jour et une heure", act: show("callback") },
      { icon: "download", title: "Mes données", hint: "Les télécharger, les effacer, refuser leur relecture", act: show("data") },
    ];
    this.#open(menuPanel({ back: () => this.#backToTalk(), entries: entries.filter(Boolean) }));
  }

  #show(name) {
    this.#open(PANELS[name]({
      session: this.#session,
      back: () => this.#backToTalk(),
      say: (text) => this.#say(text),
      erased: () => this.#restart("Votre conversation est effacée. En voici une nouvelle, vide."),
    }));
  }

  #open(panel) {
    this.#panel?.root.remove();
    this.#panel = panel;
    this.talk.hidden = true;
    this.talk.after(panel.root);
    panel.focus();
  }

  #backToTalk({ focus = true } = {}) {
    if (!this.#panel) return;
    this.#panel.root.remove();
    this.#panel = null;
    this.talk.hidden = false;
    this.log.scrollToLast();
    if (focus) this.composer.focus();
  }

  async #restart(words = "Nouvelle conversation.") {
    this.#session.forget();
    this.#backToTalk();
    await this.#start();
    this.#say(words);
    this.composer.focus();
  }
}

/** Define the element and put it at the end of the page. */
export function install(options) {
  if (!customElements.get("conseiller-virtuel")) customElements.define("conseiller-virtuel", ConseillerVirtuel);
  const element = document.createElement("conseiller-virtuel");
  element.setUp(options);
  document.body.append(element);
  return element;
}
