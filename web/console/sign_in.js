// The sign-in form. The password goes to the service and stays nowhere here.
import { el } from "../shared/dom.js";

function field(id, label, props) {
  return el("div", { class: "fr-input-group" }, [
    el("label", { class: "fr-label", for: id, text: label }),
    el("input", { class: "fr-input", id, name: id, required: true, ...props }),
  ]);
}

export function signInView({ api, onDone, reason = "" }) {
  const alert = el("div", { role: "alert" });
  const fail = (text) => alert.replaceChildren(...(text
    ? [el("div", { class: "fr-alert fr-alert--error fr-alert--sm fr-mb-2w" }, el("p", { text }))]
    : []));
  const form = el("form", { class: "sign-in", novalidate: true }, [
    el("h2", { class: "fr-h3", text: "Se connecter" }),
    alert,
    field("login", "Identifiant", { autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
    field("password", "Mot de passe", { type: "password", autocomplete: "current-password" }),
    el("p", { class: "fr-hint-text demo-only fr-mb-3w", text: "Démonstration : les comptes sont dans le fichier var/demo-accounts.json." }),
    el("button", { class: "fr-btn", text: "Me connecter" }),
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { login, password } = form.elements;
    const missing = [login, password].find((input) => !input.value.trim());
    if (missing) {
      fail(missing === login ? "Indiquez votre identifiant." : "Indiquez votre mot de passe.");
      missing.focus();
      return;
    }
    try {
      await api.signIn(login.value.trim(), password.value);
      onDone();
    } catch (error) {
      fail(error.message);
      password.focus();
    }
  });
  if (reason) fail(reason);
  return form;
}
