"""Hears distress in what a usager writes, without Rasa, in every state and on every channel.

A miss may cost a life and a false alarm a wrong answer, so: phrases said of oneself or of somebody in danger,
minus the figures of speech in which French kills and dies all day long. Nothing is inferred from a voice.
The phrases are in `handoff/detresse.yml`, for people who know the subject to read and to mend; an ear that
learned from examples (`handoff/distress_ear.py`) hears some of what they did not foresee.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from handoff.distress_ear import Ear
from handoff.distress_phrases import BadPhrases, Phrases, expand_lists

_FILE = Path(__file__).with_name("detresse.yml")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
# « jveux », « jpense », « jme »: no French word begins with a j and a consonant.
_GLUED_JE = re.compile(r"j([bcdfghklmnpqrstvwxz][a-z]+)")
# What stands for a figure of speech once set aside: no gap of a phrase can step over it.
_SET_ASIDE = " ."


class Kind(StrEnum):
    """What somebody is in danger of, in the words of a briefing."""

    SUICIDE = "suicide"
    VIOLENCE = "violence"
    CHILD = "enfant"
    HOMELESS = "rue"
    MEDICAL = "urgence_medicale"
    BULLYING = "harcelement"
    UNCLEAR = "a_preciser"


def fold(text: str) -> str:
    """Return the text in lower case, without accents or punctuation, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("+", " plus "))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " " + _STRETCHED.sub(r"\1", _NOT_WORD.sub(" ", plain)).strip() + " "


@dataclass(frozen=True, slots=True)
class Spelling:
    """Brings text messages, slang and typing errors back to one way of writing a word."""

    words: Mapping[str, str]
    misspelt: Mapping[str, str]

    @classmethod
    def build(cls, writings: Mapping[str, str], tolerated: Iterable[str]) -> "Spelling":
        """Index the writings (`canonical: variant variant`) and the words forgiven one wrong letter."""
        words = {variant: word for word, variants in writings.items() for variant in variants.split()}
        wanted = list(tolerated)
        misspelt = {short: word for word in wanted for short in _one_letter_less(word)}
        return cls(words, misspelt | {word: word for word in wanted})

    def __call__(self, folded: str) -> str:
        """Rewrite a folded text, word by word."""
        return " " + " ".join(self._word(word) for word in folded.split()) + " "

    def _word(self, word: str) -> str:
        known = self.words.get(word)
        if known is not None:
            return known
        glued = _GLUED_JE.fullmatch(word)
        if glued is not None:
            return "je " + self.words.get(glued[1], glued[1])
        # No word forgiven is as long: a word of 4,000 letters costs nothing.
        if not 5 < len(word) < 20:
            return word
        for candidate in (word, *_one_letter_less(word)):
            if candidate in self.misspelt:
                return self.misspelt[candidate]
        return word


def _one_letter_less(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


@dataclass(frozen=True, slots=True)
class DistressDetector:
    """Compiled phrases: what alarms, and what only looks like it."""

    spelling: Spelling
    figures: Phrases
    quoted: Phrases  # read before the figures of speech are set aside
    whole: Phrases  # alarm only when they are all the message
    inside: Phrases
    clues: Phrases  # weak signs: nothing alone, an alarm when enough families meet
    weights: Mapping[str, int]
    threshold: int
    ear: Ear
    ear_threshold: float
    kinds: tuple[Kind, ...]  # the most telling first

    @classmethod
    @cache
    def load(cls, path: Path = _FILE) -> "DistressDetector":
        """Compile the phrases of the file, once for the process (it takes a second or two).

        Raises:
            BadPhrases: a group is of no known kind, or a phrase cannot be used.
        """
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        macros = expand_lists(source["mots"])
        clues = source["indices"]
        return cls(
            Spelling.build(source["ecritures"], source["fautes_pardonnees"]),
            Phrases.compile(source["figures"], macros),
            Phrases.compile(_by_kind(source["alarmes_brutes"]), macros),
            Phrases.compile(_by_kind(source["messages_entiers"]), macros),
            Phrases.compile(_by_kind(source["alarmes"]), macros),
            Phrases.compile({name: clue["phrases"] for name, clue in clues.items()}, macros),
            {name: clue["poids"] for name, clue in clues.items()},
            source["seuil_des_indices"],
            Ear.load(),
            source["seuil_de_l_oreille"],
            tuple(Kind(k) for k in source["ordre_des_dangers"]),
        )

    def __call__(self, text: str) -> bool:
        """Tell whether the text says distress; figures of speech are set aside first."""
        written, read = self._spelt_and_read(text)
        return (
            self.quoted.found_in(written)
            or self.whole.whole(read) is not None
            or self.inside.found_in(read)
            or self._add_up(read)
            or self.ear(read) >= self.ear_threshold
        )

    def kind_of(self, text: str) -> Kind | None:
        """Tell what the person is in danger of (the most telling if several), None if nothing says it."""
        written, read = self._spelt_and_read(text)
        named = self.quoted.groups_in(written) | self.inside.groups_in(read) | {self.whole.whole(read)}
        for kind in self.kinds:
            if kind in named:
                return kind
        if self._add_up(read):
            return Kind.SUICIDE
        return Kind.UNCLEAR if self.ear(read) >= self.ear_threshold else None

    def spell(self, text: str) -> str:
        """Return the text folded, its words in one spelling."""
        return self.spelling(fold(text))

    def read(self, text: str) -> str:
        """Return the text as phrases and ear hear it: folded, one spelling, figures of speech set aside."""
        return self._spelt_and_read(text)[1]

    def _spelt_and_read(self, text: str) -> tuple[str, str]:
        spelt = self.spell(text)
        return spelt, self.figures.remove(spelt, _SET_ASIDE)

    def _add_up(self, read: str) -> bool:
        return sum(self.weights[family] for family in self.clues.groups_in(read)) >= self.threshold


def _by_kind(groups: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Gather the phrases of the groups « kind/anything » under their kind."""
    gathered: dict[str, list[str]] = {}
    for name, phrases in groups.items():
        kind = name.split("/")[0]
        if kind not in set(Kind):
            raise BadPhrases(f"le groupe « {name} » n'est d'aucune sorte connue")
        gathered.setdefault(kind, []).extend(phrases)
    return gathered
