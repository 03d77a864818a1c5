"""Starts the forms, asks the simulator and words its results: always an estimate, never a decision;
no rule is computed here."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from actions.base import Event, FrenchAction, Outcome
from actions.errors import PeerRefused, PeerUnavailable
from actions.profils import SENTENCES
from actions.replies import HANDOFF, Button, Reply, command, reply
from actions.turn import Turn
from droits.errors import ClientError
from droits.model import CompteCpf
from simulateur.dates import long_date
from simulateur.formats import format_age, format_euros, format_quantity

logger = logging.getLogger("actions")

FORMS = {"formulaire_retraite_age": "retraite_age", "formulaire_cpf": "cpf"}
BUILT = tuple(FORMS.values())
SIMULATION_TITLES = {"retraite_age": "Estimer mon âge de départ", "cpf": "Estimer mon CPF"}
SUJETS = {"retraite_age": "retraite_age", "cpf": "cpf_alimentation"}
FORM_SLOTS = ("date_naissance", "solde", "quotite", "essais", "requested_slot")
YEARS_SHOWN = 3
DAY_ASSUMED = "02"
ESTIMATE = "C'est une estimation, pas une décision : seul l'organisme peut vous le confirmer."
CHECK_BEFORE_CLAIMING = (
    "Avant de demander votre retraite, faites confirmer cette date par votre caisse : "
    "la demande ne s'annule pas."
)
DAY_UNKNOWN = (
    "Le jour de naissance n'est pas donné : calcul fait pour une naissance après le premier du mois."
)
PROFILS_ASKED = ("salarie", "agent_public", "independant", "demandeur_emploi")


def reset_events(keep: str = "") -> list[Event]:
    """Empty every value of a form: nothing of it outlives the calculation."""
    return [{"event": "slot", "name": n, "value": None, "timestamp": None} for n in FORM_SLOTS if n != keep]


def closing_events(turn: Turn) -> list[Event]:
    """Close the form that an answer interrupts, if one is open; nothing of it is kept."""
    if turn.active_form is None:
        return []
    return [{"event": "active_loop", "name": None, "timestamp": None}, *reset_events()]


class Simulate(FrenchAction):
    """`action_simuler`: starts the form of a simulation, or computes at once when everything is known."""

    action_name = "action_simuler"

    async def respond(self, turn: Turn) -> Outcome:
        """Choose between computing, asking who the person is, and the form."""
        kind = turn.entities.get("type", "")
        form = next((form for form, built in FORMS.items() if built == kind), None)
        if form is None:
            return Outcome([self._not_built(turn)])
        if kind == "cpf":
            if turn.profil is None and not turn.profil_asked:
                return Outcome([_ask_profil()])
            if known := await self._known_balance(turn):
                return Outcome([await compute_cpf(self, turn, *known)], reset_events())
        return Outcome([], [*reset_events(), {"event": "followup", "name": form, "timestamp": None}])

    async def _known_balance(self, turn: Turn) -> tuple[float, None] | None:
        """The balance read in the person's rights, when nothing else has to be asked."""
        if turn.token is None or needs_share(turn):
            return None
        try:
            account = (await self.services.rights.me(turn.token)).comptes.cpf
        except ClientError:
            return None
        unit = "heures" if turn.profil == "agent_public" else "euros"
        return (account.solde, None) if isinstance(account, CompteCpf) and account.unite == unit else None

    def _not_built(self, turn: Turn) -> Reply:
        sujet = turn.last_sujet if turn.last_sujet in self.services.catalogue else "assistant_capacites"
        buttons = [command(title, "simuler", type=kind) for kind, title in SIMULATION_TITLES.items()]
        text = ["Je ne sais pas faire ce calcul.", "Voici ceux que je sais faire."]
        return reply(text, sujet=sujet, buttons=[*buttons, HANDOFF])


