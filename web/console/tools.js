// The header's tools: who I am, whether I am there, the sound, the way out.
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

const STATUSES = [["online", "En ligne"], ["away", "Absent"], ["offline", "Hors ligne"]];
const KEPT = "conseiller:presence";

export function toolsView({ api, alerts, onError, onSignOut }) {
  const group = el("fieldset", { class: "presence" }, [
    el("legend", { class: "sr-only", text: "Ma présence" }),
    STATUSES.map(([value, text]) =>
      el("label", { class: "presence__choice" }, [
        el("input", { type: "radio", name: "presence", value }),
        text,
      ])),
  ]);
  const sound = el("button", { type: "button", class: "tool", on: { click: () => {
    alerts.setSound(!alerts.sound);
    showSound();
  } } });

  function showSound() {
    sound.replaceChildren(icon(alerts.sound ? "sound" : "mute"), alerts.sound ? "Son activé" : "Son coupé");
    sound.setAttribute("aria-pressed", String(alerts.sound));
    sound.setAttribute("aria-label", alerts.sound ? "Son activé : alerte sonore à chaque demande" : "Son coupé : aucune alerte sonore");
  }

  async function setPresence(status) {
    try {
      await api.setPresence(status);
      sessionStorage.setItem(KEPT, status);
      group.querySelector(`[value="${status}"]`).checked = true;
      alerts.say(`Vous êtes ${STATUSES.find(([value]) => value === status)[1].toLowerCase()}.`);
    } catch (error) {
      group.querySelector(`[value="${sessionStorage.getItem(KEPT) ?? "offline"}"]`).checked = true;
      onError(error);
    }
  }

  group.addEventListener("change", ({ target }) => setPresence(target.value));
  showSound();
  const root = el("div", { class: "tools" }, [
    el("p", { class: "me" }, [icon("user"), el("span", { text: `${api.session.name} (${api.session.role})` })]),
    group,
    sound,
    el("button", { type: "button", class: "tool", on: { click: onSignOut } }, [icon("logout"), "Me déconnecter"]),
  ]);
  return { root, arrive: () => setPresence(sessionStorage.getItem(KEPT) ?? "online") };
}

/** Forget the presence of who leaves. */
export function forgetPresence() {
  sessionStorage.removeItem(KEPT);
}
