// Questions asked before an act that the usager will feel: closing, putting back in the queue, transferring.
import { el, uniqueId } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { OUTCOMES } from "./labels.js";

/** Ask in a native dialog (focus is trapped, then given back); answers the form's data, or null. */
function ask({ title, content, confirm }) {
  const id = uniqueId("dialog");
  const dialog = el("dialog", { class: "ask", "aria-labelledby": id }, el("form", { method: "dialog" }, [
    el("h2", { id, class: "fr-h5", text: title }),
    content,
    el("div", { class: "ask__buttons" }, [
      el("button", { class: "fr-btn", value: "yes", text: confirm }),
      el("button", { class: "fr-btn fr-btn--secondary", value: "no", formnovalidate: true, text: "Annuler" }),
    ]),
  ]));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(dialog.querySelector("form"))) : null);
      dialog.remove();
    });
  });
}

function textarea(name, label) {
  const id = uniqueId(name);
  return el("div", { class: "fr-input-group" }, [
    el("label", { class: "fr-label", for: id, text: label }),
    el("textarea", { class: "fr-input", id, name, rows: 3, maxlength: 2000 }),
  ]);
}

export function askOutcome() {
  return ask({
    title: "Clôturer la conversation",
    confirm: "Clôturer",
    content: el("fieldset", { class: "ask__choices" }, [
      el("legend", { text: "Comment se termine-t-elle ?" }),
      Object.entries(OUTCOMES).map(([value, text], index) =>
        el("label", {}, [el("input", { type: "radio", name: "outcome", value, checked: index === 0 }), el("span", { text })])),
    ]),
  });
}

export function askReleaseNote() {
  return ask({
    title: "Remettre dans la file",
    confirm: "Remettre dans la file",
    content: [
      el("p", { class: "ask__words" }, [icon("info"), el("span", { text: "L’usager garde sa place, et un collègue lira votre note." })]),
      textarea("note", "Note pour le collègue (facultative)"),
    ],
  });
}
