// What to read before the first word: the question, who asks, what was answered, what failed.
import { el, outsideLink } from "../shared/dom.js";
import { ATTRIBUTS_COURTS, PROFILS, day, typography } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { pairs } from "../shared/simulation_view.js";
import { PRIORITIES, isDistress, reasonOf, sujetTitle } from "./labels.js";

// Where there is room for one thing at a time, the briefing is opened on demand.
const NARROW = "(max-width: 48em)";

const CANAUX = {
  web: "page web", sms: "SMS", whatsapp: "WhatsApp", messenger: "Messenger", telegram: "Telegram", matrix: "Matrix",
  email: "courrier électronique", phone: "téléphone",
};

function row(title, value) {
  if (value === null || value === undefined || value === "") return null;
  return el("div", {}, [el("dt", { text: title }), el("dd", {}, value)]);
}

function factValue(fact) {
  const value = fact.valeur ?? fact.value;
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return pairs(value, value.unite);
  return CANAUX[value] ?? String(value ?? "");
}

function facts(list) {
  if (Array.isArray(list)) return list.map((fact) => row(fact.titre ?? fact.title ?? "", factValue(fact)));
  return Object.entries(list ?? {}).map(([title, value]) => row(title, factValue({ value })));
}

function who({ profil, attributs = [] }) {
  const words = [PROFILS[profil] ?? "Profil non précisé", ...attributs.map((name) => ATTRIBUTS_COURTS[name] ?? name)];
  return words.join(", ");
}

function answers(given) {
  const list = (given ?? []).filter(({ sujet }) => sujet !== "salutation");
  if (!list.length) return null;
  return el("details", { class: "briefing__answers", open: true }, [
    el("summary", { text: `Réponses déjà données (${list.length})` }),
    el("ul", {}, list.map(({ sujet, sources = [] }) =>
      el("li", {}, [
        el("strong", { text: sujetTitle(sujet) }),
        sources.length > 0 && el("ul", {}, sources.map(({ title, url, date }) =>
          el("li", {}, [outsideLink(title, url), date ? el("span", { class: "fine", text: ` (version du ${day(date)})` }) : null]))),
      ]))),
  ]);
}

export function briefingView(handoff) {
  const briefing = handoff.briefing ?? {};
  return el("section", { class: "briefing", "aria-labelledby": "briefing-title" }, [
    isDistress(handoff) && el("p", { class: "distress-flag" }, [
      icon("alarm"), el("span", { text: "Détresse repérée. Les numéros d’urgence ont été donnés. Répondez en premier." }),
    ]),
    el("details", { class: "briefing__all", open: !matchMedia(NARROW).matches }, [
      el("summary", {}, el("h2", { id: "briefing-title", class: "briefing__title", text: "Fiche de la demande" })),
      el("p", { class: "briefing__question" }, [el("span", { class: "fine block", text: "Question" }), briefing.question || "Pas de question écrite"]),
      briefing.summary && el("p", { class: "briefing__summary", text: typography(briefing.summary) }),
      el("dl", { class: "briefing__facts" }, [
        row("Priorité", PRIORITIES[handoff.priority] ?? handoff.priority),
        row("Motif", reasonOf(handoff)),
        row("Sujet", briefing.sujet ? sujetTitle(briefing.sujet) : null),
        row("Qui demande", who(briefing)),
        row("Ce qui a échoué", briefing.failure),
        facts(briefing.facts),
      ]),
      answers(briefing.answers_given),
    ]),
  ]);
}
