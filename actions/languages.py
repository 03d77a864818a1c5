"""Tells somebody who writes in another language, in that language, that the assistant speaks French and
that a human can help. The words are in `connaissances/langues.yml`; the model comes with its package.

Refuses to guess: a few words, or French written as one can, are French. A question understood through its
language is not answered in French, which would not be read: its answer is one button away."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import yaml
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from actions.errors import ConfigurationError
from actions.replies import CALLBACK, HANDOFF, Button, Reply, reply
from actions.turn import Turn
from connaissances.rendering import typography

FRENCH = "fr"
# Probabilities, among the languages of the file. French without accents nor spelling resembles its sisters;
# it never resembles what has no Latin letter, of which two languages at most share each alphabet. A message
# of which the topic is understood is rather French.
SURE, SURE_IF_UNDERSTOOD, SURE_BY_ALPHABET = 0.8, 0.9, 0.5


@dataclass(frozen=True)
class Language:
    """What is said to those who write in a language."""

    code: str
    text: str
    button: str

    def foreign(self, *said: str) -> list[dict[str, str]]:
        """`foreign` of the reply schema, for words of this language that a reply says."""
        return [{"text": words, "lang": self.code} for words in said]


class Languages:
    """The languages that are recognised, and what is said in each."""

    def __init__(self, spoken: dict[str, Language], french: str) -> None:
        self._spoken, self._french = spoken, french
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages([FRENCH, *spoken])

    @classmethod
    def load(cls, path: Path) -> Languages:
        """Read the file. Raises: ConfigurationError."""
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            spoken = {
                code: Language(code, typography(str(entry["texte"])), str(entry["bouton"]))
                for code, entry in data["langues"].items()
            }
            return cls(spoken, str(data["francais"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as exc:
            raise ConfigurationError(f"{path.name} est illisible : {exc}") from exc

    def written(self, text: str, *, understood: bool = False) -> Language | None:
        """The language of a text; None when it is French, unknown or not sure."""
        code, probability = self._identifier.classify(text)
        least = SURE_IF_UNDERSTOOD if understood else SURE
        return (
            self._spoken.get(code)
            if probability >= (least if _is_latin(text) else SURE_BY_ALPHABET)
            else None
        )

    def of(self, turn: Turn, *, understood: bool = False) -> Language | None:
        """The language of a message; None on the phone, where all that is heard is written down as French."""
        return (
            None
            if turn.spoken or turn.text.startswith("/")
            else self.written(turn.text, understood=understood)
        )

    def answer(self, turn: Turn, understood: Button | None = None) -> Reply | None:
        """What is said to somebody who writes in another language; None for the others.

        `understood`: the button of the topic, when there is one.
        """
        language = self.of(turn, understood=understood is not None)
        if language is None:
            return None
        human: Button = {**HANDOFF, "title": f"{HANDOFF['title']} – {language.button}"}
        buttons = [human, CALLBACK, *([understood] if understood else [])]
        return reply(
            [language.text, self._french],
            sujet="hors_sujet",
            buttons=buttons,
            foreign=language.foreign(language.text, language.button),
        )


def _is_latin(text: str) -> bool:
    return any("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())
