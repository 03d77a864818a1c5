// "Who I am": profile, situation and plain language, which change how answers are worded.
import { el } from "../../shared/dom.js";
import { ATTRIBUTS, PROFILS } from "../../shared/format.js";
import { option, panelForm, panelFrame } from "./panel.js";

export function profilPanel({ session, back, say }) {
  const frame = panelFrame("Qui suis-je ?", back);
  const chosen = new Set(session.attributs);
  const content = [
    el("p", { text: "Ces réponses servent seulement à adapter les explications à votre situation. Vous pouvez les changer quand vous voulez." }),
    el("fieldset", {}, [
      el("legend", { text: "Mon profil" }),
      option("radio", "profil", "", "Je ne souhaite pas répondre", { checked: !session.profil }),
      Object.entries(PROFILS).map(([value, label]) => option("radio", "profil", value, label, { checked: session.profil === value })),
    ]),
    el("fieldset", {}, [
      el("legend", { text: "Ma situation (plusieurs choix possibles)" }),
      Object.entries(ATTRIBUTS).map(([value, label]) => option("checkbox", "attributs", value, label, { checked: chosen.has(value) })),
    ]),
    el("fieldset", {}, [
      el("legend", { text: "Les réponses" }),
      option("checkbox", "langage", "simple", "Réponses en langage simple", {
        checked: session.langage === "simple",
        hint: "Phrases courtes, mots de tous les jours.",
      }),
    ]),
  ];
  frame.body.append(panelForm(frame, content, {
    submit: "Enregistrer",
    send: async (data) => {
      await session.setProfil({
        profil: data.get("profil") || null,
        attributs: data.getAll("attributs"),
        langage: data.get("langage") ? "simple" : "standard",
      });
      return true;
    },
    done: () => {
      back();
      say("Votre profil est enregistré.");
    },
  }));
  return frame;
}
