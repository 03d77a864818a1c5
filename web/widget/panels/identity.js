// The demonstration sign-in: one chooses a fictional person, whose fictional rights are then read.
import { el } from "../../shared/dom.js";
import { PROFILS, items } from "../../shared/format.js";
import { icon } from "../../shared/icons.js";
import { option, panelForm, panelFrame } from "./panel.js";

function notice() {
  return el("div", { class: "notice" }, [
    icon("info"),
    el("p", { text: "Démonstration : toutes ces personnes sont fictives, leurs droits aussi. Aucune donnée réelle n’est lue." }),
  ]);
}

function choice(person, chosen) {
  const hint = [PROFILS[person.profil], person.summary].filter(Boolean).join(" – ");
  return option("radio", "person", person.id, person.name, { checked: chosen === person.id, hint });
}

export function identityPanel({ session, back, say }) {
  const frame = panelFrame("Consulter mes droits", back);
  const place = el("p", { role: "status", text: "Chargement des personnes fictives…" });
  frame.body.append(place);
  session.client.demoPersons().then((body) => {
    const persons = items(body);
    const form = panelForm(frame, [
      notice(),
      el("fieldset", {}, [
        el("legend", { text: "Je me connecte en tant que" }),
        persons.map((person) => choice(person, session.identity?.id)),
      ]),
    ], {
      submit: "Me connecter",
      send: async (data) => {
        const person = persons.find(({ id }) => id === data.get("person"));
        if (!person) throw new Error("Choisissez une personne dans la liste.");
        await session.identifyAs({ id: person.id, name: person.name });
        return person;
      },
      done: (person) => {
        back();
        say(`Vous êtes connecté en tant que ${person.name}, personne fictive.`);
      },
    });
    place.replaceWith(form);
  }, (error) => {
    const absent = error.status === 404;
    place.textContent = absent
      ? "La connexion à vos droits n’est pas disponible sur ce site. Consultez-les sur le service officiel : Mon compte formation, Info-retraite ou France Travail."
      : error.message;
  });
  return frame;
}
