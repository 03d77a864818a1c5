"""Replaces `{domaine.cle}` by its value at a date, written or spoken; refuses what it cannot resolve.
The values and their formats are given by the caller: this package knows neither parameters nor units."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from connaissances.errors import BrokenReference

REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\}")
_BEFORE_SIGN = re.compile(r"(?<=\S) +(?=[:;?!»%€])")
_AFTER_QUOTE = re.compile(r"« +")
_HARD = "\u00a0"


class Value(Protocol):
    """What a resolved reference must tell."""

    @property
    def confidence(self) -> str:
        """A, B or C."""

    @property
    def label(self) -> str:
        """What the value is, in French."""

    @property
    def source(self) -> Any:
        """`titre`, `url`, `date`."""


Resolve = Callable[[str, date], Any]
Format = Callable[..., str]


@dataclass
class Rendering:
    """Renders the texts of one answer and remembers which values they used.

    `format_value(value, spoken)` writes a value with its unit.
    """

    resolve: Resolve
    format_value: Format
    on: date
    spoken: bool = False
    used: dict[str, Value] = field(default_factory=dict)

    def text(self, template: str) -> str:
        """Render one text. Raises: BrokenReference."""
        return typography(REFERENCE.sub(self._replace, template))

    def to_check(self) -> list[str]:
        """Labels of the values that one secondary source alone gives."""
        return sorted({value.label for value in self.used.values() if value.confidence == "C"})

    def _replace(self, match: re.Match[str]) -> str:
        ref = match[1]
        try:
            value = self.resolve(ref, self.on)
        except Exception as exc:  # the caller's error tree is not ours to know
            raise BrokenReference(ref, str(exc)) from exc
        self.used[ref] = value
        return self.format_value(value, spoken=self.spoken)


def references(text: str) -> list[str]:
    """The references of a text, in order."""
    return REFERENCE.findall(text)


def typography(text: str) -> str:
    """Put the non-breaking spaces of French before `: ; ? ! » % €` and after `«`."""
    return _AFTER_QUOTE.sub(f"«{_HARD}", _BEFORE_SIGN.sub(_HARD, text))
