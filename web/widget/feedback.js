// "Was it useful?" under an answer, and how it went after a human: two ways to tell us.
import { el, uniqueId } from "../shared/dom.js";
import { idempotencyKey } from "../shared/http.js";
import { icon } from "../shared/icons.js";

// One sending at a time: its buttons say that they are busy, and keep the focus. The same opinion, sent again because
// its answer was lost, keeps its key; another, or a new choice, has its own. Answers true when its words were a cry.
function sender(session) {
  let last = null;
  return async (feedback, buttons) => {
    const body = JSON.stringify(feedback);
    if (last?.body !== body) last = { body, key: idempotencyKey(), known: session.messages.size };
    for (const button of buttons) button.setAttribute("aria-disabled", "true");
    try {
      await session.giveFeedback(feedback, last.key);
      const heard = session.distressSince(last.known);
      last = null;
      return heard;
    } finally {
      for (const button of buttons) button.removeAttribute("aria-disabled");
    }
  };
}

const isBusy = (button) => button.hasAttribute("aria-disabled");

/** Two buttons under an answer; what was chosen is said in words. */
export function feedbackView(session, message) {
  const said = el("span", { class: "fine", role: "status" });
  const group = el("div", { class: "feedback", role: "group", "aria-label": "Cette réponse vous a-t-elle été utile ?", "aria-live": "off" });
  const button = (helpful, text, sign) =>
    el("button", { type: "button", class: "quiet", "aria-pressed": "false", on: { click: (event) => choose(event.currentTarget, helpful) } }, [icon(sign), text]);

  const send = sender(session);

  async function choose(pressed, helpful) {
    if (isBusy(pressed)) return;
    const both = group.querySelectorAll("button");
    try {
      await send({ message_id: message.id, helpful }, both);
      for (const other of both) other.setAttribute("aria-pressed", String(other === pressed));
      said.textContent = "Merci, c’est noté.";
    } catch (error) {
      said.textContent = error.message;
    }
  }
  group.append(button(true, "Utile", "up"), button(false, "Pas utile", "down"), said);
  return group;
}

const RATINGS = [[5, "Très satisfait"], [4, "Satisfait"], [3, "Ni l’un ni l’autre"], [2, "Pas satisfait"], [1, "Pas du tout satisfait"]];

/**
 * The card shown after a human: a rating in words, a comment if one wishes.
 * `onDone(thank)`: thanks are not due for "later", nor for a cry, which the conversation has answered.
 */
export function satisfactionCard(session, { onDone }) {
  const name = uniqueId("rating");
  const comment = uniqueId("comment");
  const error = el("p", { class: "error", role: "alert" });
  const button = el("button", { class: "primary", text: "Envoyer mon avis" });
  const send = sender(session);
  const form = el("form", { class: "card", novalidate: true }, [
    el("fieldset", {}, [
      el("legend", { text: "Votre échange avec le conseiller vous a-t-il satisfait ?" }),
      RATINGS.map(([value, text]) => el("label", { class: "option" }, [el("input", { type: "radio", name, value }), el("span", { text })])),
    ]),
    el("label", { for: comment, text: "Un mot de plus (facultatif)" }),
    el("textarea", { id: comment, rows: 2, maxlength: 1000 }),
    error,
    el("div", { class: "row" }, [
      button,
      el("button", { type: "button", class: "secondary", text: "Plus tard", on: { click: () => onDone(false) } }),
    ]),
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy(button)) return;
    const rating = Number(form.querySelector(`input[name="${name}"]:checked`)?.value);
    if (!rating) {
      error.textContent = "Choisissez une des cinq réponses.";
      return;
    }
    const text = form.querySelector("textarea").value.trim();
    try {
      const heard = await send({ rating, ...(text ? { comment: text } : {}) }, [button]);
      onDone(!heard);
    } catch (problem) {
      error.textContent = problem.message;
    }
  });
  return form;
}