class ComputeRetraiteAge(FrenchAction):
    """`action_calculer_retraite_age`: the end of the form on the date of birth."""

    action_name = "action_calculer_retraite_age"

    async def respond(self, turn: Turn) -> Outcome:
        """Compute and forget the date of birth."""
        value = str(turn.slots.get("date_naissance") or "")
        if not value:
            return Outcome([_stopped("retraite_age")], reset_events())
        exact = value.count("-") == 2
        day = value if exact else f"{value}-{DAY_ASSUMED}"
        try:
            result = await self.services.simulator.simulate("retraite_age", {"date_naissance": day})
        except (PeerRefused, PeerUnavailable) as exc:
            return Outcome([failure("retraite_age", exc)], reset_events())
        spoken_date = (
            long_date(date.fromisoformat(day)) if exact else f"{long_date(date.fromisoformat(day))[2:]}"
        )
        lines = [*retraite_lines(result["results"], spoken_date, turn.spoken)]
        if not exact:
            lines.append(DAY_UNKNOWN)
        lines.append(self._check(turn))
        return Outcome(
            [outcome_reply(result, lines, turn, "retraite_age", retry="retraite_age")], reset_events()
        )

    def _check(self, turn: Turn) -> str:
        if "retraite_age" not in self.services.catalogue:
            return CHECK_BEFORE_CLAIMING
        answer = self.services.catalogue.answer(
            "retraite_age", profil=turn.profil, canal=turn.canal, on=self.services.today()
        )
        return answer.verification or CHECK_BEFORE_CLAIMING


class ComputeCpf(FrenchAction):
    """`action_calculer_cpf`: the end of the form on the balance."""

    action_name = "action_calculer_cpf"

    async def respond(self, turn: Turn) -> Outcome:
        """Compute and forget the balance."""
        balance, share = turn.slots.get("solde"), turn.slots.get("quotite")
        if not isinstance(balance, int | float):
            return Outcome([_stopped("cpf")], reset_events())
        return Outcome([await compute_cpf(self, turn, float(balance), share)], reset_events())


def needs_share(turn: Turn) -> bool:
    """Part-time changes the credit, except for public agents, who count as full-time."""
    return "temps_partiel" in turn.attributs and turn.profil != "agent_public"


async def compute_cpf(action: FrenchAction, turn: Turn, balance: float, share: float | None) -> Reply:
    """Ask for the balance of the next years and word it. Without a profil: an employee, and it is said."""
    profil = turn.profil or "salarie"
    inputs: dict[str, Any] = {
        "profil": profil,
        "attributs": turn.attributs,
        "solde": balance,
        "annees": YEARS_SHOWN,
    }
    if share is not None:
        inputs["quotite"] = share
    try:
        result = await action.services.simulator.simulate("cpf", inputs)
    except (PeerRefused, PeerUnavailable) as exc:
        return failure("cpf", exc)
    lines = cpf_lines(result["results"], balance, share, profil, turn.spoken)
    return outcome_reply(result, lines, turn, "cpf", retry="cpf")


def retraite_lines(results: dict[str, Any], birth: str, spoken: bool) -> list[str]:
    """What the simulator says of a date of birth, which is repeated so that it can be corrected."""
    if results.get("couvert") is False or not results.get("age_legal"):
        motif = results.get("motif") or "cette situation n'est pas couverte"
        return [f"Je ne peux pas calculer (naissance : {birth}) : {motif}."]
    age = results["age_legal"]
    legal = format_age(age["annees"] * 12 + age["mois"], spoken)
    first = long_date(date.fromisoformat(results["date_possible"]))
    lines = [
        f"Vous pouvez partir à {legal}, au plus tôt le {first}, sauf départ anticipé (naissance : {birth})."
    ]
    if results.get("trimestres_requis"):
        required = format_quantity(results["trimestres_requis"], "trimestres", spoken)
        lines.append(f"Pour une retraite sans décote à cet âge, il faut {required}.")
    if full := results.get("age_taux_plein_automatique"):
        automatic = format_age(full["annees"] * 12 + full["mois"], spoken)
        lines.append(f"Sans tous ces trimestres, la décote disparaît à {automatic}.")
    return lines


