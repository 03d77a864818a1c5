"""Long conversations, turn by turn on both assistants, that keep a profile, a last topic and an open form.

At each mark, all three are checked, through our public API and through the starter's tracker: a conversation
that had forgotten them would be fast for nothing.
"""

from __future__ import annotations

from typing import Any

from bench.clients import OurTalk, StarterTalk
from bench.processes import BenchError
from bench.questions import every_question
from bench.starter import FORM

Json = dict[str, Any]
_ASK_AGE = "à quel âge puis-je partir à la retraite ?"
_OPEN_FORM = "mon âge de départ"  # « Calculer… » or « Estimer… »
_RESUME_FORM = "Reprendre le calcul"
_STILL_OPEN = "date de naissance"
# Only a year: the form says that it needs the month too, and stays open.
_HALF_AN_ANSWER = "1961"
_PROFILS = (
    ("salarie", "je suis salarié"),
    ("independant", "je suis indépendant"),
    ("demandeur_emploi", "je suis demandeur d'emploi"),
    ("agent_public", "je suis fonctionnaire"),
)
_MEASURED = (
    "combien mon compte formation reçoit-il chaque année ?",
    "comment utiliser mon CPF pour payer une formation ?",
    "que devient mon CPF si je change d'employeur ?",
    "le CPF peut-il payer le permis de conduire ?",
    "combien d'euros me reste-t-il sur mon compte formation ?",
    "j'ai reçu un appel suspect à propos de mon CPF, que faire ?",
    "puis-je me former pendant mon temps de travail avec mon CPF ?",
    "quelles formations puis-je suivre avec mon CPF ?",
    "à quoi sert le compte professionnel de prévention ?",
    "puis-je faire un bilan de compétences avec mon CPF ?",
)
_AROUND = (("", ""), ("alors, ", ""), ("voilà, ", " merci"), ("", " s'il vous plaît"), ("dites-moi, ", ""))


def measured_text(rank: int, position: int) -> str:
    """The question of a conversation at one of its marks: the same in other words, so that no cache helps."""
    # Each round of all the questions takes the next wording: positions are comparable over the conversations.
    before, after = _AROUND[(position + rank // len(_MEASURED)) % len(_AROUND)]
    return f"{before}{_MEASURED[rank % len(_MEASURED)]}{after}"


def run(url_ours: str, url_starter: str | None, rank: int, marks: list[int]) -> Json:
    """Hold one conversation with each, alternately; answers the milliseconds at turn 1 and at the marks."""
    ours = _Ours(url_ours, rank, marks)
    starter = None if url_starter is None else _Starter(url_starter, rank, marks)
    for turn in range(1, marks[-1] + 2):
        ours.turn(turn)
        if starter is not None:
            starter.turn(turn)
    ours.talk.close()
    result: Json = {"nous": ours.measures}
    if starter is not None:
        starter.talk.close()
        result["starter"] = starter.measures
    return result


class _Script:
    """What both conversations share: which turns are measured, and what fills the others."""

    def __init__(self, rank: int, marks: list[int]) -> None:
        self._rank, self._marks = rank, marks
        self._fillers = [text for text in every_question() if "conseill" not in text]
        self.measures: dict[str, float] = {}

    def measured(self, turn: int) -> str:
        return measured_text(self._rank, [1, *self._marks].index(turn))

    def filler(self, turn: int) -> str:
        return self._fillers[(self._rank * 41 + turn) % len(self._fillers)]


class _Ours(_Script):
    def __init__(self, url: str, rank: int, marks: list[int]) -> None:
        super().__init__(rank, marks)
        self.talk = OurTalk(url)
        self.talk.open()
        self._payload = ""
        self._sujet = ""
        self._profil = ""

    def turn(self, turn: int) -> None:
        if turn == 1 or turn in self._marks:
            answer = self.talk.say(self.measured(turn))
            self.measures[str(turn)] = answer.milliseconds
            self._sujet = answer.replies[0].get("sujet") or ""
            if turn != 1:
                _check(_RESUME_FORM in _titles(answer.replies), f"nous, tour {turn} : formulaire fermé")
        elif turn == 2 or turn - 1 in self._marks:
            self._say_who(turn)
        elif turn + 3 in self._marks:
            self._payload = _payload(self.talk.say(_ASK_AGE).replies, _OPEN_FORM)
        elif turn + 2 in self._marks:
            answer = self.talk.press(self._payload)
            _check(_STILL_OPEN in answer.replies[-1]["text"], f"nous, tour {turn} : formulaire non ouvert")
        elif turn + 1 in self._marks:
            answer = self.talk.say(_HALF_AN_ANSWER)
            _check(_STILL_OPEN in answer.replies[-1]["text"], f"nous, tour {turn} : formulaire perdu")
            self.measures[f"formulaire {turn + 1}"] = answer.milliseconds
        elif not self.talk.say(self.filler(turn)).open:
            self.talk.stay_with_the_assistant()

    def _say_who(self, turn: int) -> None:
        """Say a profile; the answer repeats the last topic for it, which shows that it was kept."""
        profil, sentence = _PROFILS[[2, *(mark + 1 for mark in self._marks)].index(turn) % len(_PROFILS)]
        before = self.talk.view()["profil"]
        answer = self.talk.say(sentence)
        kept = answer.replies[0].get("sujet")
        _check(kept == self._sujet, f"nous, tour {turn} : sujet {kept} au lieu de {self._sujet}")
        _check(turn == 2 or before == self._profil, f"nous, tour {turn} : profil {before} oublié")
        self._profil = profil
        after = self.talk.view()["profil"]
        _check(after == profil, f"nous, tour {turn} : profil {after} au lieu de {profil}")


class _Starter(_Script):
    def __init__(self, url: str, rank: int, marks: list[int]) -> None:
        super().__init__(rank, marks)
        self.talk = StarterTalk(url)
        self.talk.open()

    def turn(self, turn: int) -> None:
        if turn == 1 or turn in self._marks:
            if turn != 1:
                self._check_kept(turn)
            self.measures[str(turn)] = self.talk.say(self.measured(turn)).milliseconds
        elif turn == 2:
            self.talk.say('/informer_profil{"profil": "salarie"}')
        elif turn + 1 in self._marks:
            self.talk.say('/simuler{"type": "retraite_age"}')
        elif turn - 1 in self._marks:
            self.talk.end_form()
        else:
            self.talk.say(self.filler(turn))

    def _check_kept(self, turn: int) -> None:
        tracker = self.talk.tracker()
        _check(tracker["active_loop"].get("name") == FORM, f"starter, tour {turn} : formulaire fermé")
        _check(tracker["slots"]["profil"] == "salarie", f"starter, tour {turn} : profil oublié")
        _check(bool(tracker["latest_message"]["intent"].get("name")), f"starter, tour {turn} : sujet oublié")


def _titles(replies: list[Json]) -> list[str]:
    return [button["title"] for reply in replies for button in reply["buttons"]]


def _payload(replies: list[Json], title: str) -> str:
    for reply in replies:
        for button in reply["buttons"]:
            if title in button["title"]:
                return str(button["payload"])
    raise BenchError(f"bouton « {title} » absent")


def _check(kept: bool, otherwise: str) -> None:
    if not kept:
        raise BenchError(otherwise)
