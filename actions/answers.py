"""Answers every topic from its file, for the person who asks, and asks once who they are when it matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.base import FrenchAction, Outcome
from actions.languages import Language
from actions.passages import with_passage
from actions.profils import ATTRIBUTS, LABELS, SENTENCES
from actions.replies import CALLBACK, HANDOFF, IDENTITY, Button, Reply, command, reply, topic_button
from actions.rights import RIGHTS_TOPICS, rights_lines
from actions.simulations import BUILT, FORMS, SIMULATION_TITLES, closing_events
from actions.turn import PROFIL_INTENTS, Turn, stated_profil
from connaissances import Acte, Answer

GENERAL_SKILL = "general"
OUT_OF_SCOPE = "hors_sujet"
DISTRESS = "detresse"
HANDOFFS = {
    "parler_conseiller": ("demande", "normale"),
    DISTRESS: ("detresse", "urgence"),
}
# Their answers are not worded for a person: choosing a profil must not ask for a human again.
NOT_REPEATED = ("parler_conseiller", "rappel_telephone", DISTRESS)
# Answered even to somebody who does not write in French: they lead to a human, or are about languages.
READ_ANYWAY = (
    *NOT_REPEATED,
    "accessibilite",
    "reclamation",
    "insulte",
    "salutation",
    "remerciement",
    "au_revoir",
)
# Topics where a human is the natural next step.
HUMAN_OFFERED = (
    "reclamation",
    "insulte",
    "suivi_demande",
    "probleme_technique",
    "hors_sujet",
    "recours_decision",
    "cpf_arnaque",
)
PROFIL_QUESTION = "Pour une réponse plus précise : vous êtes…"
NO_CALCULATION = "Cette réponse est générale : je ne fais aucun calcul sur ce point."


class AnswerAction(FrenchAction):
    """`action_repondre`: the topic is the intent of the message."""

    action_name = "action_repondre"

    async def respond(self, turn: Turn) -> Outcome:
        """Answer the topic of the message, for the person whom a follow-up supposes if it does."""
        if said := self._in_their_language(turn):
            return Outcome([said], closing_events(turn))
        language = self._language_told(turn)
        answered = await self.answer(
            supposed(turn),
            turn.intent,
            before=language.text if language else self._supposition(turn),
            foreign=language.foreign(language.text) if language else None,
        )
        if turn.intent == OUT_OF_SCOPE:
            answered = with_passage(self.services.passages, turn, answered, self.services.today())
        return Outcome([answered], closing_events(turn))

    def _in_their_language(self, turn: Turn) -> Reply | None:
        """What is said instead of an answer in French; a human, or help, is never put off."""
        if turn.intent in READ_ANYWAY:
            return None
        sujet = self.services.catalogue.sujets.get(turn.intent)
        if sujet is None or sujet.id == OUT_OF_SCOPE:
            return self.services.languages.answer(turn)
        return self.services.languages.answer(turn, topic_button(sujet.titre, sujet.id))

    def _language_told(self, turn: Turn) -> Language | None:
        """The language in which to say, before an answer given anyway, that the assistant speaks French."""
        if turn.intent == DISTRESS or turn.intent not in READ_ANYWAY:
            return None
        return self.services.languages.of(turn, understood=True)

    def _supposition(self, turn: Turn) -> str:
        """Say for whom the answer is, when it is not for the usager as the gate knows them."""
        if (
            turn.for_profil is None
            or turn.intent in READ_ANYWAY
            or turn.intent not in self.services.catalogue
        ):
            return ""
        worded = turn.for_profil in self.services.catalogue.sujets[turn.intent].profils
        end = " :" if worded else ", voici la réponse générale :"
        return f"Pour une personne qui est {SENTENCES[turn.for_profil]}{end}"

    async def answer(self, turn: Turn, sujet: str, *, before: str = "", **more: Any) -> Reply:
        """Word one topic for a person; `before` opens the text, `more` goes into the reply."""
        if sujet not in self.services.catalogue:
            return unknown_topic()
        answer = self.services.catalogue.answer(
            sujet,
            profil=turn.profil,
            attributs=turn.attributs,
            langage=turn.langage,
            canal=turn.canal,
            on=self.services.today(),
        )
        rights = await rights_lines(self.services.rights, turn, sujet)
        asks = asks_profil(turn, answer)
        general = [] if rights.suffice else [answer.text]
        lines = [before, *rights.lines, *general, *_closing(turn, answer)]
        if asks:
            lines.append(PROFIL_QUESTION)
        return reply(
            lines,
            sujet=sujet,
            profil=answer.profil,
            attributs=answer.attributs,
            sources=answer.sources,
            buttons=self._buttons(turn, answer, asks),
            question={"kind": "profil", "sujet": sujet} if asks else None,
            handoff=_handoff(self.services.catalogue.sujets, turn, sujet),
            **more,
        )

    def _buttons(self, turn: Turn, answer: Answer, asks: bool) -> list[Button]:
        sujet = answer.sujet
        buttons: list[Button] = []
        if turn.active_form in FORMS and sujet.id not in NOT_REPEATED:
            buttons.append(command("Reprendre le calcul", "simuler", type=FORMS[turn.active_form]))
        if sujet.id in RIGHTS_TOPICS and turn.identity == "none":
            buttons.append(IDENTITY)
        # A topic with one listed profil never asks: the button only mentions the case.
        if asks or (turn.profil is None and len(answer.profil_options) == 1):
            buttons += profil_buttons(answer.profil_options, sujet.id)
        if sujet.id == "accessibilite" and turn.langage == "standard":
            target = turn.last_sujet if turn.last_sujet in self.services.catalogue else sujet.id
            buttons.append(
                command("Passer en langage simple", "choisir_profil", langage="simple", sujet=str(target))
            )
        buttons += self._calculations(answer)
        if not asks:
            buttons += self._next_steps(answer)
        if sujet.id == "rappel_telephone":
            # A call-back is a choice of slot, not a place in the queue: no handoff is requested.
            buttons.insert(0, CALLBACK)
        if sujet.irreversible or sujet.id in HUMAN_OFFERED:
            buttons.append(HANDOFF)
        return buttons

    def _calculations(self, answer: Answer) -> list[Button]:
        """The estimates that the topic leads to: offered even beside the question of the profil."""
        titles = {str(s.simulation): s.titre for s in answer.suites if s.simulation in BUILT}
        if answer.sujet.simulation in BUILT:
            kind = str(answer.sujet.simulation)
            titles.setdefault(kind, SIMULATION_TITLES[kind])
        return [command(title, "simuler", type=kind) for kind, title in titles.items()]

    def _next_steps(self, answer: Answer) -> list[Button]:
        return [
            topic_button(suite.titre, str(suite.sujet))
            for suite in answer.suites
            if suite.sujet in self.services.catalogue
        ]


class ChooseProfil(AnswerAction):
    """`action_choisir_profil`: a button or a sentence says who one is; answers the last topic again."""

    action_name = "action_choisir_profil"

    async def respond(self, turn: Turn) -> Outcome:
        """Tell the gate what changes, then answer the topic concerned for that person."""
        change = profil_change(turn)
        if not change:
            return Outcome([self._ask(turn)])
        simulation = turn.entities.get("simulation")
        form = next((form for form, kind in FORMS.items() if kind == simulation), None)
        if form:
            text = [acknowledge(change)]
            events = [{"event": "followup", "name": form}]
            topic = self._topic(turn) or "assistant_capacites"
            return Outcome([reply(text, sujet=topic, profil=turn.profil, profil_change=change)], events)
        changed = _with_change(turn, change)
        sujet = self._topic(turn)
        if sujet is None:
            text = [acknowledge(change), "Quelle est votre question ?"]
            return Outcome(
                [reply(text, sujet="assistant_capacites", profil=turn.profil, profil_change=change)]
            )
        answered = await self.answer(changed, sujet, before=acknowledge(change), profil_change=change)
        return Outcome([answered])

    def _topic(self, turn: Turn) -> str | None:
        for sujet in (turn.entities.get("sujet"), turn.last_sujet):
            if sujet in self.services.catalogue and sujet not in NOT_REPEATED:
                return sujet
        return None

    def _ask(self, turn: Turn) -> Reply:
        sujet = self._topic(turn) or "assistant_capacites"
        return reply(
            ["Quelle est votre situation ?"],
            sujet=sujet,
            buttons=profil_buttons(tuple(LABELS), sujet),
            question={"kind": "profil", "sujet": sujet},
        )


def supposed(turn: Turn) -> Turn:
    """The turn of « et pour un fonctionnaire ? »: nothing stored changes, and nobody's rights are read."""
    if turn.for_profil is not None:
        return replace(turn, profil=turn.for_profil, attributs=[], identity="none", token=None)
    if turn.for_attribut is not None:
        return replace(turn, attributs=[*turn.attributs, turn.for_attribut])
    return turn


