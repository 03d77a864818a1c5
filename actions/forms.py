"""The questions of the forms: reads the values in the usager's words, explains itself after two failures,
always offers a way out, and gives way to any other topic. Keeps values in the form's slots only."""

from __future__ import annotations

from typing import Any

from actions.base import Event, FrenchAction, Outcome
from actions.dates import BirthDate, Missing, is_year_alone, read_birth_date
from actions.numbers import read_amount, read_share
from actions.replies import HANDOFF, IDENTITY, STOP, Reply, reply
from actions.simulations import SUJETS, needs_share
from actions.turn import Turn

EXPLAIN_AFTER = 2
# These pass before any reading, even when the sentence holds a date or a number.
FIRST = ("detresse", "parler_conseiller", "rappel_telephone")
INTERRUPTING = ("simuler", "choisir_profil", "informer_profil", "refuser", "demander_autre")
WHY = {
    Missing.NOTHING: "Je n'ai pas reconnu de date.",
    Missing.MONTH: "J'ai l'année ; il me faut aussi le mois.",
    Missing.IMPOSSIBLE: "Cette date n'existe pas dans le calendrier.",
    Missing.UNLIKELY: "Cette date ne peut pas être une date de naissance.",
}


class FormValidation(FrenchAction):
    """Reads the value that the form waits for; says nothing, gives slots back to Rasa."""

    form = ""

    def wanted(self, turn: Turn) -> list[str]:
        """The slots needed for this person, in the order of the questions."""
        raise NotImplementedError

    def read(self, slot: str, turn: Turn) -> Any | None:
        """The value of a slot in the message, or None."""
        raise NotImplementedError

    def tried(self, turn: Turn) -> bool:
        """Whether the message is part of a value, whatever else it looks like."""
        return False

    async def respond(self, turn: Turn) -> Outcome:
        """Fill the slot asked for; give way when the message is about something else."""
        asked = turn.requested_slot
        missing = [slot for slot in self.wanted(turn) if turn.slots.get(slot) is None]
        if asked is None:  # the form is being opened: its first question comes next
            return Outcome([], [_slot("requested_slot", missing[0] if missing else None)])
        if turn.intent in FIRST or turn.text.startswith("/"):
            return Outcome()
        value = self.read(asked, turn)
        if value is None:
            elsewhere = turn.intent in INTERRUPTING or turn.intent in self.services.catalogue
            if (elsewhere and not self.tried(turn)) or self.services.languages.of(turn):
                return Outcome()
            failures = float(turn.slots.get("essais") or 0) + 1
            return Outcome(
                [], [_slot(asked, None), _slot("essais", failures), _slot("requested_slot", asked)]
            )
        missing = [slot for slot in missing if slot != asked]
        following = missing[0] if missing else None
        return Outcome([], [_slot(asked, value), _slot("essais", None), _slot("requested_slot", following)])


class ValidateRetraiteAge(FormValidation):
    """`validate_formulaire_retraite_age`."""

    action_name = "validate_formulaire_retraite_age"

    def wanted(self, turn: Turn) -> list[str]:
        """Only the date of birth."""
        return ["date_naissance"]

    def read(self, slot: str, turn: Turn) -> str | None:
        """An ISO date, or `AAAA-MM` when the day was not given."""
        found = read_birth_date(turn.text, self.services.today())
        if not isinstance(found, BirthDate):
            return None
        return found.day.isoformat() if found.exact else f"{found.day:%Y-%m}"

    def tried(self, turn: Turn) -> bool:
        """« Euh, en mille neuf cent soixante-cinq »: a year, and no question."""
        return is_year_alone(turn.text)


class ValidateCpf(FormValidation):
    """`validate_formulaire_cpf`."""

    action_name = "validate_formulaire_cpf"

    def wanted(self, turn: Turn) -> list[str]:
        """The balance, and the share of full time of those whom it concerns."""
        return ["solde", "quotite"] if needs_share(turn) else ["solde"]

    def read(self, slot: str, turn: Turn) -> float | None:
        """Euros or hours for the balance, a fraction for the share."""
        return read_amount(turn.text) if slot == "solde" else read_share(turn.text)


