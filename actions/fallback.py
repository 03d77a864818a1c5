"""What the assistant says when it has not understood: three guesses, or that it does not know."""

from __future__ import annotations

from actions.base import FrenchAction, Outcome
from actions.passages import page_beside, with_passage
from actions.replies import HANDOFF, Button, Reply, command, reply, topic_button
from actions.simulations import SIMULATION_TITLES, closing_events, reset_events
from actions.turn import Turn

GUESSES = 3
NONE_OF_THESE: Button = {"title": "Rien de tout cela", "payload": "/demander_autre"}
# Answering « did you mean » with small talk or distress helps nobody: the gate handles distress by itself.
NEVER_GUESSED = ("detresse", "insulte", "salutation", "remerciement", "au_revoir", "hors_sujet")
UNKNOWN = (
    "Je n'ai pas la réponse à cette question, et je ne veux rien inventer.",
    "Essayez avec d'autres mots, ou parlez à un conseiller.",
)


class DidYouMean(FrenchAction):
    """`action_vouliez_vous_dire`: the three best guesses as buttons, or the admission that there is none."""

    action_name = "action_vouliez_vous_dire"

    async def respond(self, turn: Turn) -> Outcome:
        """Propose topics, or take up a bare « yes » or a bare figure that answers nothing."""
        if turn.intent == "affirmer":
            return Outcome([self._bare_yes(turn)])
        if turn.intent == "informer_fait":
            return Outcome([_bare_fact()])
        if said := self.services.languages.answer(turn):
            return Outcome([said], closing_events(turn))
        guesses = self._guesses(turn)
        if not guesses:
            return Outcome([self._unknown(turn)])
        buttons = [topic_button(self.services.catalogue.sujets[sujet].titre, sujet) for sujet in guesses]
        text = ["Je ne suis pas sûr d'avoir compris.", "Votre question porte-t-elle sur l'un de ces sujets ?"]
        beside, sources = page_beside(self.services.passages, turn)
        return Outcome(
            [
                reply(
                    [*text, *beside],
                    sujet=None,
                    sources=sources,
                    buttons=[*buttons, NONE_OF_THESE],
                    question={"kind": "vouliez_vous_dire"},
                )
            ]
        )

    def _guesses(self, turn: Turn) -> list[str]:
        known = [
            (sujet, confidence)
            for sujet, confidence in turn.ranking
            if sujet in self.services.catalogue and sujet not in NEVER_GUESSED
        ]
        if not known or known[0][1] < self.services.low_confidence:
            return []
        return [sujet for sujet, _ in known[:GUESSES]]

    def _unknown(self, turn: Turn) -> Reply:
        return unknown(self, turn)

    def _bare_yes(self, turn: Turn) -> Reply:
        catalogue = self.services.catalogue
        sujet = turn.last_sujet if turn.last_sujet in catalogue else "assistant_capacites"
        buttons: list[Button] = []
        if sujet in catalogue:
            suites = catalogue.answer(str(sujet), on=self.services.today()).suites
            buttons = [topic_button(s.titre, s.sujet) for s in suites if s.sujet in catalogue and s.sujet]
        text = ["Je n'ai pas de question en attente.", "Que voulez-vous savoir ?"]
        return reply(
            text, sujet=sujet, buttons=[*buttons, HANDOFF], question={"kind": "fait", "sujet": sujet}
        )


class OutOfScope(DidYouMean):
    """`action_hors_sujet`: says at once that it does not know."""

    action_name = "action_hors_sujet"

    async def respond(self, turn: Turn) -> Outcome:
        """Say so, without any guess."""
        return Outcome([self.services.languages.answer(turn) or self._unknown(turn)])


class DefaultFallback(OutOfScope):
    """Rasa's own fallback, which would otherwise say nothing."""

    action_name = "action_default_fallback"


class DefaultAffirmation(DidYouMean):
    """Rasa's own affirmation, which would otherwise speak English."""

    action_name = "action_default_ask_affirmation"


class Refuse(FrenchAction):
    """`action_refuser`: the usager says no to a question, a calculation or all guesses."""

    action_name = "action_refuser"

    async def respond(self, turn: Turn) -> Outcome:
        """Stop what was under way and leave the choice open."""
        if turn.active_form:
            text = ["D'accord, j'arrête ce calcul.", "Je n'ai rien gardé de vos réponses. Autre chose ?"]
        elif turn.intent == "demander_autre":
            text = [
                "D'accord, ce n'est aucun de ces sujets.",
                "Dites-le avec d'autres mots, en une phrase courte.",
            ]
        else:
            text = ["D'accord.", "Posez-moi une autre question quand vous voulez."]
        sujet = turn.last_sujet if turn.last_sujet in self.services.catalogue else "hors_sujet"
        answer = reply(text, sujet=sujet, buttons=[HANDOFF])
        # The rule closes the form: an event here would take the conversation out of that rule.
        return Outcome([answer], reset_events(keep="requested_slot") if turn.active_form else [])


def unknown(action: FrenchAction, turn: Turn) -> Reply:
    """Say that the assistant does not know, from the answer file of hors_sujet where there is one, and quote
    the official page or show the answer of ours that is close enough."""
    catalogue = action.services.catalogue
    if "hors_sujet" not in catalogue:
        return reply(UNKNOWN, sujet="hors_sujet", buttons=[HANDOFF], failed=True)
    answer = catalogue.answer(
        "hors_sujet", langage=turn.langage, canal=turn.canal, on=action.services.today()
    )
    buttons = [topic_button(s.titre, s.sujet) for s in answer.suites if s.sujet and s.sujet in catalogue]
    base = reply(
        [answer.text], sujet="hors_sujet", sources=answer.sources, buttons=[HANDOFF, *buttons], failed=True
    )
    return with_passage(action.services.passages, turn, base, action.services.today())


def _bare_fact() -> Reply:
    buttons = [command(title, "simuler", type=kind) for kind, title in SIMULATION_TITLES.items()]
    text = [
        "J'ai lu une date ou un nombre, mais je ne vous avais rien demandé.",
        "Que voulez-vous en faire ?",
    ]
    return reply(text, sujet="assistant_capacites", buttons=[*buttons, HANDOFF], question={"kind": "fait"})
