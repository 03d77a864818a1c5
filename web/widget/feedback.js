// "Was it useful?" under an answer, and how it went after a human: two ways to tell us.
import { el, uniqueId } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

/** Two buttons under an answer; what was chosen is said in words. */
export function feedbackView(session, message) {
  const said = el("span", { class: "fine", role: "status" });
  const group = el("div", { class: "feedback", role: "group", "aria-label": "Cette réponse vous a-t-elle été utile ?", "aria-live": "off" });
  const button = (helpful, text, sign) =>
    el("button", { type: "button", class: "quiet", "aria-pressed": "false", on: { click: (event) => choose(event.currentTarget, helpful) } }, [icon(sign), text]);

  async function choose(pressed, helpful) {
    try {
      await session.client.giveFeedback({ message_id: message.id, helpful });
      for (const other of group.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === pressed));
      said.textContent = "Merci, c’est noté.";
    } catch (error) {
      said.textContent = error.message;
    }
  }
  group.append(button(true, "Utile", "up"), button(false, "Pas utile", "down"), said);
  return group;
}

const RATINGS = [[5, "Très satisfait"], [4, "Satisfait"], [3, "Ni l’un ni l’autre"], [2, "Pas satisfait"], [1, "Pas du tout satisfait"]];

/** The card shown after a human: a rating in words, a comment if one wishes. */
export function satisfactionCard(session, { onDone }) {
  const name = uniqueId("rating");
  const comment = uniqueId("comment");
  const error = el("p", { class: "error", role: "alert" });
  const form = el("form", { class: "card", novalidate: true }, [
    el("fieldset", {}, [
      el("legend", { text: "Votre échange avec le conseiller vous a-t-il satisfait ?" }),
      RATINGS.map(([value, text]) => el("label", { class: "option" }, [el("input", { type: "radio", name, value }), el("span", { text })])),
    ]),
    el("label", { for: comment, text: "Un mot de plus (facultatif)" }),
    el("textarea", { id: comment, rows: 2, maxlength: 1000 }),
    error,
    el("div", { class: "row" }, [
      el("button", { class: "primary", text: "Envoyer mon avis" }),
      el("button", { type: "button", class: "secondary", text: "Plus tard", on: { click: () => onDone(false) } }),
    ]),
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rating = Number(form.querySelector(`input[name="${name}"]:checked`)?.value);
    if (!rating) {
      error.textContent = "Choisissez une des cinq réponses.";
      return;
    }
    const text = form.querySelector("textarea").value.trim();
    try {
      await session.client.giveFeedback({ rating, ...(text ? { comment: text } : {}) });
      onDone(true);
    } catch (problem) {
      error.textContent = problem.message;
    }
  });
  return form;
}
