"""Turns the phrases of `detresse.yml` into regular expressions, and finds them fast in a folded text.

A folded text has one space between words and one at each end; a phrase begins and ends on a word. There are
hundreds of them: only those that can begin with the first letter of a word are tried there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_MACRO = re.compile(r"<([a-z_]+)>")
_GAP = re.compile(r"<\.\.(\d\d?)>")
_UNBOUNDED = re.compile(r"[*+]|,\}")
_ANY_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_QUANTIFIER = re.compile(r"\?|\{0,\d+\}|\{[1-9]\d*(?:,\d+)?\}")


class BadPhrases(ValueError):
    """The file of phrases cannot be used; the message says which entry and why."""


class _Filed:
    """The phrases that can begin with a letter, each with the name of its group."""

    def __init__(self, phrases: list[tuple[str, str]]) -> None:
        self._phrases = phrases
        # Captures nothing: the engine then skips at once the phrases whose next letter differs.
        self.any_of = re.compile(f" (?:{'|'.join(phrase for phrase, _ in phrases)})(?= |$)")

    @cached_property
    def each(self) -> re.Pattern[str]:
        """The same phrases in the same order, one capturing group each: slower, and seldom needed."""
        return re.compile(f" (?:{'|'.join(f'({phrase})' for phrase, _ in self._phrases)})(?= |$)")

    def name(self, found: re.Match[str]) -> str:
        """Return the group of the phrase that `each` found."""
        return self._phrases[(found.lastindex or 1) - 1][1]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases to look for in a folded text, filed by the letters they can begin with."""

    by_letter: Mapping[str, _Filed]

    @classmethod
    def compile(cls, groups: Mapping[str, Iterable[str]], macros: Mapping[str, str]) -> "Phrases":
        """Compile phrases by group; of two that begin on the same word, the first of the file wins."""
        filed: dict[str, list[tuple[str, str]]] = {}
        for name, phrases in groups.items():
            for phrase in phrases:
                expanded = expand(phrase, macros)
                for letter in first_letters(expanded):
                    filed.setdefault(letter, []).append((expanded, name))
        return cls({letter: _Filed(found) for letter, found in filed.items()})

    def found_in(self, text: str) -> bool:
        """Tell whether one of the phrases is in the text."""
        return next(self._matches(text), None) is not None

    def groups_in(self, text: str) -> set[str]:
        """Return the groups that have a phrase in the text."""
        return {self._name(m) for m in self._matches(text, overlapping=True)}

    def whole(self, text: str) -> str | None:
        """Return the group of the phrase that the text is, from end to end."""
        filed = self.by_letter.get(text[1:2])
        found = filed.each.fullmatch(text, 0, len(text) - 1) if filed else None
        return filed.name(found) if filed and found else None

    def remove(self, text: str, mark: str) -> str:
        """Return the text with each phrase replaced by the mark."""
        kept, end = [], 0
        for found in self._matches(text):
            kept += [text[end : found.start()], mark]
            end = found.end()
        return "".join([*kept, text[end:]])

    def _name(self, found: re.Match[str]) -> str:
        filed = self.by_letter[found[0][1]]
        again = filed.each.match(found.string, found.start())
        assert again is not None, "both patterns hold the same phrases in the same order"
        return filed.name(again)

    def _matches(self, text: str, *, overlapping: bool = False) -> Iterator[re.Match[str]]:
        start, last = 0, len(text) - 1
        while 0 <= start < last:
            filed = self.by_letter.get(text[start + 1])
            found = filed.any_of.match(text, start) if filed else None
            if found is not None:
                yield found
            start = text.find(" ", start + 1) if found is None or overlapping else found.end()


def expand_lists(lists: Mapping[str, str]) -> dict[str, str]:
    """Turn the word lists into alternatives, each allowed to use those above it."""
    macros: dict[str, str] = {}
    for name, words in lists.items():
        macros[name] = "(?:" + "|".join(expand(word, macros) for word in words.split(", ")) + ")"
    return macros


def expand(phrase: str, macros: Mapping[str, str]) -> str:
    """Replace the word lists and the gaps of a phrase.

    Raises:
        BadPhrases: an unknown list, or an unbounded repetition (time must follow the length of a message).
    """

    def replace(found: re.Match[str]) -> str:
        if found[1] not in macros:
            raise BadPhrases(f"« {phrase} » : la liste <{found[1]}> n'existe pas")
        return macros[found[1]]

    if _UNBOUNDED.search(phrase):
        raise BadPhrases(f"« {phrase} » : une répétition sans borne")
    words = r"(?:[a-z0-9]{1,24} ){0,\1}"
    return _MACRO.sub(replace, _GAP.sub(words, phrase))


def first_letters(expression: str) -> frozenset[str]:
    """Return the letters an expression can begin with; all of them when it may match nothing."""
    letters: set[str] = set()
    for alternative in _alternatives(expression):
        rest, open_ended = alternative, True
        while rest and open_ended:
            atom, rest, look = _first_atom(rest)
            quantifier = _QUANTIFIER.match(rest)
            optional = quantifier is not None and quantifier[0][:2] in ("?", "{0")
            rest = rest[quantifier.end() :] if quantifier else rest
            if not look:
                letters |= _letters_of(atom)
                open_ended = optional
        if open_ended:
            return _ANY_LETTER
    return frozenset(letters)


def _letters_of(atom: str) -> frozenset[str]:
    if atom.startswith("(?:"):
        return first_letters(atom[3:-1])
    if atom.startswith("["):
        pattern = re.compile(atom)
        return frozenset(c for c in _ANY_LETTER if pattern.match(c))
    return frozenset(atom)


def _first_atom(expression: str) -> tuple[str, str, bool]:
    """Split off a letter, a class or a group; tell whether it is a group that only looks around."""
    end = 1
    if expression[0] == "[":
        end = expression.index("]") + 1
    elif expression[0] == "(":
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(expression[end], 0)
            end += 1
    atom = expression[:end]
    return atom, expression[end:], atom.startswith(("(?=", "(?!", "(?<"))


def _alternatives(expression: str) -> Iterator[str]:
    depth = start = 0
    for i, c in enumerate(expression):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "|" and depth == 0:
            yield expression[start:i]
            start = i + 1
    yield expression[start:]