def unknown_topic() -> Reply:
    """What is said of a topic that has no answer yet."""
    return reply(
        ["Je ne sais pas encore répondre à cette question.", "Un conseiller peut vous aider."],
        sujet="hors_sujet",
        buttons=[HANDOFF],
        failed=True,
    )


def asks_profil(turn: Turn, answer: Answer) -> bool:
    """Whether the answer ends with the question of who the person is: when it matters, once."""
    depends = len(answer.profil_options) >= 2 and not answer.attributs
    return depends and turn.profil is None and not turn.profil_asked


def profil_buttons(profils: tuple[str, ...], sujet: str) -> list[Button]:
    """One button a profil, that answers this topic for it."""
    return [command(LABELS[p], "choisir_profil", profil=p, sujet=sujet) for p in profils]


def profil_change(turn: Turn) -> dict[str, Any]:
    """What the message changes of the person, as the gate expects it; empty when it says nothing."""
    change: dict[str, Any] = {}
    if turn.intent in PROFIL_INTENTS:
        if profil := stated_profil(turn.intent, turn.entities, turn.text):
            change["profil"] = profil
        attribut = turn.entities.get("attribut")
        if attribut in ATTRIBUTS:
            change["attributs"] = list(dict.fromkeys([*turn.attributs, attribut]))
        if turn.entities.get("langage") in ("standard", "simple"):
            change["langage"] = turn.entities["langage"]
    return change


