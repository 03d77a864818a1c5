// How dates, amounts, waits and authors are said in French. Nothing here decides anything.
const TIME = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("fr-FR", { weekday: "long", day: "numeric", month: "long" });
const EUROS = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
const WHOLE_EUROS = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
const NUMBER = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });

export const PROFILS = {
  salarie: "Salarié du privé",
  agent_public: "Agent public",
  independant: "Indépendant",
  demandeur_emploi: "Demandeur d’emploi",
  jeune: "Jeune (études, premier emploi)",
  retraite: "Retraité",
  employeur: "Employeur ou service RH",
};

/** The same in few words, where room is scarce. */
export function profilCourt(profil) {
  return PROFILS[profil]?.replace(/ \(.*\)$/, "");
}

export const ATTRIBUTS = {
  senior: "J’ai 55 ans ou plus",
  handicap: "Je suis en situation de handicap",
  aidant: "Je suis aidant d’un proche",
  parent: "Je suis parent",
  temps_partiel: "Je travaille à temps partiel",
  peu_qualifie: "J’ai un diplôme inférieur au CAP, ou aucun",
  cadre: "Je suis cadre",
  interimaire: "Je suis intérimaire",
  saisonnier: "Je suis saisonnier",
  contractuel_public: "Je suis contractuel du public",
  esat: "Je travaille en ESAT",
  outre_mer: "Je vis en outre-mer",
};

export const ATTRIBUTS_COURTS = {
  senior: "55 ans ou plus",
  handicap: "handicap",
  aidant: "aidant",
  parent: "parent",
  temps_partiel: "temps partiel",
  peu_qualifie: "peu qualifié",
  cadre: "cadre",
  interimaire: "intérimaire",
  saisonnier: "saisonnier",
  contractuel_public: "contractuel du public",
  esat: "ESAT",
  outre_mer: "outre-mer",
};

function sameDay(a, b) {
  return a.toDateString() === b.toDateString();
}

/** "14:05" today, "23 novembre 2026 à 14:05" another day. */
export function moment(iso, now = new Date()) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return sameDay(date, now) ? TIME.format(date) : `${DAY.format(date)} à ${TIME.format(date)}`;
}

/** "mardi 24 novembre à 09:30". */
export function appointment(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? String(iso) : `${WEEKDAY.format(date)} à ${TIME.format(date)}`;
}

/** "3 mars 2026", "1er mars 2026", from a date without an hour too (read as that day, wherever the reader is). */
export function day(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  if (!parts) return String(iso ?? "");
  return DAY.format(new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))).replace(/^1 /, "1er ");
}

/** French spacing: nothing that belongs to a word goes alone to the next line. */
export function typography(text) {
  return String(text ?? "").replace(/ ([?!;:»%€])/g, "\u00a0$1").replace(/« /g, "«\u00a0").replace(/(\d) (?=\p{L})/gu, "$1\u00a0");
}

export function euros(value) {
  return Number.isInteger(value) ? WHOLE_EUROS.format(value) : EUROS.format(value);
}

export function number(value) {
  return NUMBER.format(value);
}

function plural(count, word) {
  return `${count} ${word}${count > 1 ? "s" : ""}`;
}

/** "62 ans et 9 mois". */
export function age({ annees, mois }) {
  return mois ? `${plural(annees, "an")} et ${mois} mois` : plural(annees, "an");
}

/** "45 s", "3 min 05 s", "1 h 12 min": how long somebody has been waiting. */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

/** "entre 3 et 6 minutes"; nothing when the server has too little data to say. */
export function waitRange(range) {
  if (!Array.isArray(range) || range.length !== 2) return "";
  const [low, high] = range;
  return low === high ? `environ ${plural(high, "minute")}` : `entre ${low} et ${plural(high, "minute")}`;
}

/** "1re position", "2e position". */
export function rank(position) {
  return `${position}${position === 1 ? "re" : "e"} position`;
}

/** Who speaks, said in full: never left to a colour or a side of the screen. */
export function authorName(message, usager = "Vous") {
  if (message.author === "usager") return usager;
  if (message.author === "conseiller") {
    return message.author_name ? `${message.author_name}, conseiller` : "Conseiller";
  }
  return message.author === "assistant" ? "Assistant automatique" : "Service";
}

/** A list, whether the answer is a page of a list or the list itself. */
export function items(body) {
  return Array.isArray(body) ? body : (body?.items ?? []);
}
