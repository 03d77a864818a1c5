// Being called back: a slot, and a telephone number or an e-mail address.
import { el, uniqueId } from "../../shared/dom.js";
import { appointment, items } from "../../shared/format.js";
import { panelForm, panelFrame } from "./panel.js";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[\d .-]{10,20}$/;

function slotValue(slot) {
  return typeof slot === "string" ? slot : (slot.slot ?? slot.start ?? slot.id);
}

function slotLabel(slot) {
  return slot.label ?? slot.title ?? appointment(slot.start ?? slot.starts_at ?? slotValue(slot));
}

function field(label, hint, props) {
  const id = uniqueId("field");
  return el("div", { class: "field" }, [
    el("label", { for: id, text: label }),
    el("span", { class: "fine", id: `${id}-hint`, text: hint }),
    el("input", { id, "aria-describedby": `${id}-hint`, ...props }),
  ]);
}

function request(data) {
  const phone = String(data.get("phone") ?? "").trim();
  const email = String(data.get("email") ?? "").trim();
  if (!data.get("slot")) throw new Error("Choisissez un créneau.");
  if (!phone && !email) throw new Error("Indiquez un numéro de téléphone ou une adresse électronique.");
  if (phone && !PHONE.test(phone)) throw new Error("Le numéro de téléphone n’est pas complet. Exemple : 06 12 34 56 78.");
  if (email && !EMAIL.test(email)) throw new Error("L’adresse électronique n’est pas complète. Exemple : nom@exemple.fr.");
  return { slot: data.get("slot"), ...(phone ? { phone } : {}), ...(email ? { email } : {}) };
}

export function callbackPanel({ session, back, say }) {
  const frame = panelFrame("Être rappelé par un conseiller", back);
  const place = el("p", { role: "status", text: "Recherche des créneaux…" });
  frame.body.append(place);
  session.client.callbackSlots().then((body) => {
    const slots = items(body);
    if (!slots.length) {
      place.textContent = "Aucun créneau n’est libre pour l’instant. Réessayez plus tard, ou posez votre question à l’assistant.";
      return;
    }
    const select = uniqueId("slot");
    place.replaceWith(panelForm(frame, [
      el("p", { text: "Ces coordonnées servent seulement à vous rappeler. Elles sont effacées avec la conversation." }),
      el("div", { class: "field" }, [
        el("label", { for: select, text: "Créneau" }),
        el("select", { id: select, name: "slot" }, slots.map((slot) => el("option", { value: slotValue(slot), text: slotLabel(slot) }))),
      ]),
      field("Téléphone", "Dix chiffres, par exemple 06 12 34 56 78", { name: "phone", type: "tel", autocomplete: "tel" }),
      field("ou adresse électronique", "Format attendu : nom@exemple.fr", { name: "email", type: "email", autocomplete: "email" }),
    ], {
      submit: "Demander à être rappelé",
      send: async (data) => {
        await session.bookCallback(request(data));
        return slots.find((slot) => String(slotValue(slot)) === data.get("slot"));
      },
      done: (slot) => {
        back();
        say(`C’est noté : un conseiller vous contactera ${slotLabel(slot)}.`);
      },
    }));
  }, (error) => (place.textContent = error.message));
  return frame;
}
