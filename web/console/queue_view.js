// The queue: what waits, what is offered to me, what I hold. Waiting times tick without being read aloud.
import { el, hidden } from "../shared/dom.js";
import { elapsed } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { PRIORITIES, PRIORITY_ICONS, isDistress, ownerName, questionOf, reasonOf } from "./labels.js";

const SECTIONS = [
  ["offered", "Proposées à vous", (handoff, mine) => handoff.state === "RESERVED" && (mine || !handoff.owner)],
  ["waiting", "En attente", (handoff) => handoff.state === "QUEUED"],
  ["mine", "Mes conversations", (handoff, mine) => mine && ["HUMAN", "WAITING_USER"].includes(handoff.state)],
  ["callbacks", "À rappeler", (handoff) => handoff.state === "CALLBACK"],
  ["others", "Prises par des collègues", (handoff, mine) => !mine && ["HUMAN", "WAITING_USER", "RESERVED"].includes(handoff.state)],
];

const TAKE = { offered: "Accepter", waiting: "Prendre", callbacks: "Rappeler" };

export class QueueView {
  #desk;
  #acts;
  #lists = {};

  /** `acts`: takeNext(), take(handoff), decline(handoff), open(handoff), canDecline(). */
  constructor(desk, acts) {
    this.#desk = desk;
    this.#acts = acts;
    this.heading = el("h2", { class: "queue__title", tabindex: "-1", text: "File des demandes" });
    this.next = el("button", { type: "button", class: "fr-btn queue__next", text: "Prendre la suivante", on: { click: () => acts.takeNext() } });
    this.empty = el("p", { class: "queue__empty" });
    this.root = el("section", { class: "queue", "aria-label": "File des demandes" }, [
      el("div", { class: "queue__head" }, [this.heading, this.next]),
      this.empty,
      SECTIONS.map(([name, title]) => this.#section(name, title)),
    ]);
    desk.addEventListener("queue", () => this.show());
    desk.addEventListener("opened", () => this.show());
    this.timer = setInterval(() => this.#tick(), 1_000);
    this.show();
  }

  stop() {
    clearInterval(this.timer);
  }

  #section(name, title) {
    const count = el("span", { class: "queue__count" });
    const list = el("ul", { class: "tickets" });
    const root = el("div", { class: `queue__section queue__section--${name}`, hidden: true }, [
      el("h3", { class: "queue__subtitle" }, [title, " ", count]),
      list,
    ]);
    this.#lists[name] = { root, list, count };
    return root;
  }

  show() {
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const { sorted } = this.#desk;
    for (const [name, , belongs] of SECTIONS) {
      const found = sorted.filter((handoff) => belongs(handoff, this.#desk.api.isMine(handoff)));
      const { root, list, count } = this.#lists[name];
      root.hidden = found.length === 0;
      count.replaceChildren(String(found.length));
      list.replaceChildren(...found.map((handoff) => this.#ticket(handoff, name)));
    }
    const waiting = sorted.filter(({ state }) => state === "QUEUED").length;
    this.next.disabled = waiting === 0;
    this.empty.replaceChildren(...(waiting ? [] : [icon("check"), "Personne n’attend pour l’instant."]));
    if (focused) this.#restoreFocus(focused);
    this.#tick();
  }

  // Redrawing must not take the focus from who is going through the list.
  #restoreFocus(key) {
    const same = this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (same ?? this.heading).focus({ preventScroll: true });
  }

  #ticket(handoff, section) {
    const open = this.#desk.selected?.id === handoff.id;
    return el("li", { class: "ticket", "data-priority": handoff.priority, "data-handoff": handoff.id }, [
      el("button", {
        type: "button", class: "ticket__open", "data-key": `open-${handoff.id}`, "aria-current": open ? "true" : null,
        on: { click: () => this.#acts.open(handoff) },
      }, [
        el("span", { class: "ticket__top" }, [this.#priority(handoff), this.#since(handoff)]),
        el("span", { class: "ticket__question", text: questionOf(handoff) }),
        el("span", { class: "ticket__reason", text: this.#detail(handoff, section) }),
        this.#unread(handoff),
      ]),
      this.#buttons(handoff, section),
    ]);
  }

  #priority(handoff) {
    const distress = isDistress(handoff);
    const words = distress ? "Urgente – détresse" : PRIORITIES[handoff.priority] ?? handoff.priority;
    return el("span", { class: "priority" }, [icon(PRIORITY_ICONS[handoff.priority] ?? "inbox"), hidden("Priorité : "), words]);
  }

  #since({ queued_at: since }) {
    return el("span", { class: "ticket__since" }, [
      icon("time"), hidden("attend depuis "), el("time", { datetime: since, "data-since": since }),
    ]);
  }

  #detail(handoff, section) {
    return section === "others" ? `Avec ${ownerName(handoff)}` : reasonOf(handoff);
  }

  #unread({ id }) {
    const count = this.#desk.unread.get(id);
    if (!count) return null;
    return el("span", { class: "ticket__unread", text: count > 1 ? `${count} nouveaux messages` : "1 nouveau message" });
  }

  #buttons(handoff, section) {
    const take = TAKE[section];
    if (!take) return null;
    const about = hidden(` : ${questionOf(handoff)}`);
    return el("div", { class: "ticket__buttons" }, [
      el("button", { type: "button", class: "fr-btn fr-btn--secondary", "data-key": `take-${handoff.id}`, on: { click: () => this.#acts.take(handoff) } }, [take, about]),
      section === "offered" && this.#acts.canDecline() && el("button", {
        type: "button", class: "fr-btn fr-btn--tertiary", "data-key": `decline-${handoff.id}`, on: { click: () => this.#acts.decline(handoff) },
      }, ["Refuser", about.cloneNode(true)]),
    ]);
  }

  #tick() {
    const now = Date.now();
    for (const time of this.root.querySelectorAll("[data-since]")) {
      time.textContent = elapsed((now - Date.parse(time.dataset.since)) / 1_000);
    }
  }
}