def acknowledge(change: dict[str, Any]) -> str:
    """Say what was understood, so that the person can correct it."""
    said = []
    if "profil" in change:
        said.append(f"vous êtes {SENTENCES[change['profil']]}")
    if change.get("attributs"):
        said.append(", ".join(ATTRIBUTS[a] for a in change["attributs"]))
    if "langage" in change:
        said.append(
            "je parle simplement" if change["langage"] == "simple" else "je reprends le langage courant"
        )
    return f"C'est noté : {', '.join(said)}."


def _with_change(turn: Turn, change: dict[str, Any]) -> Turn:
    return replace(
        turn,
        profil=change.get("profil", turn.profil),
        attributs=change.get("attributs", turn.attributs),
        langage=change.get("langage", turn.langage),
    )


def _closing(turn: Turn, answer: Answer) -> list[str]:
    """What follows the answer: that nothing is calculated, and the official step."""
    lines = []
    # Some answer files say it themselves, in better words.
    if answer.sujet.simulation not in (None, *BUILT) and "calcul" not in answer.text:
        lines.append(NO_CALCULATION)
    if answer.acte and not turn.spoken:
        lines.append(_act_line(answer.acte))
    return lines


def _act_line(acte: Acte) -> str:
    return f"{acte.libelle} ({acte.organisme})\u00a0: {acte.url}"


def _handoff(sujets: dict[str, Any], turn: Turn, sujet: str) -> dict[str, str] | None:
    if sujet not in HANDOFFS:
        return None
    reason, priority = HANDOFFS[sujet]
    about = sujets.get(turn.last_sujet or "")
    skill = about.theme if about and about.theme != "service" and sujet != DISTRESS else GENERAL_SKILL
    return {"reason": reason, "skill": skill, "priority": priority}
