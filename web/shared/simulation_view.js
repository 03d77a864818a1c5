// Draws a simulation of any type: its results first, then what it assumes and the date of its rules.
import { el, outsideLink, uniqueId } from "./dom.js";
import { age, day, euros, number } from "./format.js";
import { icon } from "./icons.js";

const TITLES = {
  cpf: "Mon compte formation, année par année",
  c2p: "Mes points de prévention (C2P)",
  mobilisation: "Comment payer ma formation",
  are: "Mon allocation chômage",
  arce: "Mon capital pour créer une entreprise (Arce)",
  retraite_age: "Mon âge de départ à la retraite",
  prime_activite: "Ma prime d’activité",
  rsa: "Mon RSA",
  cout_embauche: "Le coût d’une embauche",
};

// label, then how the value is said: "euros", "unite" (euros or hours, as the simulation says), "jours", "date"…
const FIELDS = {
  credit_annuel: ["Crédit par an", "unite"],
  plafond: ["Plafond du compte", "unite"],
  solde: ["Solde", "unite"],
  solde_par_annee: ["Solde année par année"],
  annee: ["Année", "plain"],
  annees: ["Nombre d’années"],
  quotite: ["Part du temps plein"],
  categorie: ["Catégorie"],
  profil: ["Profil"],
  attributs: ["Situation"],
  age_legal: ["Âge légal de départ"],
  date_possible: ["Départ possible à partir du", "date"],
  date_naissance: ["Date de naissance", "date"],
  date_effet: ["Date de départ souhaitée", "date"],
  trimestres_requis: ["Trimestres nécessaires pour le taux plein"],
  trimestres_valides: ["Trimestres validés"],
  trimestres_cotises: ["Trimestres cotisés"],
  trimestres_manquants: ["Trimestres manquants"],
  trimestres_debut: ["Trimestres en début de carrière"],
  age_taux_plein_automatique: ["Âge du taux plein automatique"],
  carriere_longue: ["Départ pour carrière longue"],
  possible: ["Possible"],
  age: ["Âge"],
  motif: ["Explication"],
  points: ["Points"],
  points_gagnes: ["Points gagnés"],
  points_reserves_formation: ["Points réservés à la formation"],
  euros_formation: ["Pour une formation", "euros"],
  mois_mi_temps: ["Mois à mi-temps"],
  trimestres_retraite: ["Trimestres de retraite"],
  plan: ["Plan de financement"],
  source: ["Source"],
  montant: ["Montant", "euros"],
  participation_forfaitaire: ["Participation obligatoire", "euros"],
  reste_a_charge: ["Reste à payer, sans la participation", "euros"],
  total_a_payer: ["Total à payer", "euros"],
  refus: ["Ce qui n’est pas possible"],
  eligible: ["Droit ouvert"],
  motifs_refus: ["Pourquoi ce droit n’est pas ouvert"],
  sjr: ["Salaire journalier de référence", "euros"],
  allocation_journaliere: ["Allocation par jour", "euros"],
  allocation_mensuelle_brute: ["Allocation brute par mois", "euros"],
  duree_jours: ["Durée", "jours"],
  date_debut_estimee: ["Début estimé", "date"],
  degressivite: ["Baisse de l’allocation"],
  applicable: ["S’applique"],
  a_partir_du_jour: ["À partir du jour"],
  capital_total: ["Capital total", "euros"],
  versements: ["Versements"],
  mois: ["Mois", "plain"],
  condition_second_versement: ["Condition du second versement"],
  montant_mensuel: ["Montant par mois", "euros"],
  cout_employeur: ["Coût pour l’employeur", "euros"],
  salaire_net: ["Salaire net", "euros"],
  salaire_brut: ["Salaire brut", "euros"],
  cotisations_patronales: ["Cotisations de l’employeur", "euros"],
  cotisations_salariales: ["Cotisations du salarié", "euros"],
  allegements: ["Allègements", "euros"],
};

const UNITS = new Set(["unite"]);

function label(key) {
  const known = FIELDS[key]?.[0];
  return known ?? key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " ");
}

function isAge(value) {
  return typeof value === "object" && "annees" in value && Object.keys(value).every((key) => key === "annees" || key === "mois");
}

function sayNumber(value, how, unit) {
  if (how === "plain") return String(value);
  if (how === "euros" || (how === "unite" && unit === "euros")) return euros(value);
  if (how === "unite") return `${number(value)} heures`;
  if (how === "jours") return `${number(value)} jours`;
  return number(value);
}

/** One value in words; `null` says so instead of leaving a hole. */
function say(key, value, unit) {
  const how = FIELDS[key]?.[1];
  if (value === null || value === undefined || value === "") return "non indiqué";
  if (typeof value === "boolean") return value ? "oui" : "non";
  if (typeof value === "number") return sayNumber(value, how, unit);
  if (typeof value === "string") return how === "date" || /^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : value;
  if (Array.isArray(value)) return value.map((item) => say(key, item, unit)).join(", ") || "aucun";
  if (isAge(value)) return age(value);
  return Object.entries(value)
    .map(([name, item]) => `${label(name).toLowerCase()} : ${say(name, item, unit)}`)
    .join(" ; ");
}

function table(key, rows, unit) {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  return el("div", { class: "table-scroll", role: "region", tabindex: "0", "aria-label": label(key) }, [
    el("table", {}, [
      el("caption", { text: label(key) }),
      el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col", text: label(name) })))),
      el("tbody", {}, rows.map((row) =>
        el("tr", {}, columns.map((name, index) =>
          el(index ? "td" : "th", { ...(index ? {} : { scope: "row" }), text: say(name, row[name], unit) }))))),
    ]),
  ]);
}

function isTable(value) {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "object" && item !== null);
}

export function pairs(object, unit) {
  const simple = Object.entries(object).filter(([key, value]) => !UNITS.has(key) && !isTable(value));
  return el("dl", { class: "pairs" }, simple.map(([key, value]) =>
    el("div", {}, [el("dt", { text: label(key) }), el("dd", { text: say(key, value, unit) })])));
}

function more(summary, content) {
  return el("details", { class: "more" }, [el("summary", { text: summary }), content]);
}

/** The card of a simulation; every one of them is an estimate, and says so. */
export function simulationView(simulation) {
  const id = uniqueId("simulation");
  const { type, results = {}, inputs = {}, assumptions = [], sources = [] } = simulation;
  const unit = results.unite;
  const tables = Object.entries(results).filter(([, value]) => isTable(value));
  return el("section", { class: "simulation", "aria-labelledby": id }, [
    el("p", { id, class: "simulation-title" }, [icon("calculator"), TITLES[type] ?? label(type ?? "simulation")]),
    el("p", { class: "estimate" }, [el("strong", { text: "Estimation" }), " : ce calcul n’est pas une décision."]),
    pairs(results, unit),
    tables.map(([key, rows]) => table(key, rows, unit)),
    assumptions.length > 0 && [
      el("p", { class: "small-title", text: "Ce que le calcul suppose" }),
      el("ul", { class: "assumptions" }, assumptions.map((text) => el("li", { text }))),
    ],
    Object.keys(inputs).length > 0 && more("Ce qui a servi au calcul", pairs(inputs, unit)),
    sources.length > 0 && more("Sources du calcul", el("ul", {}, sources.map(({ title, url }) => el("li", {}, outsideLink(title, url))))),
    simulation.rules_date && el("p", { class: "fine", text: `Règles en vigueur au ${day(simulation.rules_date)}.` }),
  ]);
}
