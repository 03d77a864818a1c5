// What is held about me: take it away, erase it, or refuse that it teach the assistant.
import { el } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { option, panelFrame } from "./panel.js";

function save(data) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const link = el("a", { href: url, download: "ma-conversation.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function dataPanel({ session, back, erased }) {
  const frame = panelFrame("Mes données", back);
  const said = el("p", { role: "status" });

  async function attempt(act) {
    frame.fail("");
    try {
      await act();
    } catch (error) {
      frame.fail(error.message);
    }
  }

  const take = el("button", { type: "button", class: "secondary", on: { click: () => attempt(async () => {
    save(await session.client.exportData());
    said.textContent = "Le fichier ma-conversation.json est téléchargé.";
  }) } }, [icon("download"), "Télécharger ma conversation"]);

  const confirm = el("div", { class: "card", hidden: true }, [
    el("p", { text: "Tout sera effacé tout de suite et pour toujours : vos messages, votre profil, vos coordonnées." }),
    el("div", { class: "row" }, [
      el("button", { type: "button", class: "danger", on: { click: () => attempt(async () => {
        await session.erase();
        erased();
      }) } }, [icon("trash"), "Oui, tout effacer"]),
      el("button", { type: "button", class: "secondary", text: "Annuler", on: { click: () => {
        confirm.hidden = true;
        erase.setAttribute("aria-expanded", "false");
        erase.focus();
      } } }),
    ]),
  ]);
  const erase = el("button", { type: "button", class: "secondary", "aria-expanded": "false", on: { click: () => {
    confirm.hidden = false;
    erase.setAttribute("aria-expanded", "true");
    confirm.querySelector("button").focus();
  } } }, [icon("trash"), "Effacer ma conversation"]);

  const reuse = option("checkbox", "reutilisation", "oui", "Améliorer l’assistant avec mes messages mal compris", {
    checked: session.reutilisation,
    hint: "Un relecteur les lit sans nom ni numéro, sans savoir de qui ils viennent. Jamais la santé ni la détresse. Effacés au bout de 90 jours au plus.",
  });
  const choice = reuse.querySelector("input");
  choice.setAttribute("role", "switch");
  choice.addEventListener("change", () => attempt(async () => {
    const accepted = choice.checked;
    choice.checked = !accepted; // until the service has said yes
    await session.setReutilisation(accepted);
    choice.checked = accepted;
    said.textContent = accepted ? "C’est noté, merci." : "C’est refusé : ce qui était gardé est effacé.";
  }));

  frame.body.append(
    el("p", { text: "La conversation est gardée pour vous répondre. N’y écrivez jamais votre numéro de sécurité sociale : s’il y est, il est masqué." }),
    el("ul", { class: "actions" }, [el("li", {}, take), el("li", {}, erase)]),
    confirm,
    reuse,
    said,
  );
  return frame;
}
