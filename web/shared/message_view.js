// Draws one message: who speaks, when, what, from which sources. Shared by the widget and the console.
import { el, hidden, outsideLink } from "./dom.js";
import { authorName, day, moment, typography } from "./format.js";
import { icon } from "./icons.js";
import { simulationView } from "./simulation_view.js";

const ICONS = { usager: "user", assistant: "assistant", conseiller: "human", system: "info", note: "note" };
const BULLET = /^\s*(?:[-•*–]|\d+[.)])\s+/;
// Politeness has no source to check.
const SMALL_TALK = new Set(["salutation", "remerciement", "au_revoir"]);
const NUMBERED = /^\s*\d+[.)]\s+/;

// "Ouvrir mon compte (organisme) : https://…" is the act that an answer leads to: its words become the link.
const ACT = /^(.*\S)\s*:\s+(https:\/\/\S+)$/;
const ADDRESS = /(https:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

function withLinks(line) {
  const act = ACT.exec(line);
  if (act) return outsideLink(act[1], act[2], icon("external"));
  return line.split(ADDRESS).map((part, index) => (index % 2 ? outsideLink(part, part, icon("external")) : part));
}

// Each passage in another language tells which: a screen reader changes its voice there, and Arabic its direction.
function inTheirLanguages(text, [passage, ...others], said = (piece) => piece) {
  if (!passage) return said(text);
  return text.split(passage.text).map((piece, index) => [
    index > 0 && el("bdi", { lang: passage.lang, text: passage.text }),
    piece && inTheirLanguages(piece, others, said),
  ]);
}

/**
 * Paragraphs and lists, from plain text: a line that starts with a dash or a number is a step.
 * `foreign` holds the passages that are not in French: [{text, lang}].
 */
export function textBlocks(text, { links = false, foreign = [] } = {}) {
  const said = (line) => inTheirLanguages(line.trim(), foreign, links ? withLinks : undefined);
  const blocks = [];
  let list = null;
  for (const line of String(text ?? "").split(/\n+/)) {
    if (!line.trim()) continue;
    if (!BULLET.test(line)) {
      list = null;
      blocks.push(el("p", {}, said(line)));
      continue;
    }
    const kind = NUMBERED.test(line) ? "ol" : "ul";
    if (list?.localName !== kind) {
      list = el(kind);
      blocks.push(list);
    }
    list.append(el("li", {}, said(line.replace(BULLET, ""))));
  }
  return blocks;
}

function sourceList({ sources, sujet }) {
  if (!sources?.length || SMALL_TALK.has(sujet)) return null;
  return el("div", { class: "sources" }, [
    el("p", { class: "small-title", text: sources.length > 1 ? "Sources" : "Source" }),
    el("ul", {}, sources.map(({ title, url, date }) =>
      el("li", {}, [
        outsideLink(title, url, icon("external")),
        date ? el("span", { class: "fine", text: ` (version du ${day(date)})` }) : null,
      ]))),
  ]);
}

function buttonList({ buttons, foreign = [] }, onButton) {
  if (!buttons?.length) return null;
  return el("ul", { class: "choices", "aria-label": "Réponses proposées" }, buttons.map((button) =>
    el("li", {}, el("button", { type: "button", class: "choice", on: { click: () => onButton(button) } }, inTheirLanguages(button.title, foreign)))));
}

function quotedButtons({ buttons, foreign = [] }) {
  if (!buttons?.length) return null;
  const titles = buttons.map(({ title }) => title).join(" · ");
  return el("p", { class: "fine" }, inTheirLanguages(`Boutons proposés : ${titles}`, foreign));
}

/** True for what only conseillers may read. */
export function isNote(message) {
  return message.author === "note" || message.kind === "note" || message.internal === true || message.visibility === "internal";
}

function kindOf(message) {
  if (isNote(message)) return "note";
  return message.sujet === "detresse" ? "distress" : message.author;
}

/**
 * The list item of a message. `usager` is how its usager is called here ("Vous" on their own page);
 * without `onButton`, the buttons are quoted instead of offered.
 */
export function messageView(message, { usager = "Vous", onButton = null } = {}) {
  const kind = kindOf(message);
  const name = kind === "note" ? `Note interne de ${message.author_name ?? "conseiller"}` : authorName(message, usager);
  const ours = message.author === "assistant" || message.author === "system";
  const sign = kind === "distress" ? "alarm" : (ICONS[kind] ?? "info");
  const foreign = message.foreign?.map(({ text, lang }) => ({ text: typography(text), lang }));
  return el("li", { class: `message message--${kind}`, "data-message": message.id, "data-author": message.author }, [
    el("div", { class: "who" }, [
      el("span", { class: "author" }, [icon(sign), name, hidden(" :")]),
      el("time", { class: "when", datetime: message.created_at, text: moment(message.created_at) }),
    ]),
    el("div", { class: "said" }, [
      kind === "distress" && el("p", { class: "distress-title", text: "Besoin d’aide tout de suite ?" }),
      // Only our own answers hold links: what people write stays text, as they wrote it.
      ours ? textBlocks(typography(message.text), { links: true, foreign }) : textBlocks(message.text),
      message.simulation && simulationView(message.simulation),
      // The buttons follow the words that introduce them ("vous êtes…"); the sources close the answer.
      onButton ? buttonList(message, onButton) : quotedButtons(message),
      sourceList(message),
    ]),
  ]);
}
