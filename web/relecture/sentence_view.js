// One masked sentence: what the assistant took it for, the list of all topics, and the way to discard it.
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

const REASONS = {
  incompris: "L’assistant n’a pas su répondre.",
  hesitation: "L’assistant a demandé « vouliez-vous dire… ».",
  hors_sujet: "L’assistant l’a cru hors sujet.",
  peu_sur: "L’assistant a répondu sans être sûr.",
};
const PERCENT = new Intl.NumberFormat("fr-FR", { style: "percent" });

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The topics that the assistant thought of, the likeliest first, each once. */
function guesses({ sujet, confidence, alternatives }, sujets) {
  const titles = new Map(sujets.map(({ id, title }) => [id, title]));
  const found = new Map([[sujet, confidence], ...alternatives.map((other) => [other.sujet, other.confidence])]);
  return [...found].filter(([id]) => titles.has(id)).map(([id, sure]) => ({ sujet: id, sure, title: titles.get(id) }));
}

function guessList(sentence, sujets, decide) {
  const found = guesses(sentence, sujets);
  if (!found.length) return el("p", { text: "L’assistant n’a proposé aucun sujet." });
  return el("ul", { class: "review__guesses" }, found.map(({ sujet, sure, title }) =>
    el("li", {}, el("button", { type: "button", class: "fr-btn fr-btn--secondary", on: { click: () => decide({ sujet, title }) } }, [
      el("span", { text: title }),
      sure === null ? null : el("span", { class: "review__sure", text: ` ${PERCENT.format(sure)}` }),
    ]))));
}

/** A list of radio buttons that a search shortens: arrows go through it, the space bar chooses. */
function topicForm(sujets, decide) {
  const count = el("p", { class: "fr-hint-text", id: "nombre", role: "status" });
  const error = el("p", { class: "fr-error-text", id: "manque", role: "alert", hidden: true });
  const rows = sujets.map(({ id, title }) => {
    const input = el("input", { type: "radio", name: "sujet", value: id });
    return { input, title, words: folded(`${title} ${id}`), row: el("label", { class: "review__topic option" }, [input, el("span", { text: title })]) };
  });
  const search = el("input", { class: "fr-input", type: "search", id: "recherche", autocomplete: "off", "aria-describedby": "nombre" });

  function filter() {
    const wanted = folded(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { input, words, row } of rows) {
      row.hidden = !wanted.every((word) => words.includes(word));
      if (row.hidden) input.checked = false; // what is not seen is not chosen
      else shown += 1;
    }
    count.textContent = shown > 1 ? `${shown} sujets` : shown ? "1 sujet" : "Aucun sujet ne contient ces mots.";
  }

  const form = el("form", { novalidate: true }, [
    el("div", { class: "fr-input-group" }, [
      el("label", { class: "fr-label", for: "recherche", text: "Chercher un autre sujet" }),
      search,
      count,
    ]),
    el("fieldset", { class: "review__topics" }, [el("legend", { class: "sr-only", text: "Tous les sujets" }), rows.map(({ row }) => row)]),
    error,
    el("button", { class: "fr-btn" }, [icon("check"), "Valider ce sujet"]),
  ]);
  search.addEventListener("input", filter);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = rows.find(({ input }) => input.checked);
    error.hidden = Boolean(chosen);
    if (chosen) {
      decide({ sujet: chosen.input.value, title: chosen.title });
    } else {
      error.textContent = "Choisissez d’abord un sujet dans la liste.";
      search.focus();
    }
  });
  filter();
  return form;
}

/** `{root, heading}`; `decide` receives `{sujet, title}`, both absent when the sentence is discarded. */
export function sentenceView({ sentence, remaining, sujets, decide }) {
  const heading = el("h2", { class: "fr-h3", tabindex: "-1", text: remaining > 1 ? `Un message sur ${remaining} à relire` : "Le dernier message à relire" });
  const root = el("section", {}, [
    heading,
    el("blockquote", { class: "review__text" }, el("p", { text: sentence.text })),
    el("p", { class: "fr-hint-text", text: REASONS[sentence.reason] ?? "" }),
    el("h3", { class: "fr-h5", text: "Que voulait la personne ?" }),
    guessList(sentence, sujets, decide),
    topicForm(sujets, decide),
    el("h3", { class: "fr-h5 fr-mt-4w", text: "Rien à en apprendre ?" }),
    el("p", { text: "Écartez ce qui est incompréhensible, ce qui parle de santé ou de détresse, et tout ce qui dit encore qui est la personne : nom, adresse, employeur, numéro. Le message est alors effacé." }),
    el("button", { type: "button", class: "fr-btn fr-btn--secondary", on: { click: () => decide({}) } }, [icon("trash"), "À écarter"]),
  ]);
  return { root, heading };
}
