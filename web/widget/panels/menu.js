// Everything the adviser can do besides answering, on one page.
import { el } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { panelFrame } from "./panel.js";

/** `entries`: `[{icon, title, hint, act}]`. */
export function menuPanel({ back, entries }) {
  const frame = panelFrame("Menu", back);
  frame.body.append(el("ul", { class: "menu" }, entries.map(({ icon: sign, title, hint, act }) =>
    el("li", {}, el("button", { type: "button", on: { click: act } }, [
      icon(sign),
      el("span", { class: "menu-words" }, [el("span", { class: "menu-title", text: title }), el("span", { class: "fine", text: hint })]),
      icon("arrow_right"),
    ])))));
  return frame;
}