def cpf_lines(
    results: dict[str, Any], balance: float, share: float | None, profil: str, spoken: bool
) -> list[str]:
    """What the simulator says of an account; the values understood are repeated."""
    unit = results.get("unite", "euros")
    if results.get("couvert") is False:
        return [f"Je ne peux pas calculer : {results.get('motif') or 'situation non couverte'}."]
    understood = f"Vous êtes {SENTENCES[profil]}, avec {_amount(balance, unit, spoken)} sur votre CPF"
    if share is not None:
        understood += f", à {format_quantity(share, 'pourcent', spoken)} d'un temps plein"
    credit, ceiling = (_amount(results[key], unit, spoken) for key in ("credit_annuel", "plafond"))
    lines = [f"Votre compte recevrait {credit} par an, dans la limite de {ceiling}.", f"{understood}."]
    rows = results.get("solde_par_annee") or []
    if rows:
        years = ", ".join(f"{_amount(row['solde'], unit, spoken)} en {row['annee']}" for row in rows)
        lines.append(f"Solde estimé : {years}.")
    return lines


def outcome_reply(result: dict[str, Any], lines: list[str], turn: Turn, kind: str, *, retry: str) -> Reply:
    """The reply that carries a result: an estimate, its date of rules, its assumptions and sources."""
    rules = long_date(date.fromisoformat(result["rules_date"]))
    text = [*lines, f"{ESTIMATE} Règles en vigueur le {rules}."]
    if not turn.spoken:
        text += [f"Hypothèse : {assumption}" for assumption in result["assumptions"]]
    buttons: list[Button] = [command("Refaire le calcul", "simuler", type=retry), HANDOFF]
    return reply(
        text,
        sujet=SUJETS[kind],
        profil=turn.profil if kind == "cpf" else None,
        attributs=turn.attributs if kind == "cpf" else (),
        sources=result["sources"],
        buttons=buttons,
        simulation=result,
    )


def failure(kind: str, exc: Exception) -> Reply:
    """Say what could not be computed and why."""
    logger.warning("simulation %s failed: %s", kind, type(exc).__name__)
    if isinstance(exc, PeerRefused):
        expected = " ; ".join(exc.expected) or "une autre valeur"
        text = ["Le calcul n'a pas été possible avec ces valeurs.", f"Il attend : {expected}."]
    else:
        text = [
            "Je n'ai pas pu faire le calcul : le simulateur ne répond pas.",
            "Vos réponses ne sont pas gardées. Réessayez dans un moment, ou parlez à un conseiller.",
        ]
    buttons = [command("Réessayer", "simuler", type=kind), HANDOFF]
    return reply(text, sujet=SUJETS[kind], buttons=buttons, failed=not isinstance(exc, PeerRefused))


def _stopped(kind: str) -> Reply:
    buttons = [command("Recommencer", "simuler", type=kind), HANDOFF]
    return reply(["Il me manque une valeur : le calcul n'est pas fait."], sujet=SUJETS[kind], buttons=buttons)


def _ask_profil() -> Reply:
    buttons = [
        command(SENTENCES[p].capitalize(), "choisir_profil", profil=p, sujet=SUJETS["cpf"], simulation="cpf")
        for p in PROFILS_ASKED
    ]
    text = ["Le calcul dépend de votre situation. Vous êtes…"]
    return reply(
        text, sujet=SUJETS["cpf"], buttons=buttons, question={"kind": "profil", "sujet": SUJETS["cpf"]}
    )


def _amount(amount: float, unit: str, spoken: bool) -> str:
    return format_euros(amount, spoken) if unit == "euros" else format_quantity(amount, "heures", spoken)
