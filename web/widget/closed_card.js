// Shown when a human was asked for, none is there, and the service's own message has not come by.
import { el } from "../shared/dom.js";
import { appointment } from "../shared/format.js";

/** The next opening, and what can be done meanwhile; `onChoice(button)`. */
export function closedCard({ open, next_opening: next, alternatives = [] }, onChoice) {
  const covered = alternatives.some(({ payload }) => payload === "gate:callback");
  const callback = { title: "Être rappelé par un conseiller", payload: "gate:callback" };
  const choices = covered ? alternatives : [callback, ...alternatives];
  return el("div", { class: "card", role: "status" }, [
    el("p", { class: "card-title", text: open ? "Aucun conseiller n’est disponible en ce moment." : "Les conseillers ne sont pas là en ce moment." }),
    next && el("p", { text: `Prochaine ouverture : ${appointment(next)}.` }),
    el("p", { text: "Ce que vous pouvez faire maintenant :" }),
    el("ul", { class: "stack" }, choices.map((button) =>
      el("li", {}, el("button", { type: "button", class: "choice", text: button.title, on: { click: () => onChoice(button) } })))),
  ]);
}