class AskBirthDate(FrenchAction):
    """Asks for the date of birth, more and more precisely."""

    action_name = "action_ask_formulaire_retraite_age_date_naissance"

    async def respond(self, turn: Turn) -> Outcome:
        """One question; why the last reply was not enough comes first."""
        failures = int(turn.slots.get("essais") or 0)
        if not failures:
            return Outcome(
                [_question(["Quelle est votre date de naissance ?", _example(turn)], "retraite_age")]
            )
        found = read_birth_date(turn.text, self.services.today())
        why = WHY[found] if isinstance(found, Missing) else WHY[Missing.NOTHING]
        lines = [why, f"Quelle est votre date de naissance ? {_example(turn)}"]
        if failures >= EXPLAIN_AFTER:
            lines = [
                why,
                "L'âge de départ dépend du jour où vous êtes né : c'est tout ce dont j'ai besoin.",
                f"Écrivez seulement la date. {_example(turn)}",
                "Elle sert à ce calcul, puis je l'oublie. Vous pouvez aussi arrêter.",
            ]
        return Outcome([_question(lines, "retraite_age", failures)])


class AskBalance(FrenchAction):
    """Asks what the account holds."""

    action_name = "action_ask_formulaire_cpf_solde"

    async def respond(self, turn: Turn) -> Outcome:
        """Hours for a public agent, euros for the others."""
        failures = int(turn.slots.get("essais") or 0)
        unit = "d'heures" if turn.profil == "agent_public" else "d'euros"
        ask = f"Combien {unit} avez-vous aujourd'hui sur votre CPF ?"
        if not failures:
            return Outcome([_question([ask], "cpf", 0, turn)])
        lines = ["Je n'ai pas reconnu de nombre.", ask]
        if failures >= EXPLAIN_AFTER:
            lines = [
                "Je n'ai pas reconnu de nombre.",
                "J'ai besoin du solde de départ pour estimer la suite. Il est dans Mon compte formation.",
                "Écrivez seulement le nombre, ou zéro si le compte est vide. Vous pouvez aussi arrêter.",
            ]
        return Outcome([_question(lines, "cpf", failures, turn)])


class AskShare(FrenchAction):
    """Asks the share of full time of a part-time employee."""

    action_name = "action_ask_formulaire_cpf_quotite"

    async def respond(self, turn: Turn) -> Outcome:
        """A percentage, with its reason after two failures."""
        failures = int(turn.slots.get("essais") or 0)
        ask = "Quelle part d'un temps plein travaillez-vous ? Répondez en pourcentage, ou « mi-temps »."
        lines = [ask] if not failures else ["Je n'ai pas reconnu de pourcentage.", ask]
        if failures >= EXPLAIN_AFTER:
            lines = [
                "Je n'ai pas reconnu de pourcentage.",
                "À temps partiel, le crédit peut être réduit : j'ai besoin de cette part pour l'estimer.",
                "Elle est sur votre contrat ou votre fiche de paie. Vous pouvez aussi arrêter.",
            ]
        return Outcome([_question(lines, "cpf", failures)])


def _question(lines: list[str], kind: str, failures: int = 0, turn: Turn | None = None) -> Reply:
    buttons = [STOP]
    if turn is not None and turn.identity == "none":
        buttons.insert(0, IDENTITY)
    if failures >= EXPLAIN_AFTER:
        buttons.append(HANDOFF)
    sujet = SUJETS[kind]
    return reply(lines, sujet=sujet, buttons=buttons, question={"kind": "fait", "sujet": sujet})


def _example(turn: Turn) -> str:
    return "Par exemple : douze mars soixante-cinq." if turn.spoken else "Par exemple : 12/03/1965."


def _slot(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}
