// The words of the console for the codes of the API.
export const PRIORITIES = { urgence: "Urgente", haute: "Haute", normale: "Normale" };
export const PRIORITY_ICONS = { urgence: "alarm", haute: "warning", normale: "inbox" };

const REASONS = {
  demande: "Demande un conseiller",
  offre_acceptee: "A accepté de parler à un conseiller",
  echecs: "L’assistant n’a pas compris deux fois",
  assistant_indisponible: "L’assistant était indisponible",
  detresse: "Détresse repérée",
  reprise: "Reprise par un conseiller",
  rappel: "Demande à être rappelé",
};

export const STATES = {
  QUEUED: "En attente",
  RESERVED: "Proposée",
  HUMAN: "En cours",
  WAITING_USER: "En attente de l’usager",
  CALLBACK: "À rappeler",
  CLOSED: "Terminée",
  BOT: "Rendue à l’assistant",
};

export const OUTCOMES = {
  resolu: "La question est résolue",
  oriente: "L’usager est orienté vers un autre service",
  injoignable: "L’usager ne répond plus",
  sans_suite: "La demande reste sans suite",
};

// What the desk itself records, beside the outcomes that a conseiller chooses.
const ENDINGS = { ...OUTCOMES, retour_assistant: "Rendue à l’assistant", abandon: "L’usager a renoncé à attendre" };

/** How a request ended; nothing while it lives. */
export function endingOf({ outcome }) {
  return ENDINGS[outcome] ?? "";
}

export function reasonOf({ reason }) {
  return REASONS[reason] ?? reason ?? "Demande un conseiller";
}

export function isDistress(handoff) {
  return handoff.reason === "detresse";
}

export function ownerName({ owner }) {
  return typeof owner === "string" ? owner : (owner?.name ?? "");
}

export function questionOf(handoff) {
  const question = handoff.briefing?.question?.trim();
  return question || reasonOf(handoff);
}

let titles = new Map();

/** Learn the titles of the topics, so that nobody reads an identifier. */
export function learnSujets(sujets) {
  titles = new Map(sujets.map(({ id, title }) => [id, title]));
}

export function sujetTitle(sujet) {
  return titles.get(sujet) ?? String(sujet ?? "").replaceAll("_", " ");
}
