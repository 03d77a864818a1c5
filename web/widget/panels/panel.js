// The frame of every panel: a title that takes the focus, a way back, and one place for what went wrong.
import { el, uniqueId } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";

/** `{root, body, fail(text), focus()}`; `onBack` returns to the conversation. */
export function panelFrame(title, onBack) {
  const id = uniqueId("panel");
  const heading = el("h3", { id, tabindex: "-1", text: title });
  const body = el("div", { class: "panel-body" });
  const error = el("div", { class: "error", role: "alert" });
  const root = el("section", { class: "panel", "aria-labelledby": id }, [
    el("button", { type: "button", class: "quiet back", on: { click: onBack } }, [icon("back"), "Retour à la conversation"]),
    heading,
    body,
    error,
  ]);
  const fail = (text) => error.replaceChildren(...(text ? [icon("warning"), el("span", { text })] : []));
  return { root, body, fail, focus: () => heading.focus() };
}

/** A form that says it is busy, shows the service's own sentence on failure, and calls `done` on success. */
export function panelForm(frame, children, { submit, send, done }) {
  const button = el("button", { class: "primary", text: submit });
  const form = el("form", { novalidate: true }, [children, el("div", { class: "row" }, button)]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    frame.fail("");
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await send(new FormData(form));
      if (answer !== undefined) done(answer);
    } catch (error) {
      frame.fail(error.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  return form;
}

/** A radio button or a check box with its label, large enough for a finger. */
export function option(type, name, value, label, { checked = false, hint = "" } = {}) {
  return el("label", { class: "option" }, [
    el("input", { type, name, value, checked }),
    el("span", {}, [label, hint ? el("span", { class: "fine block", text: hint }) : null]),
  ]);
}
